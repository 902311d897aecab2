/**
 * Which received block belongs to which batch. A block waits in its stream's queue until a batch is
 * generated; then it belongs to that batch and no other, for good. Receivers are told when what they handed
 * over has been processed.
 */
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import { errorText } from '../error-text'
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
    const allocation = this.waiting
    this.waiting = new Map()
    for (const supervisor of this.supervisors) {
      supervisor.allocated(time.milliseconds, allocation.get(supervisor.streamId) ?? [])
    }
  }

  /**
   * A batch of the run that this one recovers has these blocks. Its receivers do not hold them: they were
   * received long ago.
   */
  restoreBatch(batchMs: number, streamId: number, blocks: readonly Block[]): void {
    this.lastAllocatedMs = Math.max(this.lastAllocatedMs, batchMs)
    this.allocated.set(batchMs, new Map([...this.allocated.get(batchMs) ?? [], [streamId, blocks]]))
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
    for (const [batchMs, allocation] of this.allocated) {
      if (batchMs > untilMs) continue
      this.releaseBatch(batchMs)
      this.allocated.delete(batchMs)
      for (const supervisor of this.supervisors) {
        for (const block of allocation.get(supervisor.streamId) ?? []) supervisor.blocks.forgotten(block)
      }
    }
  }

  /**
   * Lets the logs go of what only batches before `oldestKeptBatchMs` have: to be called when no checkpoint
   * that is kept needs them. Never rejects: what cannot be removed now is removed next time.
   */
  async cleanLogs(oldestKeptBatchMs: number): Promise<void> {
    await Promise.all(this.supervisors.map(async supervisor => {
      try {
        await supervisor.blocks.clean(oldestKeptBatchMs)
      } catch (error) {
        log.warn(`the log of received data of stream ${supervisor.streamId} cannot be cleaned: ${errorText(error)}`)
      }
    }))
  }

  /** Starts the receivers; one with a log is started by its stream, when the log is open. */
  start(): void {
    const withLog = this.supervisors.filter(supervisor => supervisor.isLogged).length
    if (withLog > 0) {
      log.info(`Starting ${withLog} receivers with a write-ahead log. What they store in blocks (storeMultiple, storeBytes) is`
        + ' durable when the call resolves. What they store one by one, and text from sockets, is logged every'
        + ' spark.streaming.blockInterval: the last of it is lost when the process dies')
    } else if (this.supervisors.length > 0) {
      log.info(`Starting ${this.supervisors.length} receivers. They have no log: what they receive is lost when the process`
        + ' dies before its batch has run')
    }
    for (const supervisor of this.supervisors) if (!supervisor.isLogged) supervisor.start()
  }

  /** Stops every receiver; what they had gathered becomes blocks. */
  async stop(): Promise<void> {
    await Promise.all(this.supervisors.map(supervisor => supervisor.stop('Stopped by driver')))
  }
}
