/**
 * Reads on in the partitions of a stream, all at the same time, whenever there is room for more. One request is under way at a time:
 * it waits at the brokers for records, so that they are here as soon as they are there.
 */
import { MillraceError } from '../../../base/errors'
import { logFor } from '../../../base/log'
import { Pauses } from '../../support/pauses'
import type { Fetched, FetchRequest } from '../log'
import { KafkaOffsetOutOfRangeError } from '../offset-out-of-range'
import { placeName } from '../topic-partition'
import { chunkOf, type PartitionChunks } from './partition-chunks'

const log = logFor('Kafka')

export interface ReadAheadOptions {
  readonly bytesMax: number
  readonly partitionBytesMax: number
  fetch(requests: readonly FetchRequest[]): Promise<Fetched[]>
}

/** What one answer may hold: making it one piece holds the event loop. */
const answerBytesMax = 16 * 1024 * 1024
const partitionBytesMin = 64 * 1024
const afterErrorMs = 1_000

export class ReadAhead {
  private partitions: readonly PartitionChunks[] = []
  private readonly pauses = new Pauses()
  private wake: (() => void) | undefined
  private isRunning = false
  /** What is asked for at the moment. */
  private round: { readonly wanted: ReadonlyMap<PartitionChunks, number>, readonly done: Promise<void> } | undefined

  constructor(private readonly options: ReadAheadOptions) {}

  follow(partitions: readonly PartitionChunks[]): void {
    this.partitions = partitions
    this.roomMade()
    if (this.isRunning || this.pauses.isOver) return
    this.isRunning = true
    void this.run()
  }

  roomMade(): void {
    this.wake?.()
    this.wake = undefined
  }

  stop(): void {
    this.pauses.end()
    this.partitions = []
    this.roomMade()
  }

  /** Whether `offset` was being read at this moment; resolves when that has ended. */
  async isReading(partition: PartitionChunks, offset: number): Promise<boolean> {
    if (this.round?.wanted.get(partition) !== offset) return false
    await this.round.done
    return true
  }

  private async run(): Promise<void> {
    while (!this.pauses.isOver) {
      const wanted = this.wanted()
      if (wanted.length === 0) {
        await new Promise<void>(resolve => { this.wake = resolve })
        continue
      }
      const done = this.read(wanted)
      this.round = { wanted: new Map(wanted.map(partition => [partition, partition.readTo])), done }
      await done
      this.round = undefined
    }
  }

  /** Those for which there is room: none may take what the others need. */
  private wanted(): PartitionChunks[] {
    const shareBytes = this.options.bytesMax / this.partitions.length
    return this.partitions.filter(({ heldBytes, isStopped }) => !isStopped && heldBytes < shareBytes)
  }

  /** Never rejects: a task that needs what cannot be read is told so when it asks for it. */
  private async read(wanted: readonly PartitionChunks[]): Promise<void> {
    const maxBytes = Math.max(partitionBytesMin, Math.min(this.options.partitionBytesMax, Math.floor(answerBytesMax / wanted.length)))
    const requests = wanted.map(({ topic, partition, readTo }) => ({ topic, partition, from: readTo, maxBytes }))
    try {
      const fetched = await this.options.fetch(requests)
      fetched.forEach((each, index) => this.take(wanted[index]!, each, requests[index]!.from))
    } catch (error) { await this.failed(error, wanted) }
  }

  private take(partition: PartitionChunks, fetched: Fetched, from: number): void {
    // Tasks may have read on in the meantime, and what they have read may have been released.
    if (fetched.nextOffset > partition.readTo && this.partitions.includes(partition)) partition.keep(chunkOf(fetched, from))
  }

  private async failed(error: unknown, wanted: readonly PartitionChunks[]): Promise<void> {
    if (this.pauses.isOver) return
    if (error instanceof KafkaOffsetOutOfRangeError) {
      const lost = wanted.find(partition => placeName(partition) === placeName(error.place))
      if (lost !== undefined) lost.isStopped = true
      return
    }
    log.warn(`Reading ahead failed: ${(error as Error).message}`)
    if (MillraceError.is(error) && error.code === 'MR_ILLEGAL_STATE') return this.stop()
    await this.pauses.wait(afterErrorMs)
  }
}
