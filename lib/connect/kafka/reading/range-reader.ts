/**
 * Reads the ranges of a stream's batches: ahead of them, from where the last one ended, up to a number of bytes, so that a batch
 * finds its records here; and what is not here, for it was never read, or dropped, or there was no room, when a task asks for
 * it. Whatever the way, a range has the same records.
 */
import { systemClock } from '../../../base/clock'
import { MillraceError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import { share } from '../../../base/shared-bytes'
import { reportLoss } from '../data-loss'
import type { AbortedTransaction, Fetched, IsolationLevel, KafkaLog, TopicPartition } from '../log'
import { KafkaOffsetOutOfRangeError } from '../offset-out-of-range'
import type { OffsetRange } from '../offset-range'
import { placeName } from '../topic-partition'
import { ReadAhead } from './read-ahead'
import { chunkOf, PartitionChunks, type Chunk } from './partition-chunks'

/** A range as it is read. */
export type ReadRange = Pick<OffsetRange, 'topic' | 'partition' | 'fromOffset' | 'untilOffset'>

export interface RangeReaderOptions {
  readonly log: KafkaLog
  readonly isolation: IsolationLevel
  /** Default true: a range that cannot be read any more is an error. Else what is left of it is read, with a warning. */
  readonly failOnDataLoss?: boolean
  /** How many bytes are held: those read ahead and those of batches that are not released. What tasks need beyond is read and not kept. */
  readonly bytesMax?: number
  /** About how much is read of a partition at a time: Kafka's `max.partition.fetch.bytes`. */
  readonly partitionBytesMax?: number
  /** Kafka's `fetch.max.wait.ms`. */
  readonly fetchWaitMs?: number
  /** How long a task waits for records that should be there and are not (yet). */
  readonly pollMs?: number
  /** Whether tasks run in other threads, so that bytes had better be in memory that all see. Default true. */
  readonly hasThreads?: boolean
}

/** How long a range that the log says it does not have may be waited for. */
const defaultPollMs = 10_000
const mebibyte = 1024 * 1024

export class RangeReader {
  private readonly partitions = new Map<string, PartitionChunks>()
  private readonly ahead: ReadAhead
  private readonly options: Required<RangeReaderOptions>

  constructor(options: RangeReaderOptions) {
    this.options = {
      failOnDataLoss: true, bytesMax: limits.kafkaAheadBytesMax, partitionBytesMax: mebibyte, fetchWaitMs: 500, pollMs: defaultPollMs, hasThreads: true,
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    } as Required<RangeReaderOptions>
    const { bytesMax, partitionBytesMax } = this.options
    this.ahead = new ReadAhead({ bytesMax, partitionBytesMax, fetch: requests => this.fetch(requests, this.options.fetchWaitMs) })
  }

  /** Bytes that are held. */
  get heldBytes(): number {
    let bytes = 0
    for (const { heldBytes } of this.partitions.values()) bytes += heldBytes
    return bytes
  }

  /**
   * From now on these partitions, and no others, are read ahead, those that were not before from `from` on. Without a call, ranges
   * are read when they are asked for.
   */
  follow(places: readonly (TopicPartition & { readonly from: number })[]): void {
    const wanted = new Set(places.map(placeName))
    for (const name of this.partitions.keys()) if (!wanted.has(name)) this.partitions.delete(name)
    for (const place of places) {
      const name = placeName(place)
      if (!this.partitions.has(name)) this.partitions.set(name, new PartitionChunks(place.topic, place.partition, place.from))
    }
    this.ahead.follow([...this.partitions.values()])
  }

  /**
   * The bytes of a range, in order: for each answer of Kafka what is to be known of it (`packNote`) and whole record batches. Those at the
   * ends may have records outside the range. Rejects with MR_DATA_LOST where records are gone.
   */
  async read(range: ReadRange): Promise<Uint8Array[]> {
    const pieces: Uint8Array[] = []
    let sizeBytes = 0
    for (let at = range.fromOffset; at < range.untilOffset;) {
      const chunk = await this.next(range, at)
      if (chunk === undefined) break
      sizeBytes += chunk.bytes.byteLength
      if (sizeBytes > limits.kafkaRangeBytesMax) throw rangeTooLarge(range)
      if (chunk.bytes.byteLength > 0) pieces.push(packNote({ fromOffset: at, aborted: chunk.aborted }), chunk.bytes)
      at = chunk.nextOffset
    }
    return pieces
  }

  /** The batches of the ranges have ended: their bytes, and those before them, may go. */
  release(ranges: readonly ReadRange[]): void {
    for (const range of ranges) this.partitions.get(placeName(range))?.release(range.untilOffset)
    this.ahead.roomMade()
  }

  /** Nothing more is read ahead, and nothing is held. */
  stop(): void {
    this.ahead.stop()
    this.partitions.clear()
  }

  /** What there is from `at` on; undefined where the rest of the range is lost, and that is no error. */
  private async next(range: ReadRange, at: number): Promise<Chunk | undefined> {
    const kept = this.partitions.get(placeName(range))
    const here = kept?.at(at)
    if (here !== undefined) return here
    if (kept !== undefined && await this.ahead.isReading(kept, at)) {
      const come = kept.at(at)
      if (come !== undefined) return come
    }
    try {
      const chunk = await this.fetchNow(range, at)
      if (kept !== undefined && this.heldBytes < this.options.bytesMax) kept.keep(chunk)
      return chunk
    } catch (error) {
      if (!(error instanceof KafkaOffsetOutOfRangeError)) throw error
      return this.afterLoss(range, at)
    }
  }

  /** Asks the log until it has something at `offset`. */
  private async fetchNow({ topic, partition, untilOffset }: ReadRange, offset: number): Promise<Chunk> {
    const { pollMs, fetchWaitMs, partitionBytesMax } = this.options
    const deadlineMs = systemClock.now() + pollMs
    const request = { topic, partition, from: offset, maxBytes: partitionBytesMax }
    for (let waitMs = 0; ; waitMs = Math.min(fetchWaitMs, Math.max(0, deadlineMs - systemClock.now()))) {
      const [fetched] = await this.fetch([request], waitMs)
      if (fetched!.nextOffset > offset) return chunkOf(fetched!, offset)
      if (systemClock.now() >= deadlineMs) throw nothingThere({ topic, partition }, offset, untilOffset, fetched!.endOffset)
    }
  }

  private async fetch(requests: Parameters<KafkaLog['fetch']>[0], maxWaitMs: number): Promise<Fetched[]> {
    const { log, isolation, hasThreads } = this.options
    const fetched = await log.fetch(requests, { isolation, maxWaitMs })
    return hasThreads ? fetched.map(each => ({ ...each, bytes: share(each.bytes) })) : fetched
  }

  /** An empty chunk up to where records begin again; undefined where the range has none any more. */
  private async afterLoss({ topic, partition, untilOffset }: ReadRange, offset: number): Promise<Chunk | undefined> {
    const { log, isolation, failOnDataLoss } = this.options
    const [[earliest], [latest]] = await Promise.all([log.offsets([{ topic, partition }], 'earliest', isolation), log.offsets([{ topic, partition }], 'latest', isolation)])
    reportLoss([{ topic, partition, offset, earliest: earliest!, latest: latest! }], failOnDataLoss)
    return earliest! > offset && earliest! < untilOffset ? { from: offset, nextOffset: earliest!, bytes: new Uint8Array(0), aborted: [] } : undefined
  }
}

/** What travels beside batches. */
export interface PieceNote {
  /** Records before are not meant: they were read with what came before, or are lost. */
  readonly fromOffset: number
  readonly aborted: readonly AbortedTransaction[]
}

/** Eight bytes a number: the first offset, then producer and first offset of each transaction. */
export function packNote({ fromOffset, aborted }: PieceNote): Uint8Array {
  const pairs = aborted.flatMap(each => [each.producerId, BigInt(each.firstOffset)])
  return new Uint8Array(BigInt64Array.of(BigInt(fromOffset), ...pairs).buffer)
}

export function unpackNote(packed: Uint8Array): PieceNote {
  const [fromOffset, ...pairs] = new BigInt64Array(packed.slice().buffer)
  const aborted = Array.from({ length: pairs.length / 2 }, (_, i) => ({ producerId: pairs[2 * i]!, firstOffset: Number(pairs[2 * i + 1]) }))
  return { fromOffset: Number(fromOffset), aborted }
}

function nothingThere(place: TopicPartition, offset: number, untilOffset: number, endOffset: number): MillraceError {
  const name = placeName(place)
  return new MillraceError('MR_KAFKA', `${name} was to be read from offset ${offset} up to ${untilOffset}, but it ends at ${endOffset}`, {
    retriable: true, hint: endOffset < untilOffset ? 'With read_committed it ends where the first open transaction begins.' : 'Look at the broker that leads the partition.',
  })
}

function rangeTooLarge({ topic, partition, fromOffset, untilOffset }: ReadRange): MillraceError {
  const what = `The range [${fromOffset}, ${untilOffset}) of ${placeName({ topic, partition })} has more than kafkaRangeBytesMax, ${limits.kafkaRangeBytesMax} bytes`
  return new MillraceError('MR_LIMIT', what, { hint: 'Read less at a time: with spark.streaming.kafka.maxRatePerPartition, or with smaller ranges.' })
}
