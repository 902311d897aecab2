/**
 * One partition of a MemoryKafka: record batches in the order of their offsets, what transactions are open among them and
 * which were aborted. Offsets before `startOffset` have been deleted.
 *
 *   startOffset           stableOffset            endOffset
 *   |---- committed, aborted ----|---- may be open ----|
 */
import { encodeEndMarker, writeBaseOffset } from '../../connect/kafka/records/encode-batch'
import { readHead, viewOf, wholeBatches } from '../../connect/kafka/records/batch-format'
import type { Fetched, IsolationLevel } from '../../connect/kafka/log'

/** A batch as it is kept: its base offset is written in its bytes. */
export interface KeptBatch {
  readonly bytes: Uint8Array
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
}

interface Aborted { readonly producerId: bigint, readonly firstOffset: number, readonly lastOffset: number }

/** What a producer has appended to the partition. */
interface Numbered {
  readonly epoch: number
  nextSequence: number
  /** First numbers of its last batches: one of them again is a repetition. */
  readonly recent: number[]
}

/** How many batches of a producer a broker knows again. */
const recentMax = 5
const sequences = 0x8000_0000

export class PartitionLog {
  batches: KeptBatch[] = []
  startOffset = 0
  endOffset = 0
  private readonly open = new Map<bigint, number>()
  private readonly aborted: Aborted[] = []
  private readonly numbered = new Map<bigint, Numbered>()

  /** Behind it a transaction is open. */
  get stableOffset(): number { return Math.min(this.endOffset, ...this.open.values()) }

  readableEnd(isolation: IsolationLevel): number { return isolation === 'read_committed' ? this.stableOffset : this.endOffset }

  /** Whether the batch is new, has come before, or leaves a gap in its producer's numbers. */
  place(batch: Uint8Array): 'new' | 'repeated' | 'out of order' {
    const { producerId, producerEpoch, baseSequence } = readHead(viewOf(batch), 0)
    if (producerId < 0n) return 'new'
    const known = this.numbered.get(producerId)
    if (known === undefined || known.epoch !== producerEpoch) return baseSequence === 0 ? 'new' : 'out of order'
    if (baseSequence === known.nextSequence) return 'new'
    return known.recent.includes(baseSequence) ? 'repeated' : 'out of order'
  }

  append(batch: Uint8Array): void {
    const bytes = new Uint8Array(batch)
    writeBaseOffset(bytes, this.endOffset)
    const head = readHead(viewOf(bytes), 0)
    const { producerId, producerEpoch: epoch, baseSequence, recordCount } = head
    this.keep(bytes)
    if (producerId < 0n) return
    const known = this.numbered.get(producerId)
    const recent = known?.epoch === epoch ? [...known.recent, baseSequence].slice(-recentMax) : [baseSequence]
    this.numbered.set(producerId, { epoch, nextSequence: (baseSequence + recordCount) % sequences, recent })
    if (head.isTransactional && !this.open.has(producerId)) this.open.set(producerId, head.baseOffset)
  }

  /** Writes the marker that ends a producer's transaction here. */
  endTransaction(producerId: bigint, producerEpoch: number, outcome: 'commit' | 'abort', timestamp: number): void {
    const firstOffset = this.open.get(producerId)
    this.open.delete(producerId)
    if (outcome === 'abort' && firstOffset !== undefined) this.aborted.push({ producerId, firstOffset, lastOffset: this.endOffset })
    this.keep(encodeEndMarker(outcome, { baseOffset: this.endOffset, producerId, producerEpoch, timestamp }))
  }

  private keep(bytes: Uint8Array): void {
    const { baseOffset, lastOffset, maxTimestamp } = readHead(viewOf(bytes), 0)
    this.batches.push({ bytes, baseOffset, lastOffset, maxTimestamp })
    this.endOffset = lastOffset + 1
  }

  deleteBefore(offset: number): void {
    this.startOffset = Math.max(this.startOffset, Math.min(offset, this.endOffset))
    this.batches = this.batches.filter(batch => batch.lastOffset >= this.startOffset)
  }

  /** Other batches in the place of all. Offsets are where they were. */
  replace(bytes: Uint8Array): void {
    this.batches = Array.from(wholeBatches(bytes), ({ start, end, baseOffset, lastOffset }) => {
      return { bytes: bytes.slice(start, end), baseOffset, lastOffset, maxTimestamp: readHead(viewOf(bytes), start).maxTimestamp }
    })
  }

  /** Whole batches from the one that holds `from` on, one at least; undefined for an offset that is not there. */
  fetch(from: number, maxBytes: number, isolation: IsolationLevel): Omit<Fetched, 'topic' | 'partition'> | undefined {
    if (from < this.startOffset || from > this.endOffset) return undefined
    const endOffset = this.readableEnd(isolation)
    const taken: KeptBatch[] = []
    let sizeBytes = 0
    for (let index = this.indexOf(from); index < this.batches.length; index++) {
      const batch = this.batches[index]!
      if (batch.baseOffset >= endOffset || (taken.length > 0 && sizeBytes + batch.bytes.length > maxBytes)) break
      taken.push(batch)
      sizeBytes += batch.bytes.length
    }
    const nextOffset = (taken.at(-1)?.lastOffset ?? from - 1) + 1
    return { bytes: joined(taken, sizeBytes), nextOffset, endOffset, aborted: isolation === 'read_committed' ? this.abortedIn(from, nextOffset) : [] }
  }

  private abortedIn(from: number, until: number): { readonly producerId: bigint, readonly firstOffset: number }[] {
    const concerned = this.aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < until)
    return concerned.map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }

  /** The first batch that ends at `offset` or later. */
  private indexOf(offset: number): number {
    let low = 0
    for (let high = this.batches.length; low < high;) {
      const middle = (low + high) >>> 1
      if (this.batches[middle]!.lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

function joined(batches: readonly KeptBatch[], sizeBytes: number): Uint8Array {
  const all = new Uint8Array(sizeBytes)
  let at = 0
  for (const { bytes } of batches) {
    all.set(bytes, at)
    at += bytes.length
  }
  return all
}
