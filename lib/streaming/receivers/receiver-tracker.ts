/**
 * Which received block belongs to which batch. A block waits in its stream's queue until a batch is
 * generated; then it belongs to that batch and no other, for good. Receivers are told when what they handed
 * over has been processed.
 */
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import type { Block } from './block'
import type { ReceiverSupervisor } from './receiver-supervisor'

const log = logFor('ReceiverTracker')

type Allocation = ReadonlyMap<number, readonly Block[]>

export class ReceiverTracker {
  private waiting = new Map<number, Block[]>()
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

  /** True when something was received that no batch has. */
  get hasUnallocatedBlocks(): boolean {
    for (const supervisor of this.supervisors) supervisor.flush()
    return this.waiting.size > 0
  }

  /**
   * Gives all waiting blocks to the batch at `time`, what receivers are still gathering included: everything
   * that was received before a batch is generated is in it. Asked again for an old batch, it does nothing.
   */
  allocateBlocksToBatch(time: Time): void {
    if (time.milliseconds <= this.lastAllocatedMs) return
    for (const supervisor of this.supervisors) supervisor.flush()
    this.lastAllocatedMs = time.milliseconds
    this.allocated.set(time.milliseconds, this.waiting)
    this.unreleased.add(time.milliseconds)
    this.waiting = new Map()
    for (const supervisor of this.supervisors) supervisor.allocated()
  }

  blocksOf(time: Time, streamId: number): readonly Block[] {
    return this.allocated.get(time.milliseconds)?.get(streamId) ?? []
  }

  /** The batch at that time has run: its receivers may hand over as much again. */
  releaseBatch(batchMs: number): void {
    if (!this.unreleased.delete(batchMs)) return
    const allocation = this.allocated.get(batchMs)
    for (const supervisor of this.supervisors) {
      for (const block of allocation?.get(supervisor.streamId) ?? []) supervisor.released(block)
    }
  }

  /** Forgets what belongs to batches up to and including that time. */
  cleanup(untilMs: number): void {
    for (const batchMs of this.allocated.keys()) {
      if (batchMs > untilMs) continue
      this.releaseBatch(batchMs)
      this.allocated.delete(batchMs)
    }
  }

  start(): void {
    if (this.supervisors.length > 0) {
      log.info(`Starting ${this.supervisors.length} receivers. They have no log: what they receive is lost when the process`
        + ' dies before its batch has run')
    }
    for (const supervisor of this.supervisors) supervisor.start()
  }

  /** Stops every receiver; what they had gathered becomes blocks. */
  async stop(): Promise<void> {
    await Promise.all(this.supervisors.map(supervisor => supervisor.stop('Stopped by driver')))
  }
}
