/**
 * The SparkContext: settings, identity, the engine and its jobs. What makes RDDs, accumulators and broadcasts
 * stands in files of its own, listed in `catalogue.ts`. One context is active in a process at a time.
 */
import { CallSite } from '../../base/call-site'
import { SystemClock } from '../../base/clock'
import { IllegalArgumentError, IllegalStateError, SparkError } from '../../base/errors'
import { logFor } from '../../base/log'
import { readSetting } from '../../conf/settings'
import { SparkConf } from '../../conf/spark-conf'
import { setFileSystemSettings } from '../../disk/file-systems'
import { EventBus } from '../../events/bus'
import type { EngineEvent } from '../../events/engine-events'
import type { RDD } from '../rdd'
import { createRunner, type Runner } from '../runner'
import { TaskContext } from '../task-context'
import { Jobs } from './jobs'
import { LocalProperties } from './local-properties'

const log = logFor('SparkContext')
const brand = Symbol.for('millrace.sparkContext')
let active: SparkContext | undefined
let contextsMade = 0

/** The version of Millrace, from its package. */
export const version: string = require('../../../package.json').version

/**
 * Counterpart: org.apache.spark.SparkContext.
 * Throws SparkError without a master or an application name, or while another context is active.
 * @example
 * ```ts
 * import { SparkContext, SparkConf } from 'millrace'
 * await using sc = new SparkContext(new SparkConf().setMaster('local').setAppName('sums'))
 * console.log(await sc.parallelize([1, 2, 3]).sum()) // 6
 * ```
 */
export class SparkContext {
  readonly master: string
  readonly appName: string
  readonly applicationId: string
  readonly startTime: number
  /** Internal: what the engine says. */
  readonly events = new EventBus<EngineEvent>()
  /** Internal: properties of the calling flow. */
  readonly localProperties = new LocalProperties()
  /** Internal: the running jobs. */
  readonly jobs: Jobs
  /** Internal: the engine. */
  readonly runner: Runner
  /** Internal: set while an RDD waits for its checkpoint to be written. */
  hasPendingCheckpoints = false
  private readonly settings: SparkConf
  private readonly site: CallSite
  private readonly clock = new SystemClock()
  private readonly persistent = new Map<number, WeakRef<RDD<any>>>()
  private readonly beforeStop: (() => void | Promise<void>)[] = []
  private stopping: Promise<void> | undefined
  private rddCount = 0

  constructor(conf: SparkConf)
  constructor(master: string, appName: string, conf?: SparkConf)
  constructor(confOrMaster?: SparkConf | string, appName?: string, conf?: SparkConf) {
    this.site = CallSite.capture('SparkContext')
    if (TaskContext.get() !== undefined) {
      throw new IllegalStateError('SparkContext should only be created and accessed on the driver.',
        { at: this.site.toString() })
    }
    this.settings = settingsFrom(confOrMaster, appName, conf)
    this.master = this.settings.getOption('spark.master')
      ?? missing('A master URL must be set in your configuration', 'master')
    this.appName = this.settings.getOption('spark.app.name')
      ?? missing('An application name must be set in your configuration', 'appName')
    if (active !== undefined) {
      throw new SparkError(
        'Only one SparkContext should be running in this JVM (see SPARK-2243). '
        + `The running one was created at ${active.site.location}.`,
        {
          hint: 'Stop it first (await sc.stop()), or share it: SparkContext.getOrCreate().',
          at: this.site.toString(),
        })
    }
    this.startTime = this.clock.now()
    this.applicationId = `local-${this.startTime}-${process.pid}-${contextsMade++}`
    for (const { key, nearest } of this.settings.unknownKeys()) {
      log.warn(`unknown setting ${key}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`)
    }
    for (const key of this.settings.ineffectiveKeys()) log.warn(`${key} has no effect in this version (docs/unlike-spark.md)`)
    setFileSystemSettings(this.settings.getAll().filter(([key]) => /^(spark\.hadoop|millrace)\./.test(key)))
    this.runner = createRunner({ master: this.master, conf: this.settings, events: this.events })
    this.jobs = new Jobs(this.runner, this.localProperties, this.events, () => this.clock.now())
    Object.defineProperty(this, brand, { value: true })
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: 'a SparkContext' })
    active = this
    this.events.post({ type: 'applicationStart', appName: this.appName, appId: this.applicationId,
      time: this.startTime })
  }

  static is(value: unknown): value is SparkContext {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** The active context, or a new one. Counterpart: SparkContext.getOrCreate. */
  static getOrCreate(conf?: SparkConf): SparkContext {
    return active ?? new SparkContext(conf ?? new SparkConf())
  }

  /** Internal. */
  static get active(): SparkContext | undefined { return active }

  get version(): string { return version }
  get sparkUser(): string { return require('node:os').userInfo().username }
  get applicationAttemptId(): undefined { return undefined }
  get uiWebUrl(): undefined { return undefined }
  get archives(): readonly string[] { return [] }
  get resources(): ReadonlyMap<string, unknown> { return new Map() }
  get isLocal(): boolean { return this.master.startsWith('local') }
  get isStopped(): boolean { return this.stopping !== undefined }

  /** A copy of the settings: changing it changes nothing. */
  getConf(): SparkConf { return this.settings.clone() }

  /** Internal: the settings themselves. */
  get conf(): SparkConf { return this.settings }

  /** Internal: spark.default.parallelism where it was set. */
  get configuredParallelism(): number | undefined {
    return readSetting(this.settings, 'spark.default.parallelism')
  }

  /** How many partitions `parallelize` and shuffles of streams make by default. */
  get defaultParallelism(): number { return this.configuredParallelism ?? this.runner.parallelism }
  get defaultMinPartitions(): number { return Math.min(this.defaultParallelism, 2) }

  /** Internal: throws when this context was stopped, and in a task. */
  requireRunning(site?: CallSite): void {
    if (TaskContext.get() !== undefined) {
      throw new SparkError(
        'RDD transformations and actions can only be invoked by the driver, '
        + 'not inside of other transformations (SPARK-5063)',
        {
          hint: 'Collect the other RDD first and broadcast it, or join the two.',
          at: (site ?? CallSite.capture('SparkContext')).toString(),
        })
    }
    if (this.stopping === undefined) return
    throw new IllegalStateError('Cannot call methods on a stopped SparkContext', {
      hint: `The context was created at ${this.site.location}.`,
      at: (site ?? CallSite.capture('SparkContext')).toString(),
    })
  }

  /** Internal. */
  nextRddId(): number { return this.rddCount++ }

  /** Internal: called by persist. */
  rememberPersistent(rdd: RDD<any>): void {
    this.persistent.set(rdd.id, new WeakRef(rdd))
    unpersistWhenGone.register(rdd, { context: new WeakRef(this), rddId: rdd.id }, rdd)
  }

  /** Internal: called by unpersist. */
  forgetPersistent(rdd: RDD<any>): void {
    unpersistWhenGone.unregister(rdd)
    this.dropBlocks(rdd.id)
  }

  /** Internal: drops the blocks of an RDD that nobody can reach any more. */
  dropBlocks(rddId: number): void {
    if (!this.persistent.delete(rddId)) return
    this.runner.unpersist(rddId)
    if (this.events.hasListeners) this.events.post({ type: 'rddUnpersisted', rddId })
  }

  /** The RDDs that are persisted now, by id. */
  getPersistentRDDs(): Map<number, RDD<any>> {
    const found = new Map<number, RDD<any>>()
    for (const [id, reference] of this.persistent) {
      const rdd = reference.deref()
      if (rdd !== undefined) found.set(id, rdd)
    }
    return found
  }

  /** Internal: something to stop before the engine stops, last registered first. */
  onStop(f: () => void | Promise<void>): void { this.beforeStop.push(f) }

  /**
   * Cancels running jobs and releases everything. Calling it again does nothing.
   * Rejects with SparkError inside a listener, which must not stop what it listens to. Counterpart:
   * SparkContext.stop.
   */
  stop(): Promise<void> {
    if (this.stopping === undefined && this.events.isDelivering) {
      return Promise.reject(new SparkError('Cannot stop SparkContext within listener bus thread.', {
        hint: 'Stop it from outside the listener, for example with setImmediate(() => sc.stop()).',
      }))
    }
    this.stopping ??= this.release()
    return this.stopping
  }

  private async release(): Promise<void> {
    // The first await lets `stopping` be set, so that whatever runs below sees a stopped context.
    await undefined
    try {
      for (const f of this.beforeStop.reverse()) await f()
      this.jobs.cancelWhere(() => true, 'because SparkContext was shut down')
      await this.runner.stop()
    } finally {
      this.persistent.clear()
      this.localProperties.end()
      if (active === this) active = undefined
      this.events.post({ type: 'applicationEnd', time: this.clock.now() })
    }
  }

  /** `await using sc = new SparkContext(...)` stops it at the end of the block. */
  [Symbol.asyncDispose](): Promise<void> { return this.stop() }

  toString(): string { return `SparkContext(${this.appName} on ${this.master})` }
}

const unpersistWhenGone = new FinalizationRegistry<{ context: WeakRef<SparkContext>, rddId: number }>(
  ({ context, rddId }) => context.deref()?.dropBlocks(rddId),
)

function settingsFrom(
  confOrMaster: SparkConf | string | undefined, appName: string | undefined, conf: SparkConf | undefined,
): SparkConf {
  if (typeof confOrMaster === 'string') {
    const settings = (conf ?? new SparkConf()).clone().setMaster(confOrMaster)
    return appName === undefined ? settings : settings.setAppName(appName)
  }
  if (confOrMaster !== undefined && !(confOrMaster instanceof SparkConf)) {
    throw new IllegalArgumentError('a SparkContext is made from a SparkConf, or from a master URL and a name',
      { hint: "new SparkContext('local', 'my app')" })
  }
  return (confOrMaster ?? new SparkConf()).clone()
}

function missing(message: string, parameter: string): never {
  throw new SparkError(message, {
    at: CallSite.capture('SparkContext').toString(),
    hint: parameter === 'master'
      ? "conf.setMaster('local'), or millrace run --master local." : "conf.setAppName('my app').",
  })
}
