/**
 * A DStream: the frozen plan of a stream. Parents, a slide, and `compute(time)`, which says what RDD this
 * stream has at a batch time; nothing else. This class remembers the RDDs that were computed, for as long as
 * somebody may ask for them. The methods of each operator stand in that operator's own file; `catalogue.ts`
 * lists them all.
 */
import { CallSite } from '../base/call-site'
import { SparkError, UnsupportedOperationError } from '../base/errors'
import { requireDuration, type Duration } from '../base/duration'
import type { Time } from '../base/time'
import { describe, refuse } from '../rdd/arguments'
import type { RDD } from '../rdd/rdd'
import { StorageLevel } from '../rdd/storage-level'
import type { Job } from './scheduler/job'
import { defaultCheckpointInterval, validateCheckpointing } from './checkpoint-interval'
import { ExpiredCheckpoints } from './expired-checkpoints'
import type { StreamingContext } from './streaming-context'

const brand = Symbol.for('millrace.dstream')

/**
 * Counterpart: org.apache.spark.streaming.dstream.DStream.
 * @example
 * ```ts
 * import { StreamingContext, Seconds } from 'millrace'
 * const ssc = new StreamingContext('local', 'word count', Seconds(1))
 * const lines = ssc.socketTextStream('localhost', 9999)
 * lines.flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).print()
 * await ssc.start()
 * await ssc.awaitTermination()
 * ```
 */
export abstract class DStream<T> {
  /** Internal: the user's line that made this stream. Whatever it makes at a batch has this line. */
  readonly site: CallSite
  /** Internal: the RDDs by batch time in milliseconds; undefined where it is known that there is none. */
  readonly generated = new Map<number, RDD<T> | undefined>()
  /** Internal: the time before the first batch; undefined until the context starts. */
  zeroTime: Time | undefined
  /**
   * Internal: how far back its RDDs are needed by any other stream, in milliseconds; remembered may be longer.
   * Set when the context starts.
   */
  neededMs = 0
  /** Internal: how long RDDs are remembered; undefined until the context starts. */
  rememberDuration: Duration | undefined
  /** Internal: see checkpoint(). */
  checkpointDuration: Duration | undefined
  protected level = StorageLevel.NONE
  /** RDDs that were persisted before this stream had them: another's, not to be unpersisted here. */
  private readonly foreign = new WeakSet<RDD<T>>()
  private readonly expired = new ExpiredCheckpoints()
  private clearedMs = Number.NEGATIVE_INFINITY
  private operatorId: string | undefined

  constructor(
    readonly context: StreamingContext, readonly parents: readonly DStream<any>[], operator = 'DStream',
  ) {
    this.site = CallSite.capture(operator)
    context.requireOpenForChanges(this.site)
    Object.defineProperty(this, brand, { value: true })
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: 'a DStream' })
  }

  /** True for every DStream, also one from another copy of the package. */
  static is(value: unknown): value is DStream<any> {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** The RDD of this stream at `time`, or undefined where it has none. Called at most once a time. */
  abstract compute(time: Time): RDD<T> | undefined

  /** How far apart the RDDs of this stream are. */
  get slideDuration(): Duration { return this.parents[0]!.slideDuration }

  /** The streams that this one is computed from. */
  get dependencies(): readonly DStream<any>[] { return this.parents }

  get storageLevel(): StorageLevel { return this.level }

  /**
   * Keeps every RDD of this stream after its first computation. Returns this.
   * Throws UnsupportedOperationError after the context has started. Counterpart: DStream.persist.
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY_SER): this {
    if (this.isInitialized) {
      throw tooLate('persist', 'storage level')
    }
    this.level = requireLevel(level)
    return this
  }

  /** `persist(StorageLevel.MEMORY_ONLY_SER)`. */
  cache(): this { return this.persist() }

  /**
   * Writes an RDD of this stream to the checkpoint directory every `interval`, and persists the stream.
   * Throws UnsupportedOperationError after the context has started. Counterpart: DStream.checkpoint.
   */
  checkpoint(interval: Duration): this {
    requireDuration(interval, 'the checkpoint interval')
    if (this.isInitialized) {
      throw tooLate('checkpoint', 'checkpoint interval')
    }
    if (this.level === StorageLevel.NONE) this.persist()
    this.checkpointDuration = interval
    return this
  }

  /** Names this operator for recovery, so that its place in the program may change. Returns this. */
  uid(name: string): this {
    if (typeof name !== 'string' || name === '') refuse('uid', 'it takes a name that is not empty')
    this.operatorId = name
    return this
  }

  /** Internal. */
  get ownId(): string | undefined { return this.operatorId }

  /** Internal. */
  get isInitialized(): boolean { return this.zeroTime !== undefined }

  /**
   * Internal: how long parents must remember for this stream: itself, and longer where a window looks back.
   */
  get parentRememberDuration(): Duration { return this.rememberDuration! }

  /** Internal: how far before its own time it reads its parents, in milliseconds: windows do. */
  get looksBackMs(): number { return 0 }

  /** Internal: tells this stream and its parents how far back they are needed. */
  need(ms: number): void {
    if (ms <= this.neededMs) return
    this.neededMs = ms
    for (const parent of this.parents) parent.need(Math.max(ms, parent.slideDuration.milliseconds) + this.looksBackMs)
  }

  /** Internal: tells this stream and its parents when time begins. */
  initialize(zeroTime: Time): void {
    if (this.zeroTime !== undefined) {
      if (this.zeroTime.equals(zeroTime)) return
      throw new SparkError(
        `ZeroTime is already initialized to ${this.zeroTime}, cannot initialize it again to ${zeroTime}`)
    }
    this.zeroTime = zeroTime
    if (this.mustCheckpoint) this.checkpointDuration ??= defaultCheckpointInterval(this.slideDuration)
    // Twice the interval, so that the latest checkpoint is never forgotten.
    const interval = this.checkpointDuration
    const slide = this.slideDuration
    this.remember(interval !== undefined && slide.lessEq(interval) ? interval.times(2) : slide)
    for (const parent of this.parents) parent.initialize(zeroTime)
  }

  /** Internal: remembers at least so long; parents as much longer as this stream needs. */
  remember(duration: Duration): void {
    if (this.rememberDuration !== undefined && duration.lessEq(this.rememberDuration)) return
    this.rememberDuration = duration
    for (const parent of this.parents) parent.remember(this.parentRememberDuration)
  }

  /** Internal: throws when this stream or one that it is computed from cannot run as it was set up. */
  validateAtStart(seen = new Set<DStream<any>>()): void {
    if (seen.has(this)) return
    seen.add(this)
    validateCheckpointing(this)
    for (const parent of this.parents) parent.validateAtStart(seen)
  }

  /** Internal: true for streams whose results depend on all that went before. */
  get mustCheckpoint(): boolean { return false }

  /** Internal: true for times at which this stream has an RDD: after zero time, at whole slides. */
  isTimeValid(time: Time): boolean {
    if (this.zeroTime === undefined) {
      throw new SparkError(`${this} has not been initialized`, { at: this.site.toString() })
    }
    return this.zeroTime.less(time) && time.minus(this.zeroTime).isMultipleOf(this.slideDuration)
  }

  /** The RDD at `time`, computed when it was not yet; undefined where this stream has none. */
  getOrCompute(time: Time): RDD<T> | undefined {
    if (this.generated.has(time.milliseconds)) return this.generated.get(time.milliseconds)
    if (!this.isTimeValid(time)) return undefined
    const rdd = CallSite.within(this.site, () => this.compute(time)) ?? undefined
    if (rdd !== undefined) this.keep(rdd, time)
    this.generated.set(time.milliseconds, rdd)
    return rdd
  }

  /** Internal: persists and marks for a checkpoint what was just made. */
  protected keep(rdd: RDD<T>, time: Time): void {
    if (!rdd.getStorageLevel().equals(StorageLevel.NONE)) this.foreign.add(rdd)
    else if (!this.level.equals(StorageLevel.NONE)) rdd.persist(this.level)
    const interval = this.checkpointDuration
    if (interval !== undefined && time.minus(this.zeroTime!).isMultipleOf(interval)) rdd.checkpoint()
  }

  /** Internal: the job of this stream at `time`. Only output streams have one that does something. */
  generateJob(_time: Time): Job | undefined { return undefined }

  /** Internal: forgets what nobody may ask for any more. */
  clearMetadata(time: Time): void {
    if (time.milliseconds <= this.clearedMs) return
    this.clearedMs = time.milliseconds
    const oldest = time.minus(this.rememberDuration!).milliseconds
    for (const [at, rdd] of this.generated) {
      if (at > oldest) continue
      this.generated.delete(at)
      if (rdd !== undefined) this.release(rdd)
    }
    this.expired.removeOnceReplaced(this.generated.values())
    for (const parent of this.parents) parent.clearMetadata(time)
  }

  private release(rdd: RDD<T>): void {
    if (this.checkpointDuration !== undefined) this.expired.add(rdd)
    if (!this.context.unpersistsForgotten || this.foreign.has(rdd)) return
    if (!rdd.getStorageLevel().equals(StorageLevel.NONE)) rdd.unpersist()
  }

  toString(): string { return `${this.constructor.name} (${this.site})` }
}

function requireLevel(level: unknown): StorageLevel {
  if (level instanceof StorageLevel) return level
  refuse('persist', `it takes a StorageLevel, got ${describe(level)}`,
    'StorageLevel.MEMORY_ONLY_SER, or StorageLevel.fromString(name).')
}

function tooLate(operator: string, what: string): UnsupportedOperationError {
  return new UnsupportedOperationError(
    `Cannot change ${what} of an DStream after streaming context has started`, {
      at: CallSite.capture(operator).toString(),
      hint: 'Call it where the stream is defined, before ssc.start().',
    })
}
