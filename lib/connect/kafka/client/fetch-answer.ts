/**
 * The answer to a fetch request, with record batches left as the bytes that they are: views of the answer, nothing copied. Numbers
 * are big-endian.
 *
 *   answer    = throttle ms i32 | from 7: error i16, session i32 | count i32, topics
 *   topic     = name string | count i32, partitions
 *   partition = index i32 | error i16 | high watermark i64 | last stable offset i64 | from 5: log start i64
 *               | count i32, aborted transactions: producer i64, first offset i64 | from 11: preferred replica i32 | size i32, batches
 *   string    = length i16, UTF-8
 */
import type { AbortedTransaction } from '../log'

export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  readonly highWatermark: number
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[]
  /** As many bytes as the broker was asked for: the last batch may be cut off. */
  readonly batches: Buffer
}

export interface FetchAnswer {
  readonly errorCode: number
  readonly partitions: readonly FetchedPartition[]
  /** For kafkajs: how long this client is to send nothing. */
  readonly clientSideThrottleTime: number
}

/** Throws RangeError where the bytes end too early. */
export function readFetchAnswer(bytes: Buffer, version: number): FetchAnswer { return new FetchAnswerReader(bytes, version).answer() }

class FetchAnswerReader {
  private at = 0

  constructor(private readonly bytes: Buffer, private readonly version: number) {}

  answer(): FetchAnswer {
    const throttleMs = this.int32()
    const errorCode = this.version >= 7 ? this.int16() : 0
    if (this.version >= 7) this.int32()
    const partitions: FetchedPartition[] = []
    for (let topics = this.int32(); topics > 0; topics--) {
      const topic = this.string()
      for (let count = this.int32(); count > 0; count--) partitions.push(this.partition(topic))
    }
    return { errorCode, partitions, clientSideThrottleTime: this.version >= 8 ? throttleMs : 0 }
  }

  private partition(topic: string): FetchedPartition {
    const partition = this.int32()
    const errorCode = this.int16()
    const highWatermark = this.int64()
    const lastStableOffset = this.int64()
    if (this.version >= 5) this.int64()
    const aborted = this.aborted()
    if (this.version >= 11) this.int32()
    return { topic, partition, errorCode, highWatermark, lastStableOffset, aborted, batches: this.slice(this.int32()) }
  }

  /** -1 of them where the isolation level shows everything. */
  private aborted(): AbortedTransaction[] {
    const aborted: AbortedTransaction[] = []
    for (let count = this.int32(); count > 0; count--) {
      const producerId = this.bytes.readBigInt64BE(this.at)
      this.at += 8
      aborted.push({ producerId, firstOffset: this.int64() })
    }
    return aborted
  }

  private int16(): number {
    const value = this.bytes.readInt16BE(this.at)
    this.at += 2
    return value
  }

  private int32(): number {
    const value = this.bytes.readInt32BE(this.at)
    this.at += 4
    return value
  }

  private int64(): number {
    const value = Number(this.bytes.readBigInt64BE(this.at))
    this.at += 8
    return value
  }

  private string(): string { return this.slice(this.int16()).toString('utf8') }

  private slice(length: number): Buffer {
    const start = this.at
    this.at += Math.max(0, length)
    if (this.at > this.bytes.length) throw new RangeError('the answer of a broker ends too early')
    return this.bytes.subarray(start, this.at)
  }
}
