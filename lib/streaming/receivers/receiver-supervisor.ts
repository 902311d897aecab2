/**
 * Runs one receiver: starts it, starts it again after failures, stops it, takes what it stores, and makes it
 * wait when more is held than the engine has processed. The receiver has a state of its own, since it rests
 * while it is restarted.
 *
 *   supervisor   Initialized --start--> Started -----------------stop--> Stopped
 *   receiver     Initialized --onStart-> Started --onStop--> Stopped --a pause, onStart--> Started ...
 */
import { requireDuration, type Duration } from '../../base/duration'
import type { Timer } from '../../base/clock'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { estimateSizeBytes } from '../../base/sizes'
import { countLines } from '../../codec/text'
import { readSetting } from '../../conf/settings'
import type { RateLimitedInput } from '../rate/rate-controller'
import { within } from '../within'
import type { Block, HeldBlock } from './block'
import { BlockGenerator } from './block-generator'
import { HeldInput } from './held-input'
import { ReceivedBlocks } from './received-blocks'
import type { ReceivedLog } from './received-log'
import { ReceiverNews } from './receiver-news'
import type { SupervisorOptions } from './supervisor-options'
import { TextGatherer } from './text-gatherer'

const log = logFor('ReceiverSupervisor')

type State = 'Initialized' | 'Started' | 'Stopped'

export class ReceiverSupervisor implements RateLimitedInput {
  readonly streamId: number
  private readonly generator: BlockGenerator
  private readonly held: HeldInput
  private readonly text: TextGatherer
  /** Internal: where what is stored goes. */
  readonly blocks: ReceivedBlocks
  private readonly restartDelayMs: number
  private state: State = 'Initialized'
  private receiverState: State = 'Initialized'
  private restartTimer: Timer | undefined
  private starts = 0
  private readonly news: ReceiverNews
  private draining: Promise<void> | undefined

  constructor(private readonly options: SupervisorOptions) {
    const { receiver, streamId, conf, clock } = options
    this.streamId = streamId
    this.restartDelayMs = readSetting(conf, 'spark.streaming.receiverRestartDelay')
    this.news = new ReceiverNews(options, () => this.isReceiverStarted)
    this.held = new HeldInput(options.batchIntervalMs)
    this.blocks = new ReceivedBlocks({ addBlock: options.addBlock, onFailure: error => this.fail(error) })
    this.generator = new BlockGenerator({
      onPushBlock: (_id, values) => this.push({ kind: 'values', values, records: values.length, bytes: this.held.takeGathered() }),
      onError: (message, error) => this.reportError(message, error),
      onInterval: () => this.cutText(),
    }, streamId, conf, clock)
    this.text = new TextGatherer(text => this.pushText(text), () => this.generator.rateLimiter.available)
    receiver.attachSupervisor(this, streamId)
  }

  get isReceiverStarted(): boolean { return this.receiverState === 'Started' }
  get isReceiverStopped(): boolean { return this.receiverState === 'Stopped' }
  get isStarted(): boolean { return this.state === 'Started' }
  get isLogged(): boolean { return this.options.isLogged }

  /** From the start on blocks go into this log. `waiting` are those of it that no batch has yet. */
  useLog(log: ReceivedLog, waiting: readonly Block[]): void {
    this.blocks.useLog(log)
    for (const block of waiting) this.held.hold(block)
    this.blocks.enqueueFound(waiting)
  }

  start(): void {
    if (this.state !== 'Initialized') return
    this.state = 'Started'
    this.generator.start()
    this.startReceiver()
  }

  private startReceiver(): void {
    this.receiverState = 'Started'
    const start = ++this.starts
    this.news.post('receiverStarted')
    const failed = (error: unknown): void => {
      // An onStart that runs as long as its receiver ends with the store that came too late.
      if (this.blocks.isClosedBy(error)) return
      const message = `Error starting receiver ${this.streamId}`
      this.reportError(message, error)
      if (start === this.starts) void this.stop(message, error)
    }
    try {
      // Not awaited: an async onStart may well run for as long as its receiver does.
      Promise.resolve(this.options.receiver.onStart()).catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  /**
   * Takes one element. Returns a promise when the receiver is to wait. Throws when the receiver is not
   * running.
   */
  offer(item: unknown): Promise<void> | undefined {
    this.requireRoom()
    this.held.gather(item)
    try {
      const turn = this.generator.addData(item)
      if (turn !== undefined) return turn.then(() => this.drained())
    } catch (error) {
      this.held.forget()
      throw error
    }
    return this.isFull ? this.drained() : undefined
  }

  storeMultiple(items: Iterable<unknown>): Promise<void> { return this.storeAndWait(() => valuesBlock(Array.from(items))) }

  /** Internal: for who answers a peer in time. Resolves when it is stored, also where the receiver is to wait. */
  storeAnswered(values: readonly unknown[]): Promise<void> { return this.storeAndWait(() => valuesBlock(values), false) }

  storeText(text: Uint8Array): Promise<void> {
    return this.storeAndWait(() => ({ kind: 'text', text, records: countLines(text), bytes: text.byteLength }))
  }

  /** Internal: elements in the form that lib/codec gives them. */
  storeEncoded(encoded: Uint8Array): Promise<void> {
    return this.storeAndWait(() => ({ kind: 'encoded', encoded, records: undefined, bytes: encoded.byteLength }))
  }

  private async storeAndWait(make: () => HeldBlock, waits = true): Promise<void> {
    this.requireRoom()
    await this.storeBlock(make())
    if (waits && this.isFull) await this.drained()
  }

  /** Resolves when the block is in the queue: durable, where there is a log. */
  private storeBlock(block: HeldBlock): Promise<void> | undefined {
    if (block.records === 0) return undefined
    this.news.received()
    const entries = this.blocks.entriesOf(block)
    this.generator.cut() // What was stored before comes before.
    this.held.hold(block)
    return this.blocks.store(block, entries)
  }

  /** Internal: text as a connection gives it, cut anywhere. Throws MR_LIMIT for a line that is too long. */
  addText(chunk: Uint8Array): void {
    this.text.add(chunk)
    this.generator.wake()
  }

  /**
   * Internal: the connection that gave the text has ended. Returns how many bytes of a broken line were
   * dropped.
   */
  endText(isClean: boolean): number {
    if (!isClean) return this.text.dropRest()
    this.text.end()
    return 0
  }

  private pushText(text: Uint8Array): void {
    const records = countLines(text)
    this.generator.rateLimiter.spend(records)
    const block: HeldBlock = { kind: 'text', text, records, bytes: text.byteLength }
    this.held.hold(block)
    this.push(block)
  }

  /** A block whose data nobody waits for. */
  private push(block: HeldBlock): void {
    this.news.received()
    this.blocks.storeUnawaited(block)
  }

  /** Nothing more can be stored: the receiver ends, and the program hears of it. */
  private fail(error: unknown): void {
    const { name, onFatal } = this.options
    onFatal(`${name} was stopped, for what it receives cannot be logged`, error)
    void this.stop('what is received cannot be logged', error)
  }

  private cutText(): void {
    this.text.cut()
    if (this.text.waitingBytes > 0) this.generator.wake()
    if (!this.isFull) this.held.resume()
  }

  /** Internal: makes blocks of all that has been gathered, so that the batch about to be made has it. */
  flush(): void {
    this.cutText()
    this.generator.cut()
  }

  /** Internal: the receiver may take so many records a second, unless its settings say less. */
  updateRate(recordsPerSecond: number): void { this.generator.rateLimiter.updateRate(recordsPerSecond) }

  /** Internal: how many records a second the receiver may take; Infinity where there is no limit. */
  get rateLimit(): number { return this.generator.rateLimiter.currentLimit }

  /** Internal: for what is stored as blocks. Undefined when so many records may be stored now, else a promise of their turn. */
  admit(records: number): Promise<void> | undefined { return this.generator.rateLimiter.admit(records) }

  /** Internal: resolves when all that has been gathered is in the queue. */
  settled(): Promise<void> {
    this.flush()
    return this.blocks.settled()
  }

  /** A receiver that does not wait where it is asked to is stopped before it fills the memory. */
  private requireRoom(): void {
    const error = this.held.refusal
    if (error === undefined) return
    if (this.state === 'Started') {
      this.options.onFatal(`${this.options.name} was stopped`, error)
      void this.stop(error.message, error)
    }
    throw error
  }

  /** Internal: true when the receiver has handed over as much as may wait to be processed. */
  get isFull(): boolean {
    return this.receiverState === 'Started' && (this.held.isFull || this.text.waitingBytes >= limits.textBlockBytesMax)
  }

  /** Internal: resolves when the receiver may go on. One promise for all that wait: they may be very many. */
  drained(): Promise<void> {
    if (!this.isFull) return Promise.resolve()
    this.draining ??= this.waitUntilDrained()
    return this.draining
  }

  private async waitUntilDrained(): Promise<void> {
    while (this.isFull) await this.held.wait()
    this.draining = undefined
  }

  /** Internal: these blocks are in the batch at that time: all that were in the queue. */
  allocated(batchMs: number, blocks: readonly Block[]): void {
    this.blocks.allocated(batchMs, blocks)
    this.held.allocate()
    if (!this.isFull) this.held.resume()
  }

  /** Internal: a block has been processed. */
  released(block: Block): void {
    this.held.release(block)
    this.blocks.released(block)
    if (!this.isFull) this.held.resume()
  }

  reportError(message: string, error?: unknown): void { this.news.error(message, error) }

  restart(message: string, error?: unknown, delay?: Duration): void {
    const delayMs = delay === undefined ? this.restartDelayMs : requireDuration(delay, 'the restart delay').milliseconds
    if (this.state !== 'Started' || this.receiverState === 'Stopped') return
    const { clock } = this.options
    this.reportError(`Restarting receiver with delay ${delayMs} ms: ${message}`, error)
    const stopped = this.stopReceiver()
    this.restartTimer = clock.schedule(clock.now() + delayMs, async () => {
      await stopped
      if (this.state === 'Started') this.startReceiver()
    })
  }

  private async stopReceiver(): Promise<void> {
    if (this.receiverState !== 'Started') return
    this.receiverState = 'Stopped'
    this.starts++
    this.held.resume()
    try {
      const stopped = Promise.resolve(this.options.receiver.onStop())
      if (!await within(stopped, limits.receiverStopMs)) {
        log.warn(`${this.options.name} has not stopped within ${limits.receiverStopMs} ms (receiverStopMs); going on without it`)
      }
    } catch (thrown) {
      this.reportError(`Error stopping receiver ${this.streamId}`, thrown)
    }
    this.news.post('receiverStopped')
  }

  /** Stops for good; what had been handed over becomes blocks. */
  async stop(message: string, error?: unknown): Promise<void> {
    if (this.state === 'Stopped') return
    this.state = 'Stopped'
    this.restartTimer?.cancel()
    this.news.stopped(message, error)
    await this.stopReceiver()
    await this.generator.stop()
    this.text.cut(Number.POSITIVE_INFINITY)
    await this.blocks.close()
  }
}

function valuesBlock(values: readonly unknown[]): HeldBlock {
  return { kind: 'values', values, records: values.length, bytes: estimateSizeBytes(values) }
}
