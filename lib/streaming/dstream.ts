/**
 * A DStream: the frozen plan of a stream. Parents, a slide, and `compute(time)`, which says what RDD this stream has at
 * a batch time; nothing else. This class remembers the RDDs that were computed, for as long as somebody may ask for
 * them. The methods of each operator stand in that operator's own file; `catalogue.ts` lists them all.
 */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError, SparkError, UnsupportedOperationError } from '../base/errors'
import { requireDuration, type Duration } from '../base/duration'
import type { Time } from '../base/time'
import type { RDD } from '../rdd/rdd'
import { StorageLevel } from '../rdd/storage-level'
import type { Job } from './scheduler/job'
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
  /** Internal: the RDDs by batch time in milliseconds. */
  readonly generated = new Map<number, RDD<T>>()
  /** Internal: the time before the first batch; undefined until the context starts. */
  zeroTime: Time | undefined
  /** Internal: how long RDDs are remembered; undefined until the context starts. */
  rememberDuration: Duration | undefined
  /** Internal: see checkpoint(). */
  checkpointDuration: Duration | undefined
  protected level = StorageLevel.NONE
  private operatorId: string | undefined

  constructor(readonly context: StreamingContext, readonly parents: readonly DStream<any>[], operator = 'DStream') {
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
      throw new UnsupportedOperationError('Cannot change storage level of an DStream after streaming context has started', {
        at: CallSite.capture('persist').toString(), hint: 'Call persist() where the stream is defined, before ssc.start().',
      })
    }
    this.level = level
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
      throw new UnsupportedOperationError('Cannot change checkpoint interval of an DStream after streaming context has started', {
        at: CallSite.capture('checkpoint').toString(),
      })
    }
    if (this.level === StorageLevel.NONE) this.persist()
    this.checkpointDuration = interval
    return this
  }

  /** Names this operator for recovery, so that its place in the program may change. Returns this. */
  uid(name: string): this {
    if (typeof name !== 'string' || name === '') throw new IllegalArgumentError('uid takes a name that is not empty')
    this.operatorId = name
    return this
  }

  /** Internal. */
  get ownId(): string | undefined { return this.operatorId }

  /** Internal. */
  get isInitialized(): boolean { return this.zeroTime !== undefined }

  /** Internal: how long parents must remember for this stream: itself, and longer where a window looks back. */
  get parentRememberDuration(): Duration { return this.rememberDuration! }

  /** Internal: tells this stream and its parents when time begins. */
  initialize(zeroTime: Time): void {
    if (this.zeroTime !== undefined && !this.zeroTime.equals(zeroTime)) {
      throw new SparkError(`ZeroTime is already initialized to ${this.zeroTime}, cannot initialize it again to ${zeroTime}`)
    }
    this.zeroTime = zeroTime
    let least = this.slideDuration
    if (this.checkpointDuration !== undefined && least.lessEq(this.checkpointDuration)) least = this.checkpointDuration.times(2)
    this.remember(least)
    for (const parent of this.parents) parent.initialize(zeroTime)
  }

  /** Internal: remembers at least so long; parents as much longer as this stream needs. */
  remember(duration: Duration): void {
    if (this.rememberDuration === undefined || this.rememberDuration.less(duration)) this.rememberDuration = duration
    for (const parent of this.parents) parent.remember(this.parentRememberDuration)
  }

  /** Internal: throws when this stream cannot run as it was set up. */
  validateAtStart(): void {
    if (this.mustCheckpoint && this.context.checkpointDirectory === undefined) {
      throw new IllegalArgumentError('The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().', {
        at: this.site.toString(), hint: "ssc.checkpoint('some/folder') before ssc.start().",
      })
    }
    if (this.checkpointDuration !== undefined) this.validateCheckpointDuration(this.checkpointDuration)
    for (const parent of this.parents) parent.validateAtStart()
  }

  /** Internal: true for streams whose results depend on all that went before. */
  get mustCheckpoint(): boolean { return false }

  private validateCheckpointDuration(interval: Duration): void {
    const begin = `The checkpoint interval for ${this.constructor.name} has been set to ${interval} which`
    const at = this.site.toString()
    if (this.context.checkpointDirectory === undefined) {
      throw new IllegalArgumentError('The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().', { at })
    }
    if (interval.less(this.slideDuration)) {
      throw new IllegalArgumentError(`${begin} is lower than its slide time (${this.slideDuration}). Please set it to at least ${this.slideDuration}.`, { at })
    }
    if (!interval.isMultipleOf(this.slideDuration)) {
      throw new IllegalArgumentError(`${begin} not a multiple of its slide time (${this.slideDuration}). Please set it to a multiple of ${this.slideDuration}.`, { at })
    }
  }

  /** Internal: true for times at which this stream has an RDD: after zero time, at whole slides. */
  isTimeValid(time: Time): boolean {
    if (this.zeroTime === undefined) throw new SparkError(`${this} has not been initialized`, { at: this.site.toString() })
    return this.zeroTime.less(time) && time.minus(this.zeroTime).isMultipleOf(this.slideDuration)
  }

  /** The RDD at `time`, computed when it was not yet; undefined where this stream has none. */
  getOrCompute(time: Time): RDD<T> | undefined {
    const known = this.generated.get(time.milliseconds)
    if (known !== undefined) return known
    if (!this.isTimeValid(time)) return undefined
    const rdd = CallSite.within(this.site, () => this.compute(time))
    if (rdd === undefined) return undefined
    if (this.level !== StorageLevel.NONE) rdd.persist(this.level)
    if (this.checkpointDuration !== undefined && time.minus(this.zeroTime!).isMultipleOf(this.checkpointDuration)) {
      rdd.checkpoint()
    }
    this.generated.set(time.milliseconds, rdd)
    return rdd
  }

  /** Internal: the job of this stream at `time`. Only output streams have one that does something. */
  generateJob(_time: Time): Job | undefined { return undefined }

  /** Internal: forgets what nobody may ask for any more. */
  clearMetadata(time: Time): void {
    const oldest = time.minus(this.rememberDuration!).milliseconds
    for (const [at, rdd] of this.generated) {
      if (at > oldest) continue
      this.generated.delete(at)
      if (this.context.unpersistsForgotten && rdd.getStorageLevel() !== StorageLevel.NONE) rdd.unpersist()
    }
    for (const parent of this.parents) parent.clearMetadata(time)
  }

  toString(): string { return `${this.constructor.name} (${this.site})` }
}

/** Internal: throws unless both streams belong to the same context and have the same slide. */
export function requireAlike(operator: string, streams: readonly DStream<any>[]): void {
  if (streams.length === 0) throw new IllegalArgumentError(`${operator}: List of DStreams to union is empty`)
  for (const stream of streams) {
    if (!DStream.is(stream)) throw new IllegalArgumentError(`${operator} needs DStreams, it got ${String(stream)}`)
  }
  const [first] = streams
  const at = CallSite.capture(operator).toString()
  if (streams.some(stream => stream.context !== first!.context)) {
    throw new IllegalArgumentError(`${operator}: Some of the DStreams have different contexts`, { at })
  }
  const odd = streams.find(stream => !stream.slideDuration.equals(first!.slideDuration))
  if (odd !== undefined) {
    throw new IllegalArgumentError(
      `${operator}: Some of the DStreams have different slide durations: ${first!.slideDuration} and ${odd.slideDuration}`, { at })
  }
}

