/**
 * Classes that travel by their source stay one class in each thread, whichever functions bring them: an instance that
 * one function made is an instance for the next. A class is the same when it is the same one in the driver and all that
 * it captures was the same at both calls.
 */
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import * as v8 from 'node:v8'
import { threadId } from 'node:worker_threads'
import type { Graph } from './graph'
import type { NodeRecord, SharedClass } from './records'
import { mapSlots, reachableFrom } from './slots'

/** No other thread that could meet this one's classes has this name. */
const thisThread = `${process.pid} ${threadId} ${performance.timeOrigin}`
const identities = new WeakMap<Function, string>()
let identityCount = 0

/** The classes, and functions with instances of their own, among what was captured, each with its key. */
export function sharedClasses(graph: Graph): SharedClass[] {
  const found = new Set<number>()
  graph.nodes.forEach((node, index) => {
    if (node[0] === 'class') found.add(index)
    const made = node[0] === 'prototype' && typeof node[1] === 'object' && node[1] !== null ? node[1][0] : undefined
    if (made !== undefined && graph.nodes[made]![0] === 'function') found.add(made)
  })
  return [...found].map(index => [index, `${identityOf(graph.valueAt(index) as Function)} ${digest(graph.nodes, index)}`])
}

function identityOf(made: Function): string {
  let identity = identities.get(made)
  if (identity === undefined) identities.set(made, identity = `${thisThread} ${identityCount++}`)
  return identity
}

/** Of all that the class reaches, numbered from the class on. */
function digest(nodes: readonly NodeRecord[], start: number): string {
  const reached = reachableFrom(nodes, start)
  const numbers = new Map(reached.map((index, number) => [index, number]))
  const records = reached.map(index => mapSlots(nodes[index]!, slot =>
    typeof slot === 'object' && slot !== null ? [numbers.get(slot[0])!] : slot))
  return createHash('sha1').update(v8.serialize(records)).digest('base64')
}

/** What a class of this thread was made with, in the order in which it is reached; alive as long as the class is. */
const clusters = new WeakMap<Function, readonly any[]>()
const known = new Map<string, WeakRef<Function>>()
const collected = new FinalizationRegistry<string>(key => { if (known.get(key)?.deref() === undefined) known.delete(key) })

/** Classes that come from now on are others than those that have come. */
export function forgetClasses(): void { known.clear() }

/** Puts the classes that this thread has already, with all that they reach, in their places; gives those places. */
export function takeKnown(nodes: readonly NodeRecord[], shared: readonly SharedClass[], made: unknown[]): Set<number> {
  const taken = new Set<number>()
  for (const [index, key] of shared) {
    const cluster = clusters.get(known.get(key)?.deref() as Function)
    if (cluster === undefined) continue
    reachableFrom(nodes, index).forEach((reached, number) => {
      made[reached] = cluster[number]
      taken.add(reached)
    })
  }
  return taken
}

/** Remembers the classes that were made now. */
export function keepMade(
  nodes: readonly NodeRecord[], shared: readonly SharedClass[], made: readonly any[], taken: ReadonlySet<number>,
): void {
  for (const [index, key] of shared) {
    if (taken.has(index)) continue
    clusters.set(made[index], reachableFrom(nodes, index).map(reached => made[reached]))
    known.set(key, new WeakRef(made[index]))
    collected.register(made[index], key)
  }
}
