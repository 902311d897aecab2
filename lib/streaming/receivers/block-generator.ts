/**
 * Gathers single elements into blocks: a block is whatever came in during one block interval. Nothing that was added is
 * dropped, and an empty interval makes no block.
 */
import type { Clock, Timer } from '../../base/clock'
import { SparkError } from '../../base/errors'

type State = 'Initialized' | 'Active' | 'StoppedAddingData' | 'StoppedAll'

/** What the owner of a generator is told. Counterpart: BlockGeneratorListener. */
export interface BlockGeneratorListener {
  onAddData?(item: unknown, metadata: unknown): void
  onGenerateBlock?(blockId: string): void
  onPushBlock(blockId: string, items: unknown[]): void | Promise<void>
  onError?(message: string, error: unknown): void
  /** Internal: every block interval, before its block is made. */
  onInterval?(): void
}

export class BlockGenerator {
  private state: State = 'Initialized'
  private items: unknown[] = []
  private timer: Timer | undefined
  private pushing: Promise<void> = Promise.resolve()
  private waitingPushes = 0

  constructor(
    private readonly listener: BlockGeneratorListener,
    private readonly streamId: number,
    private readonly clock: Clock,
    private readonly blockIntervalMs: number,
  ) {}

  start(): void {
    if (this.state !== 'Initialized') {
      throw new SparkError(`Cannot start BlockGenerator as its not in the Initialized state [state = ${this.state}]`)
    }
    this.state = 'Active'
    this.schedule()
  }

  private schedule(): void {
    const next = (Math.floor(this.clock.now() / this.blockIntervalMs) + 1) * this.blockIntervalMs
    this.timer = this.clock.schedule(next, () => {
      this.listener.onInterval?.()
      this.cut(next)
      if (this.state === 'Active') this.schedule()
      return this.pushing
    })
  }

  addData(item: unknown): void {
    this.requireActive()
    this.items.push(item)
  }

  addDataWithCallback(item: unknown, metadata: unknown): void {
    this.addData(item)
    this.listener.onAddData?.(item, metadata)
  }

  /** All of `items` go into one block. */
  addMultipleDataWithCallback(items: Iterable<unknown>, metadata: unknown): void {
    this.requireActive()
    for (const item of items) this.items.push(item)
    this.listener.onAddData?.(items, metadata)
  }

  private requireActive(): void {
    if (this.state === 'Active') return
    throw new SparkError('Cannot add data as BlockGenerator has not been started or has been stopped')
  }

  get isActive(): boolean { return this.state === 'Active' }
  get isStopped(): boolean { return this.state === 'StoppedAll' }

  /** Makes a block of what has come in since the last one. */
  cut(timeMs: number): void {
    if (this.items.length === 0) return
    const items = this.items
    this.items = []
    const blockId = `input-${this.streamId}-${timeMs - this.blockIntervalMs}`
    this.listener.onGenerateBlock?.(blockId)
    this.push(blockId, items)
  }

  /** Blocks are pushed in order; one that can be pushed at once is, so that the next batch has it. */
  private push(blockId: string, items: unknown[]): void {
    const failed = (error: unknown): void => this.listener.onError?.('Error in block pushing', error)
    if (this.waitingPushes > 0) {
      this.waitingPushes++
      this.pushing = this.pushing.then(() => this.listener.onPushBlock(blockId, items)).catch(failed).finally(() => { this.waitingPushes-- })
      return
    }
    try {
      const pushed = this.listener.onPushBlock(blockId, items)
      if (pushed === undefined) return
      this.waitingPushes++
      this.pushing = pushed.catch(failed).finally(() => { this.waitingPushes-- })
    } catch (error) {
      failed(error)
    }
  }

  /** Takes no more data and pushes all that is left. */
  async stop(): Promise<void> {
    if (this.state === 'StoppedAll') return
    this.state = 'StoppedAddingData'
    this.timer?.cancel()
    this.cut(this.clock.now() + this.blockIntervalMs)
    await this.pushing
    this.state = 'StoppedAll'
  }
}
