/**
 * How much one receiver has handed over that no batch has processed yet. Two bounds: at the first a receiver that waits
 * is made to wait; at the second one that does not is refused, so that it cannot fill the memory.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { estimateSizeBytes } from '../../base/sizes'
import type { Block } from './block'

/** Of so many elements one is measured; views of bytes always are. */
const sampleEvery = 16

export class HeldInput {
  private readonly bytesMax: number
  private readonly recordsMax: number
  private bytes = 0
  private records = 0
  /** The part of `bytes` that is not in a block yet. */
  private gatheredBytes = 0
  private counted = 0
  private paused: (() => void)[] = []

  /** A long batch interval may hold more, or it would limit the rate. */
  constructor(batchIntervalMs: number) {
    const seconds = Math.max(1, batchIntervalMs / 1_000)
    this.bytesMax = Math.min(limits.receiverBytesMax * seconds, limits.receiverUnawaitedBytesMax / 2)
    this.recordsMax = Math.min(limits.receiverRecordsMax * seconds, limits.receiverUnawaitedRecordsMax / 2)
  }

  /** True when the receiver is to wait. */
  get isFull(): boolean { return this.bytes >= this.bytesMax || this.records >= this.recordsMax }

  /** An error when even waiting was ignored. */
  get refusal(): MillraceError | undefined {
    const { receiverUnawaitedBytesMax: bytesMax, receiverUnawaitedRecordsMax: recordsMax } = limits
    if (this.bytes < bytesMax && this.records < recordsMax) return undefined
    const limit = this.records >= recordsMax ? `${recordsMax} records (receiverUnawaitedRecordsMax)` : `${bytesMax} bytes (receiverUnawaitedBytesMax)`
    return new MillraceError('MR_LIMIT', `the source is faster than the batches and does not wait: ${limit} wait to be processed`, {
      hint: 'Await store(), which resolves when there is room again, or let the source emit less.',
    })
  }

  /** One element that will become part of a block. */
  gather(item: unknown): void {
    this.records++
    let sizeBytes = 0
    if (ArrayBuffer.isView(item)) sizeBytes = item.byteLength
    else if (this.counted++ % sampleEvery === 0) sizeBytes = estimateSizeBytes(item) * sampleEvery
    this.gatheredBytes += sizeBytes
    this.bytes += sizeBytes
  }

  /** An element that was gathered and then refused. */
  forget(): void { this.records-- }

  /** The bytes of the elements gathered so far, which now are a block. */
  takeGathered(): number {
    const taken = this.gatheredBytes
    this.gatheredBytes = 0
    return taken
  }

  /** A block whose elements were not gathered. */
  hold(block: Block): void {
    this.bytes += block.bytes
    this.records += recordsOf(block)
  }

  /** A block has been processed. */
  release(block: Block): void {
    this.bytes -= block.bytes
    this.records -= recordsOf(block)
  }

  /** Resolves at the next resume(). */
  wait(): Promise<void> { return new Promise(resolve => this.paused.push(resolve)) }

  resume(): void {
    for (const resolve of this.paused.splice(0)) resolve()
  }
}

/** Text and encoded blocks weigh what their bytes weigh, however many records they hold. */
function recordsOf(block: Block): number { return block.kind === 'values' ? block.values.length : 0 }
