/** Receivers: what users extend to bring data in from anywhere. A receiver needs no core of its own. */
import { IllegalStateError } from '../../base/errors'
import type { Duration } from '../../base/duration'
import { StorageLevel } from '../../rdd/storage-level'
import type { ReceiverSupervisor } from './receiver-supervisor'

/**
 * Counterpart: org.apache.spark.streaming.receiver.Receiver.
 * @example
 * ```ts
 * import { Receiver, StorageLevel } from 'millrace'
 * class Ticker extends Receiver<number> {
 *   private timer: NodeJS.Timeout | undefined
 *   constructor() { super(StorageLevel.MEMORY_ONLY) }
 *   onStart() { this.timer = setInterval(() => this.store(Date.now()), 100) }
 *   onStop() { clearInterval(this.timer) }
 * }
 * ```
 */
export abstract class Receiver<T> {
  private attached: ReceiverSupervisor | undefined
  private id = -1

  constructor(readonly storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_SER_2) {}

  /** Begins to receive: opens the connection, sets the timer. It must return soon; it may be async. */
  abstract onStart(): void | Promise<void>

  /** Ends everything that onStart began. It may be async. */
  abstract onStop(): void | Promise<void>

  preferredLocation(): string | undefined { return undefined }

  /** The id of the input stream that this receiver serves; -1 before it is attached to one. */
  get streamId(): number { return this.id }

  /**
   * Stores one element. It is gathered with its neighbours into a block, so it can be lost if the process dies.
   * The promise, which need not be awaited, resolves when the receiver may go on: later when a rate limit is reached
   * or the engine does not keep up.
   */
  store(item: T): Promise<void> { return this.supervisor.store(item) }

  /** Stores many elements as one block. Resolves when they are stored (and logged, where there is a log). */
  storeMultiple(items: Iterable<T>): Promise<void> { return this.supervisor.storeMultiple(items) }

  /** Stores text: whole UTF-8 lines, which become one string element each, decoded only when a task reads them. */
  storeBytes(bytes: Uint8Array): Promise<void> { return this.supervisor.storeBytes(bytes) }

  /** Reports an error without stopping. */
  reportError(message: string, error?: unknown): void { this.supervisor.reportError(message, error) }

  /** Stops and, after `delay` (2 seconds, or spark.streaming.receiverRestartDelay), starts again. Returns at once. */
  restart(message: string, error?: unknown, delay?: Duration): void { this.supervisor.restart(message, error, delay) }

  /** Stops for good. */
  stop(message: string, error?: unknown): void { void this.supervisor.stop(message, error) }

  isStarted(): boolean { return this.supervisor.isStarted }
  isStopped(): boolean { return this.supervisor.isStopped }

  /** Internal. */
  attach(supervisor: ReceiverSupervisor, streamId: number): void {
    this.attached = supervisor
    this.id = streamId
  }

  protected get supervisor(): ReceiverSupervisor {
    if (this.attached !== undefined) return this.attached
    throw new IllegalStateError('A ReceiverSupervisor has not been attached to the receiver yet. Maybe you are starting some computation in the receiver before the Receiver.onStart() has been called.', {
      hint: 'Begin to store in onStart(), not in the constructor.',
    })
  }
}
