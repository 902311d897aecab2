/**
 * Gathers single elements into blocks: a block is whatever came in during one block interval. Nothing that
 * was added is dropped, and an empty interval makes no block and costs no timer.
 *
 *   Initialized --start--> Active --stop--> StoppedAddingData --(all pushed)--> StoppedAll
 */
import { systemClock, type Clock, type Timer } from '../../base/clock'
import { SparkError } from '../../base/errors'
import { readSetting } from '../../conf/settings'
import type { SparkConf } from '../../conf/spark-conf'
import { RateLimiter } from './rate-limiter'

type State = 'Initialized' | 'Active' | 'StoppedAddingData' | 'StoppedAll'

/** What the owner of a generator is told. Counterpart: BlockGeneratorListener. */
export interface BlockGeneratorListener {
  /** Elements were added with a callback; `addData` does not call this. */
  onAddData?(item: unknown, metadata: unknown): void
  /** A block was made; it is pushed next. */
  onGenerateBlock?(blockId: string): void
  /** The block must be stored. It may be async; blocks are pushed one after another. */
  onPushBlock(blockId: string, items: unknown[]): void | Promise<void>
  onError?(message: string, error: unknown): void
  /** Internal: every block interval in which something came in, before its block is made. */
  onInterval?(): void
}

/** Counterpart: org.apache.spark.streaming.receiver.BlockGenerator. */
export class BlockGenerator {
  readonly rateLimiter: RateLimiter
  private readonly blockIntervalMs: number
  private readonly pushesMax: number
  private state: State = 'Initialized'
  private items: unknown[] = []
  private timer: Timer | undefined
  private lastIdMs = Number.NEGATIVE_INFINITY
  private pushing: Promise<void> = Promise.resolve()
  private waitingPushes = 0
  private readonly waitingAdds = new Set<Promise<void>>()

  /** Throws IllegalArgumentError when spark.streaming.blockInterval is not positive. */
  constructor(
    private readonly listener: BlockGeneratorListener,
    private readonly streamId: number,
    conf: SparkConf,
    private readonly clock: Clock = systemClock,
  ) {
    this.blockIntervalMs = readSetting(conf, 'spark.streaming.blockInterval')
    this.pushesMax = readSetting(conf, 'spark.streaming.blockQueueSize')
    const isSlowed = readSetting(conf, 'spark.streaming.backpressure.enabled')
    const initialRate = isSlowed ? readSetting(conf, 'spark.streaming.backpressure.initialRate') : undefined
    this.rateLimiter = new RateLimiter(clock, readSetting(conf, 'spark.streaming.receiver.maxRate'), initialRate)
  }

  isActive(): boolean { return this.state === 'Active' }
  isStopped(): boolean { return this.state === 'StoppedAll' }

  /** Throws SparkError when it was started before. */
  start(): void {
    if (this.state !== 'Initialized') {
      throw new SparkError(`Cannot start BlockGenerator as its not in the Initialized state [state = ${this.state}]`)
    }
    this.state = 'Active'
  }

  /** Returns a promise when the rate limit makes the element wait. Throws SparkError unless active. */
  addData(item: unknown): Promise<void> | undefined {
    return this.add(1, () => { this.items.push(item) })
  }

  /** The same, and tells the listener. */
  addDataWithCallback(item: unknown, metadata: unknown): Promise<void> | undefined {
    return this.add(1, () => {
      this.items.push(item)
      this.listener.onAddData?.(item, metadata)
    })
  }

  /** All of `items` go into one block. */
  addMultipleDataWithCallback(items: Iterable<unknown>, metadata: unknown): Promise<void> | undefined {
    this.requireActive()
    const all = Array.from(items)
    return this.add(all.length, () => {
      for (const item of all) this.items.push(item)
      this.listener.onAddData?.(all, metadata)
    })
  }

  private add(count: number, append: () => void): Promise<void> | undefined {
    this.requireActive()
    const turn = this.rateLimiter.admit(count)
    if (turn === undefined) {
      append()
      this.wake()
      return undefined
    }
    const added = turn.then(() => {
      this.waitingAdds.delete(added)
      append()
      this.wake()
    })
    this.waitingAdds.add(added)
    return added
  }

  private requireActive(): void {
    if (this.state === 'Active') return
    throw new SparkError('Cannot add data as BlockGenerator has not been started or has been stopped', {
      hint: 'A receiver stores between its onStart and its onStop.',
    })
  }

  /** Internal: something has come in, so that the end of this block interval matters. */
  wake(): void {
    if (this.timer !== undefined || this.state !== 'Active') return
    const endMs = (Math.floor(this.clock.now() / this.blockIntervalMs) + 1) * this.blockIntervalMs
    this.timer = this.clock.schedule(endMs, () => {
      this.timer = undefined
      this.listener.onInterval?.()
      this.cut(endMs)
      if (this.items.length > 0) this.wake()
      return this.pushing
    })
  }

  /**
   * Makes a block of what has come in since the last one, unless too many blocks wait to be pushed already.
   */
  cut(endMs = Math.ceil(this.clock.now() / this.blockIntervalMs) * this.blockIntervalMs): void {
    if (this.items.length === 0 || (this.waitingPushes >= this.pushesMax && this.state === 'Active')) return
    const items = this.items
    this.items = []
    // One interval may be cut twice, by its own end and by the end of a batch.
    this.lastIdMs = Math.max(endMs - this.blockIntervalMs, this.lastIdMs + 1, 0)
    const blockId = `input-${this.streamId}-${this.lastIdMs}`
    this.listener.onGenerateBlock?.(blockId)
    this.push(blockId, items)
  }

  /** Blocks are pushed in order; one that can be pushed at once is, so that the next batch has it. */
  private push(blockId: string, items: unknown[]): void {
    const failed = (error: unknown): void => this.listener.onError?.('Error in block pushing', error)
    const settled = (): void => { this.waitingPushes-- }
    if (this.waitingPushes > 0) {
      this.waitingPushes++
      this.pushing = this.pushing.then(() => this.listener.onPushBlock(blockId, items)).catch(failed).finally(settled)
      return
    }
    try {
      const pushed = this.listener.onPushBlock(blockId, items)
      if (pushed === undefined) return
      this.waitingPushes++
      this.pushing = pushed.catch(failed).finally(settled)
    } catch (error) {
      failed(error)
    }
  }

  /** Takes no more data and pushes all that is left, what waits for its turn included. */
  async stop(): Promise<void> {
    if (this.state === 'StoppedAll') return
    if (this.state === 'Active') {
      this.state = 'StoppedAddingData'
      this.timer?.cancel()
      this.rateLimiter.open()
      await Promise.all(this.waitingAdds)
      this.cut()
    }
    await this.pushing
    this.state = 'StoppedAll'
  }
}
