/**
 * In which order the objects of a captured function can be made: most can be made empty and filled later, but a class
 * needs its base, an object its prototype, a bound function its target. A circle of such needs cannot be made.
 */
import { Refusal } from './refuse'
import type { Graph } from './graph'
import type { Members, NodeRecord, Slot } from './records'

/** The indices of all records, each behind those that it needs; undefined when there is a circle. */
export function creationOrder(nodes: readonly NodeRecord[]): number[] | undefined {
  const order: number[] = []
  const states = new Uint8Array(nodes.length) // 1 while what it needs is being made, 2 when made.
  const pending: number[] = []
  for (let start = 0; start < nodes.length; start++) {
    pending.push(start)
    while (pending.length > 0) {
      const index = pending.at(-1)!
      if (states[index] === 0) {
        states[index] = 1
        for (const needed of neededBy(nodes[index]!)) {
          if (states[needed] === 1) return undefined
          if (states[needed] === 0) pending.push(needed)
        }
        continue
      }
      pending.pop()
      if (states[index] === 2) continue
      states[index] = 2
      order.push(index)
    }
  }
  return order
}

/** Refuses a function that could not be rebuilt for such a circle. */
export function checkOrder(graph: Graph): void {
  if (graph.nodes.length > 1 && creationOrder(graph.nodes) === undefined) {
    graph.pointAt('', true, 0)
    throw new Refusal('part of a circle of classes, prototypes or bound functions',
      'Let one of them find the other through an object.')
  }
}

function neededBy(node: NodeRecord): number[] {
  switch (node[0]) {
    case 'object': return prototypeIndex(node[1])
    case 'bound': return indices([node[1], node[2], ...node[3]])
    case 'prototype': return indices([node[1]])
    case 'view': return indices([node[2]])
    case 'arguments': return indices(node[1])
    case 'function': return indices(node[1].outer ?? [])
    case 'class': return indices(node[1].early.map(name => node[1].slots[node[1].variables.indexOf(name)]))
    default: return []
  }
}

function prototypeIndex(members: Members): number[] { return members === 0 ? [] : indices([members[0]]) }

function indices(slots: readonly (Slot | undefined)[]): number[] {
  return slots.flatMap(slot => typeof slot === 'object' && slot !== null ? [slot[0]] : [])
}
