/**
 * Offsets on their way to a group: they wait until the next batch is made, and the last of them until the stream stops. Of a
 * partition that waits more than once, only the furthest offset is committed. One commit at a time is under way.
 */
import { logFor } from '../../base/log'
import { describe, refuse } from '../../rdd/arguments'
import { errorText } from '../../streaming/error-text'
import type { KafkaLog } from './log'
import type { OffsetRange } from './offset-range'
import { placeName } from './topic-partition'

const log = logFor('Kafka')

/** An offset that was committed: the first that the group has not done with. */
export interface CommittedOffset { readonly topic: string, readonly partition: number, readonly offset: number }

/** What is told of a commit: what was to be committed, and why it is not. Counterpart: OffsetCommitCallback. */
export type OffsetCommitCallback = (offsets: readonly CommittedOffset[], error: Error | undefined) => void

export class CommitQueue {
  private waiting = new Map<string, CommittedOffset>()
  private callbacks: OffsetCommitCallback[] = []
  private underWay: Promise<void> | undefined

  add(ranges: readonly OffsetRange[], callback: OffsetCommitCallback | undefined): void {
    if (callback !== undefined && typeof callback !== 'function') refuse('commitAsync', `the callback must be a function, got ${describe(callback)}`)
    for (const { topic, partition, untilOffset } of ranges) {
      const name = placeName({ topic, partition })
      const offset = Math.max(untilOffset, this.waiting.get(name)?.offset ?? 0)
      this.waiting.set(name, { topic, partition, offset })
    }
    if (callback !== undefined) this.callbacks.push(callback)
  }

  /** Begins to commit what waits, unless a commit is under way: then it is for the next time. */
  flush(kafka: KafkaLog, group: string): void { if (this.underWay === undefined) this.begin(kafka, group) }

  /** Resolves when all that waited has been committed, or has failed. */
  async drain(kafka: KafkaLog, group: string): Promise<void> {
    await this.underWay
    this.begin(kafka, group)
    await this.underWay
  }

  private begin(kafka: KafkaLog, group: string): void {
    const offsets = [...this.waiting.values()]
    const callbacks = this.callbacks
    if (offsets.length === 0 && callbacks.length === 0) return
    this.waiting = new Map()
    this.callbacks = []
    this.underWay = commit(kafka, group, offsets, callbacks).finally(() => { this.underWay = undefined })
  }
}

async function commit(kafka: KafkaLog, group: string, offsets: readonly CommittedOffset[], callbacks: readonly OffsetCommitCallback[]): Promise<void> {
  let failure: Error | undefined
  try { if (offsets.length > 0) await kafka.commit(group, offsets) } catch (error) {
    failure = error as Error
    log.warn(`Offsets of group ${group} could not be committed: ${errorText(error)}`)
  }
  for (const callback of callbacks) {
    try { callback(offsets, failure) } catch (error) { log.error(`The callback of commitAsync failed: ${errorText(error)}`) }
  }
}
