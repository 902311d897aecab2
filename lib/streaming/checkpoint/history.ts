/** What the events so far amount to: which batches have which input, which of them are to be run again, and how far states go. */
import { strict as assert } from 'node:assert'
import { KeyMap } from '../../base/key-map'
import type { AllocatedEvent, CheckpointEvent, EndedEvent, OnceEvent, PreparedTransaction, SnapshotEvent, StartedEvent } from './events'

/** The key under which the whole of an output's transaction counts as done. */
export const committedKey = 'millrace.committed'

export class BatchHistory {
  private latestStart: StartedEvent | undefined
  private runs = 0
  private readonly inputs = new Map<number, AllocatedEvent['inputs']>()
  private readonly open = new Set<number>()
  private readonly marks = new Map<string, { readonly version: number, readonly sequence: number }>()
  private readonly values = new Map<string, unknown>()
  private readonly waiting: PreparedTransaction[] = []
  /** By batch time and output, the keys of what is done. */
  private readonly done = new Map<number, Map<string, KeyMap<unknown, OnceEvent>>>()
  /** By batch time, the number of the run that gave the batch its input. */
  private readonly madeIn = new Map<number, number>()
  private allocatedMs: number | undefined
  private endedMs: number | undefined

  /** How the last run began; undefined in a folder that is new. */
  get started(): StartedEvent | undefined { return this.latestStart }
  get runCount(): number { return this.runs }
  /** Batch times with what their inputs are; those that are remembered, oldest first. */
  get allocations(): ReadonlyMap<number, AllocatedEvent['inputs']> { return this.inputs }
  /** Batches that have their input and have not ended well, oldest first. */
  get unfinished(): readonly number[] { return [...this.open].sort((a, b) => a - b) }
  get lastAllocatedMs(): number | undefined { return this.allocatedMs }
  get lastEndedMs(): number | undefined { return this.endedMs }
  get states(): ReadonlyMap<string, { readonly version: number, readonly sequence: number }> { return this.marks }
  get accumulators(): ReadonlyMap<string, unknown> { return this.values }
  /** Transactions that are prepared and may not be committed yet. */
  get prepared(): readonly PreparedTransaction[] { return this.waiting }

  /** True when `once` has been recorded for this key. */
  isDone(timeMs: number, output: string, key: unknown): boolean {
    return this.done.get(timeMs)?.get(output)?.has(key) === true
  }

  /** How many runs of the program have begun since the one that gave the batch its input. */
  runsSince(timeMs: number): number { return this.runs - (this.madeIn.get(timeMs) ?? this.runs) }

  apply(event: CheckpointEvent): void {
    switch (event.type) {
      case 'started':
        this.latestStart = event
        this.runs = event.run
        return
      case 'allocated': return this.allocated(event)
      case 'ended': return this.ended(event)
      case 'once': return this.noteDone(event)
      case 'settled': return this.settled(event.timeMs)
      case 'dropped':
        this.open.delete(event.timeMs)
        return
      case 'snapshot': return this.restore(event)
    }
  }

  private allocated({ timeMs, inputs }: AllocatedEvent): void {
    assert(this.allocatedMs === undefined || timeMs > this.allocatedMs, `a batch gets its input once, and in order: ${timeMs} after ${this.allocatedMs}`)
    this.inputs.set(timeMs, inputs)
    this.open.add(timeMs)
    this.madeIn.set(timeMs, this.runs)
    this.allocatedMs = timeMs
  }

  private noteDone(event: OnceEvent): void {
    const { timeMs, output, key } = event
    let outputs = this.done.get(timeMs)
    if (outputs === undefined) this.done.set(timeMs, outputs = new Map())
    let keys = outputs.get(output)
    if (keys === undefined) outputs.set(output, keys = new KeyMap())
    keys.set(key, event)
  }

  private ended({ timeMs, isFailed, keepFromMs, states, accumulators, prepared }: EndedEvent): void {
    if (!isFailed) this.open.delete(timeMs)
    this.endedMs = Math.max(timeMs, this.endedMs ?? timeMs)
    for (const [store, version, sequence] of states) this.marks.set(store, { version, sequence })
    for (const [name, value] of accumulators) this.values.set(name, value)
    this.waiting.push(...prepared)
    // Another output has failed: the batch runs again, and what is committed of it must not be.
    if (isFailed) for (const { sink } of prepared) this.noteDone({ type: 'once', timeMs, output: sink, key: committedKey })
    for (const held of [this.inputs, this.done, this.madeIn]) {
      // The latest batch stays known: from it an input knows where to go on.
      for (const at of held.keys()) if (at < keepFromMs && at !== this.allocatedMs && !this.open.has(at)) held.delete(at)
    }
  }

  private settled(timeMs: number): void {
    const left = this.waiting.filter(one => one.timeMs !== timeMs)
    this.waiting.splice(0, this.waiting.length, ...left)
  }

  snapshot(): SnapshotEvent {
    return {
      type: 'snapshot', started: this.latestStart!, runs: this.runs, allocations: [...this.inputs], unfinished: this.unfinished,
      lastAllocatedMs: this.allocatedMs, lastEndedMs: this.endedMs,
      states: [...this.marks].map(([store, { version, sequence }]) => [store, version, sequence]),
      accumulators: [...this.values], prepared: this.waiting, madeIn: [...this.madeIn],
      done: [...this.done.values()].flatMap(outputs => [...outputs.values()].flatMap(keys => [...keys].map(([, event]) => event))),
    }
  }

  private restore(snapshot: SnapshotEvent): void {
    for (const held of [this.inputs, this.open, this.marks, this.values, this.done, this.madeIn]) held.clear()
    this.waiting.splice(0, this.waiting.length, ...snapshot.prepared)
    this.latestStart = snapshot.started
    this.runs = snapshot.runs
    this.allocatedMs = snapshot.lastAllocatedMs
    this.endedMs = snapshot.lastEndedMs
    for (const [timeMs, inputs] of snapshot.allocations) this.inputs.set(timeMs, inputs)
    for (const timeMs of snapshot.unfinished) this.open.add(timeMs)
    for (const [store, version, sequence] of snapshot.states) this.marks.set(store, { version, sequence })
    for (const [name, value] of snapshot.accumulators) this.values.set(name, value)
    for (const [timeMs, run] of snapshot.madeIn) this.madeIn.set(timeMs, run)
    for (const event of snapshot.done) this.apply(event)
  }
}
