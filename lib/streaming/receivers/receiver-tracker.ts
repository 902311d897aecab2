/**
 * Which received block belongs to which batch. A block waits in its stream's queue until a batch is generated; then it
 * belongs to that batch and no other, for good. Receivers are told when what they handed over has been processed.
 */
import { Time } from '../../base/time'
import type { Block } from './block'
import type { ReceiverSupervisor } from './receiver-supervisor'

type Allocation = ReadonlyMap<number, readonly Block[]>

export class ReceiverTracker {
  private readonly waiting = new Map<number, Block[]>()
  private readonly allocated = new Map<number, Allocation>()
  private readonly unreleased = new Set<number>()
  private readonly supervisors: ReceiverSupervisor[] = []
  private lastAllocatedMs = Number.NEGATIVE_INFINITY

  addSupervisor(supervisor: ReceiverSupervisor): void { this.supervisors.push(supervisor) }

  addBlock(streamId: number, block: Block): void {
    const queue = this.waiting.get(streamId)
    if (queue === undefined) this.waiting.set(streamId, [block])
    else queue.push(block)
  }

  get hasUnallocatedBlocks(): boolean {
    for (const supervisor of this.supervisors) supervisor.flush()
    for (const queue of this.waiting.values()) if (queue.length > 0) return true
    return false
  }

  /** Gives all waiting blocks to the batch at `time`. Asked again for an old batch, it does nothing. */
  allocateBlocksToBatch(time: Time): void {
    if (time.milliseconds <= this.lastAllocatedMs) return
    for (const supervisor of this.supervisors) supervisor.flush()
    const allocation = new Map<number, readonly Block[]>()
    for (const [streamId, queue] of this.waiting) {
      if (queue.length > 0) allocation.set(streamId, queue)
    }
    this.waiting.clear()
    this.lastAllocatedMs = time.milliseconds
    this.allocated.set(time.milliseconds, allocation)
    this.unreleased.add(time.milliseconds)
  }

  blocksOf(time: Time, streamId: number): readonly Block[] {
    return this.allocated.get(time.milliseconds)?.get(streamId) ?? []
  }

  /** The batch at `time` has run: its receivers may hand over as much again. */
  releaseBatch(time: Time): void {
    if (!this.unreleased.delete(time.milliseconds)) return
    const allocation = this.allocated.get(time.milliseconds)
    for (const supervisor of this.supervisors) {
      for (const block of allocation?.get(supervisor.streamId) ?? []) supervisor.released(block)
    }
  }

  /** Forgets what belongs to batches up to and including `time`. */
  cleanup(time: Time): void {
    for (const batchMs of this.allocated.keys()) {
      if (batchMs > time.milliseconds) continue
      this.releaseBatch(new Time(batchMs))
      this.allocated.delete(batchMs)
    }
  }

  async start(): Promise<void> {
    for (const supervisor of this.supervisors) await supervisor.start()
  }

  /** Stops every receiver; what they had gathered becomes blocks. */
  async stop(): Promise<void> {
    await Promise.all(this.supervisors.map(supervisor => supervisor.stop('Stopped by driver')))
  }
}
