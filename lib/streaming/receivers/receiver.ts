/** Receivers: what users extend to bring data in from anywhere. A receiver needs no core of its own. */
import { IllegalArgumentError, IllegalStateError } from '../../base/errors'
import type { Duration } from '../../base/duration'
import { StorageLevel } from '../../rdd/storage-level'
import type { ReceiverSupervisor } from './receiver-supervisor'

const brand = Symbol.for('millrace.receiver')
const alreadyStored = Promise.resolve()

/**
 * A source of data that this process receives. Subclasses say how to begin and how to end; `store` and its
 * relatives may be called in between, from anywhere. Counterpart:
 * org.apache.spark.streaming.receiver.Receiver.
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
  #supervisor: ReceiverSupervisor | undefined
  #streamId = -1

  /**
   * `storageLevel` is kept for programs that ask; blocks stay in memory, and a receiver waits when they are
   * too many.
   */
  constructor(readonly storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_SER_2) {
    Object.defineProperty(this, brand, { value: true })
  }

  /** True for every Receiver, also one from another copy of the package. */
  static is(value: unknown): value is Receiver<any> {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /**
   * Begins to receive: opens the connection, sets the timer. It may be async, and may then run as long as the
   * receiver does, looking at isStopped(). When it throws, the receiver is stopped.
   */
  abstract onStart(): void | Promise<void>

  /** Ends everything that onStart began. It may be async. */
  abstract onStop(): void | Promise<void>

  /** A host to run on, for engines with several. */
  preferredLocation(): string | undefined { return undefined }

  /** The id of the input stream that this receiver serves; -1 before it is attached to one. */
  get streamId(): number { return this.#streamId }

  /**
   * Stores one element. It is gathered with its neighbours into a block, so it can be lost if the process
   * dies, with the write-ahead log too. The promise resolves when the receiver may go on: later when spark.streaming.receiver.maxRate is
   * reached or the engine does not keep up. It need not be awaited, but a source that is faster than the
   * engine and does not wait is stopped when 8 million elements or 512 MiB wait. Rejects when the receiver is
   * not running; unawaited, that is silent.
   */
  store(item: T): Promise<void> {
    const { supervisor } = this
    try {
      return supervisor.offer(item) ?? alreadyStored
    } catch (error) {
      return quiet(Promise.reject(error))
    }
  }

  /**
   * Stores many elements as one block. Resolves when they are stored; with the write-ahead log
   * (spark.streaming.receiver.writeAheadLog.enable) when they are durable, so that the receiver may tell its
   * peer that it has them. Rejects when the log refuses: then nothing of it may be acknowledged.
   */
  storeMultiple(items: Iterable<T>): Promise<void> {
    if (typeof items?.[Symbol.iterator] !== 'function' || typeof items === 'string') {
      throw new IllegalArgumentError('storeMultiple takes an array or another iterable of elements', {
        hint: 'store(item) stores one element.',
      })
    }
    return quiet(this.supervisor.storeMultiple(items))
  }

  /**
   * Stores text: whole UTF-8 lines, which become one string element each, decoded only when a task reads
   * them. Resolves, or rejects, as storeMultiple does.
   */
  storeBytes(bytes: Uint8Array): Promise<void> {
    if (!ArrayBuffer.isView(bytes)) throw new IllegalArgumentError('storeBytes takes the bytes of text: a Uint8Array or a Buffer')
    return quiet(this.supervisor.storeText(bytes))
  }

  /** Reports an error to the log and to listeners (onReceiverError), without stopping. */
  reportError(message: string, error?: unknown): void { this.supervisor.reportError(message, error) }

  /**
   * Stops and, after `delay` (2 seconds, or spark.streaming.receiverRestartDelay), starts again. Returns at
   * once; in between isStopped() is true. Does nothing when it is stopped or resting already.
   */
  restart(message: string, error?: unknown, delay?: Duration): void { this.supervisor.restart(message, error, delay) }

  /** Stops for good. The stream goes on with empty batches. */
  stop(message: string, error?: unknown): void { void this.supervisor.stop(message, error) }

  /** True from each onStart to the next onStop. */
  isStarted(): boolean { return this.supervisor.isReceiverStarted }

  /** True after onStop, for good or until a restart. */
  isStopped(): boolean { return this.supervisor.isReceiverStopped }

  /** Internal. */
  attachSupervisor(supervisor: ReceiverSupervisor, streamId: number): void {
    if (this.#supervisor?.isStarted === true) {
      throw new IllegalArgumentError('this receiver runs already, for another stream', { hint: 'Make a receiver for each stream.' })
    }
    this.#supervisor = supervisor
    this.#streamId = streamId
  }

  /** Internal. */
  protected get supervisor(): ReceiverSupervisor {
    if (this.#supervisor !== undefined) return this.#supervisor
    throw new IllegalStateError(
      'A ReceiverSupervisor has not been attached to the receiver yet. Maybe you are starting some computation in the'
      + ' receiver before the Receiver.onStart() has been called.',
      { hint: 'Begin to store in onStart(), not in the constructor.' })
  }
}

/** The same promise, whose failure is not an unhandled one when nobody awaits it. */
function quiet(stored: Promise<void>): Promise<void> {
  stored.catch(() => undefined)
  return stored
}
