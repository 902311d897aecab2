/**
 * Runs one receiver: starts it, starts it again after failures, stops it, takes what it stores, and makes it wait when
 * more is held than the engine has processed.
 *
 *   Initialized --start--> Started --stop--> Stopped
 *                            |  ^
 *                            +--+  restart: onStop, a pause, onStart
 */
import { requireDuration, type Duration } from '../../base/duration'
import type { Clock, Timer } from '../../base/clock'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { estimateSizeBytes } from '../../base/sizes'
import { countLines } from '../../codec/text'
import type { EventBus } from '../../events/bus'
import type { ReceiverInfo, StreamingEvent } from '../events'
import type { Block } from './block'
import { BlockGenerator } from './block-generator'
import type { Receiver } from './receiver'
import type { RateLimiter } from './rate-limiter'
import { TextGatherer } from './text-gatherer'

const log = logFor('ReceiverSupervisor')

interface Options {
  readonly receiver: Receiver<any>
  readonly streamId: number
  readonly name: string
  readonly clock: Clock
  readonly blockIntervalMs: number
  readonly restartDelayMs: number
  readonly rateLimiter: RateLimiter
  readonly events: EventBus<StreamingEvent>
  readonly addBlock: (block: Block) => void
}

export class ReceiverSupervisor {
  readonly streamId: number
  private readonly generator: BlockGenerator
  /** Internal: text that has not become a block yet. */
  readonly text = new TextGatherer(block => this.pushText(block))
  private state: 'Initialized' | 'Started' | 'Stopped' = 'Initialized'
  private restartTimer: Timer | undefined
  private starting: Promise<void> = Promise.resolve()
  private heldBytes = 0
  private heldRecords = 0
  private paused: (() => void)[] = []
  private lastError = { message: '', error: '', time: -1 }

  constructor(private readonly options: Options) {
    const { receiver, streamId, clock, blockIntervalMs } = options
    this.streamId = streamId
    this.generator = new BlockGenerator({
      onPushBlock: (_id, items) => this.push({ kind: 'values', values: items, records: items.length, bytes: estimateSizeBytes(items) }),
      onError: (message, error) => this.reportError(message, error),
      onInterval: () => this.text.cut(),
    }, streamId, clock, blockIntervalMs)
    receiver.attach(this, streamId)
  }

  get isStarted(): boolean { return this.state === 'Started' }
  get isStopped(): boolean { return this.state === 'Stopped' }

  async start(): Promise<void> {
    if (this.state !== 'Initialized') return
    this.state = 'Started'
    this.generator.start()
    await this.startReceiver()
  }

  private startReceiver(): Promise<void> {
    this.starting = this.tryStart()
    return this.starting
  }

  private async tryStart(): Promise<void> {
    try {
      await this.options.receiver.onStart()
      this.post('receiverStarted')
    } catch (error) {
      this.reportError(`Error starting receiver ${this.streamId}`, error)
      await this.stop(`Error starting receiver ${this.streamId}`, error)
    }
  }

  async store(item: unknown): Promise<void> {
    const admission = this.options.rateLimiter.admit()
    if (admission !== undefined) await admission
    this.generator.addData(item)
    this.heldRecords++
    if (this.isFull) await this.drained()
  }

  async storeMultiple(items: Iterable<unknown>): Promise<void> {
    const values = Array.from(items)
    this.heldRecords += values.length
    this.push({ kind: 'values', values, records: values.length, bytes: estimateSizeBytes(values) })
    if (this.isFull) await this.drained()
  }

  async storeBytes(bytes: Uint8Array): Promise<void> {
    this.pushText(bytes)
    if (this.isFull) await this.drained()
  }

  /** Internal: whole lines, at once. */
  pushText(text: Uint8Array): void {
    const records = countLines(text)
    this.heldRecords += records
    this.push({ kind: 'text', text, records, bytes: text.byteLength })
  }

  /** Internal: makes blocks of all that has been gathered, so that the batch about to be made has it. */
  flush(): void {
    this.text.cut()
    this.generator.cut(this.options.clock.now() + this.options.blockIntervalMs)
  }

  private push(block: Block): void {
    if (block.records === 0) return
    this.heldBytes += block.bytes
    this.options.addBlock(block)
  }

  /** Internal: true when the receiver has handed over as much as may wait to be processed. */
  get isFull(): boolean {
    return this.state === 'Started' && (this.heldBytes >= limits.receiverBytesMax || this.heldRecords >= limits.receiverRecordsMax)
  }

  /** Internal: resolves when the receiver may go on. */
  drained(): Promise<void> {
    return this.isFull ? new Promise(resolve => this.paused.push(resolve)) : Promise.resolve()
  }

  /** Internal: a block has been processed. */
  released(block: Block): void {
    this.heldBytes -= block.bytes
    this.heldRecords -= block.records
    if (!this.isFull) this.resume()
  }

  private resume(): void {
    for (const resolve of this.paused.splice(0)) resolve()
  }

  reportError(message: string, error: unknown): void {
    this.lastError = { message, error: error === undefined ? '' : String(error), time: this.options.clock.now() }
    log.warn(`${this.options.name}: ${message}${error === undefined ? '' : ` - ${String((error as Error)?.message ?? error)}`}`)
    this.post('receiverError')
  }

  restart(message: string, error?: unknown, delay?: Duration): void {
    const { clock, receiver, restartDelayMs } = this.options
    const delayMs = delay === undefined ? restartDelayMs : requireDuration(delay, 'the restart delay').milliseconds
    if (this.state !== 'Started' || this.restartTimer !== undefined) return
    this.reportError(`Restarting receiver with delay ${delayMs} ms: ${message}`, error)
    this.restartTimer = clock.schedule(clock.now() + delayMs, () => {
      this.restartTimer = undefined
      if (this.state === 'Started') return this.startReceiver()
    })
    this.starting = this.starting.then(() => receiver.onStop()).catch((thrown: unknown) => {
      this.reportError(`Error stopping receiver ${this.streamId}`, thrown)
    })
  }

  async stop(message: string, error?: unknown): Promise<void> {
    if (this.state === 'Stopped') return
    const wasStarted = this.state === 'Started'
    this.state = 'Stopped'
    this.restartTimer?.cancel()
    this.resume()
    if (error !== undefined) log.warn(`${this.options.name} stopped: ${message}`)
    try {
      if (wasStarted) await this.options.receiver.onStop()
    } catch (thrown) {
      this.reportError(`Error stopping receiver ${this.streamId}`, thrown)
    }
    this.text.cut()
    await this.generator.stop()
    this.post('receiverStopped')
  }

  private post(type: 'receiverStarted' | 'receiverError' | 'receiverStopped'): void {
    if (this.options.events.hasListeners) this.options.events.post({ type, receiverInfo: this.info })
  }

  get info(): ReceiverInfo {
    const { streamId, options: { name }, lastError } = this
    return {
      streamId, name, active: this.state === 'Started', location: 'localhost', executorId: 'driver',
      lastErrorMessage: lastError.message, lastError: lastError.error, lastErrorTime: lastError.time,
    }
  }
}
