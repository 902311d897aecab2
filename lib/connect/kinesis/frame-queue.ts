/** The records of one shard that were fetched and belong to no batch yet, in order, cut into ranges when a batch takes them. */
import { headOf, type Frame } from './frames'

/** Records of one shard, one after another. */
export interface TakenRange {
  readonly frames: readonly Uint8Array[]
  readonly fromSeqNumber: string
  readonly toSeqNumber: string
  readonly lastArrivalMs: number
  /** As Kinesis counts. */
  readonly recordCount: number
  readonly elementCount: number
  readonly bytes: number
}

interface Queued {
  readonly frame: Frame
  /** The index of the first record that no batch has. */
  from: number
}

/** A range is one partition: no larger, so that tasks share the work of a full shard. */
const rangeBytesMax = 4 * 1024 * 1024

export class FrameQueue {
  private readonly queued: Queued[] = []
  private elements = 0

  constructor(private readonly bytesMax = rangeBytesMax) {}

  /** How many elements wait. */
  get count(): number { return this.elements }

  push(frame: Frame): void {
    this.queued.push({ frame, from: 0 })
    this.elements += frame.counts[frame.counts.length - 1]!
  }

  /** About `elementsMax` elements, whole records, and one at least where there is any. */
  take(elementsMax = Number.POSITIVE_INFINITY): TakenRange[] {
    const ranges: TakenRange[] = []
    let left = elementsMax
    while (this.queued.length > 0 && left > 0) {
      const range = this.takeRange(left)
      left -= range.elementCount
      ranges.push(range)
    }
    return ranges
  }

  private takeRange(elementsMax: number): TakenRange {
    const first = this.queued[0]!
    const fromSeqNumber = headOf(first.frame.bytes, startOf(first.frame, first.from)).sequenceNumber
    const frames: Uint8Array[] = []
    let last = { sequenceNumber: fromSeqNumber, arrivalMs: 0 }
    let [recordCount, elementCount, bytes] = [0, 0, 0]
    while (this.queued.length > 0 && elementCount < elementsMax && bytes < this.bytesMax) {
      const next = this.queued[0]!
      const { frame, from } = next
      const until = endOf(next, elementsMax - elementCount, this.bytesMax - bytes)
      const [startAt, endAt] = [startOf(frame, from), frame.ends[until - 1]!]
      frames.push(frame.bytes.subarray(startAt, endAt))
      last = headOf(frame.bytes, startOf(frame, until - 1))
      recordCount += until - from
      elementCount += countBetween(frame, from, until)
      bytes += endAt - startAt
      if (until === frame.ends.length) this.queued.shift()
      else next.from = until
    }
    this.elements -= elementCount
    return { frames, fromSeqNumber, toSeqNumber: last.sequenceNumber, lastArrivalMs: last.arrivalMs, recordCount, elementCount, bytes }
  }
}

/** Behind the last record that fits; one record does in any case. */
function endOf({ frame, from }: Queued, elementsMax: number, bytesMax: number): number {
  const startAt = startOf(frame, from)
  let until = from + 1
  while (until < frame.ends.length && countBetween(frame, from, until + 1) <= elementsMax && frame.ends[until]! - startAt <= bytesMax) until++
  return until
}

function startOf({ ends }: Frame, index: number): number { return index === 0 ? 0 : ends[index - 1]! }

function countBetween({ counts }: Frame, from: number, until: number): number {
  return counts[until - 1]! - (from === 0 ? 0 : counts[from - 1]!)
}
