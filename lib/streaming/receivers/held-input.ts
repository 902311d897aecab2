/**
 * How much one receiver has handed over that no batch has processed yet. A receiver that waits is made to
 * wait when one batch's worth is not in a batch yet, so that the next batch fills while one runs, or when two
 * batches' worth is held at all; one that does not wait is refused in the end, so that it cannot fill the
 * memory.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { estimateSizeBytes } from '../../base/sizes'
import type { Block } from './block'

/** Of so many small objects one is measured. */
const sampleEvery = 16
const smallBytes = 1024

export class HeldInput {
  private readonly waitingBytesMax: number
  private readonly waitingRecordsMax: number
  private bytes = 0
  private records = 0
  /** The parts of them that are in batches. */
  private allocatedBytes = 0
  private allocatedRecords = 0
  /** The part of `bytes` that is not in a block yet. */
  private gatheredBytes = 0
  /** The objects gathered so far, and the size of the one that was measured last. */
  private objects = 0
  private objectBytes = 0
  private paused: (() => void)[] = []

  /** A long batch interval may hold more, or it would limit the rate. */
  constructor(batchIntervalMs: number) {
    const seconds = Math.max(1, batchIntervalMs / 1_000)
    this.waitingBytesMax = Math.min(limits.receiverBytesMax * seconds, limits.receiverUnawaitedBytesMax / 4)
    this.waitingRecordsMax = Math.min(limits.receiverRecordsMax * seconds, limits.receiverUnawaitedRecordsMax / 4)
  }

  /** True when the receiver is to wait. */
  get isFull(): boolean {
    const { bytes, records, waitingBytesMax, waitingRecordsMax } = this
    return bytes - this.allocatedBytes >= waitingBytesMax || records - this.allocatedRecords >= waitingRecordsMax
      || bytes >= 2 * waitingBytesMax || records >= 2 * waitingRecordsMax
  }

  /** An error when even waiting was ignored. */
  get refusal(): MillraceError | undefined {
    const { receiverUnawaitedBytesMax: bytesMax, receiverUnawaitedRecordsMax: recordsMax } = limits
    if (this.bytes < bytesMax && this.records < recordsMax) return undefined
    const limit = this.records >= recordsMax ? `${recordsMax} records (receiverUnawaitedRecordsMax)`
      : `${bytesMax} bytes (receiverUnawaitedBytesMax)`
    const message = `the source is faster than the batches and does not wait: ${limit} wait to be processed`
    return new MillraceError('MR_LIMIT', message, {
      hint: 'Await store(), which resolves when there is room again, or let the source emit less.',
    })
  }

  /** One element that will become part of a block. */
  gather(item: unknown): void {
    this.records++
    const sizeBytes = this.sizeOf(item)
    this.gatheredBytes += sizeBytes
    this.bytes += sizeBytes
  }

  /** Small objects are measured now and then, for the price of measuring them all would be felt. */
  private sizeOf(item: unknown): number {
    if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item)) return estimateSizeBytes(item)
    if (this.objectBytes <= smallBytes && this.objects++ % sampleEvery !== 0) return this.objectBytes
    this.objectBytes = estimateSizeBytes(item)
    return this.objectBytes
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

  /** All that is held is in a batch now. */
  allocate(): void {
    this.allocatedBytes = this.bytes
    this.allocatedRecords = this.records
  }

  /** A block of a batch has been processed. */
  release(block: Block): void {
    this.bytes -= block.bytes
    this.allocatedBytes -= block.bytes
    this.records -= recordsOf(block)
    this.allocatedRecords -= recordsOf(block)
  }

  /** Resolves at the next resume(). */
  wait(): Promise<void> { return new Promise(resolve => this.paused.push(resolve)) }

  resume(): void {
    for (const resolve of this.paused.splice(0)) resolve()
  }
}

/** Text and encoded blocks weigh what their bytes weigh, however many records they hold. */
function recordsOf(block: Block): number {
  if (block.kind === 'logged') return block.of === 'values' ? block.records! : 0
  return block.kind === 'values' ? block.values.length : 0
}
