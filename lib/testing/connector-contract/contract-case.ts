/** What a contract is made of: named cases that any test runner runs, and what they go by. A case fails by rejecting. */
import { systemClock, type Timer } from '../../base/clock'
import { SparkError } from '../../base/errors'
import { withLogger } from '../../base/log'
import { Random, freshSeed } from '../../base/random'
import { realDisk } from '../../disk/real-disk'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { isDeepStrictEqual } from 'node:util'

/** One thing that a connector must do. */
export interface ContractCase {
  /** What it is, as a sentence for the report. */
  readonly name: string
  /** Resolves when it holds; rejects with what was otherwise. */
  readonly run: () => Promise<void>
  /** How long it may take, for test runners: more than a case needs. */
  readonly timeoutMs: number
}

/** Rejects the case: the connector did not do what it must. */
export function broken(what: string, hint?: string): never {
  throw new SparkError(what, hint === undefined ? undefined : { hint })
}

/** So many lines of the log are shown. */
const loggedMax = 20

/** Lists are shown up to here. */
const shownMax = 12

/** Throws unless both are the same, in this order. */
export function requireSame(what: string, actual: readonly unknown[], expected: readonly unknown[]): void {
  if (!isDeepStrictEqual([...actual], [...expected])) broken(`${what}: expected ${shown(expected)}, got ${shown(actual)}`)
}

/** Throws unless each of `expected` is among `actual`, and so often; says what is missing and what is there too often. */
export function requireOnce(what: string, actual: readonly string[], expected: readonly string[]): void {
  const left = new Map<string, number>()
  for (const each of expected) left.set(each, (left.get(each) ?? 0) + 1)
  for (const each of actual) left.set(each, (left.get(each) ?? 0) - 1)
  const missing = [...left].filter(([, count]) => count > 0).map(([each]) => each)
  const extra = [...left].filter(([, count]) => count < 0).map(([each]) => each)
  if (missing.length + extra.length === 0) return
  broken(`${what}: ${[...missing.length > 0 ? [`missing ${shown(missing)}`] : [], ...extra.length > 0 ? [`too often ${shown(extra)}`] : []].join('; ')}`)
}

/** Throws unless each of `expected` is among `actual`, however often. */
export function requireAll(what: string, actual: readonly string[], expected: readonly string[]): void {
  const there = new Set(actual)
  const missing = expected.filter(each => !there.has(each))
  if (missing.length > 0) broken(`${what}: missing ${shown(missing)}`)
}

function shown(values: readonly unknown[]): string {
  const more = values.length > shownMax ? ` and ${values.length - shownMax} more` : ''
  return `[${values.slice(0, shownMax).map(value => JSON.stringify(value)).join(', ')}]${more}`
}

let isOwnTimer = false

/** Whether the timer that is being set is the contract's own. */
export const isPausing = (): boolean => isOwnTimer

function schedule(ms: number, run: () => void): Timer {
  isOwnTimer = true
  try { return systemClock.schedule(systemClock.now() + ms, run) } finally { isOwnTimer = false }
}

/** Resolves after so much real time. */
export function pause(ms: number): Promise<void> {
  return new Promise(resolve => { schedule(ms, resolve) })
}

/** Resolves when `promise` does, but after so much real time at the latest. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let over: Timer | undefined
  const late = new Promise<void>(resolve => { over = schedule(ms, resolve) })
  try { await Promise.race([promise, late]) } finally { over?.cancel() }
}

/** Rejects, naming `what`, when `promise` has not settled in time. */
export async function within<R>(ms: number, what: string, promise: Promise<R>): Promise<R> {
  let late: Timer | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    late = schedule(ms, () => reject(new SparkError(`${what} took longer than ${ms} ms`)))
  })
  try { return await Promise.race([promise, deadline]) } finally { late?.cancel() }
}

/** Runs `f` with the path of a folder that is not there yet, and removes it, and what is beside it under names that begin with it. */
export async function withFreshFolder<R>(f: (folder: string) => Promise<R>): Promise<R> {
  const parent = path.join(tmpdir(), `millrace-contract-${process.pid}-${Math.floor(new Random(freshSeed()).next() * 1e9)}`)
  try { return await f(path.join(parent, 'checkpoint')) } finally { await realDisk.remove(parent) }
}

/**
 * A case: opens what it needs, runs `f`, and closes it whatever happens. What is logged meanwhile, much of it about failures that the case
 * brings about, is shown when it fails.
 */
export function opened<W extends { close(): Promise<void> | void }>(open: () => Promise<W> | W, f: (world: W) => Promise<void>): () => Promise<void> {
  return async () => {
    const lines: string[] = []
    // A stream whose disk is taken away, as when a program is killed, says so by the exit code of the process.
    const { exitCode } = process
    const note = (message: string): void => {
      lines.push(message)
      if (lines.length > loggedMax) lines.shift()
    }
    try {
      await withLogger({ debug: note, info: note, warn: note, error: note }, async () => {
        const world = await open()
        try { await f(world) } finally { await world.close() }
      })
    } catch (error) {
      if (lines.length === 0) throw error
      const { message, hint } = error as { message?: string, hint?: string }
      throw new SparkError(message ?? String(error), { cause: error, hint: [...hint === undefined ? [] : [hint], 'The log said:', ...lines].join('\n') })
    } finally { process.exitCode = exitCode }
  }
}
