/** One life of a program with the source under contract: what its batches had, from its making or recovery to its end or death. */
import { ManualClock, systemClock } from '../../base/clock'
import { Milliseconds } from '../../base/duration'
import { SparkConf } from '../../conf/spark-conf'
import { copyTree } from '../../disk/copy-tree'
import { realDisk } from '../../disk/real-disk'
import { SparkContext } from '../../rdd/context/spark-context'
import { StreamingContext } from '../../streaming/streaming-context'
import { atMost, broken, pause, requireSame, withFreshFolder, within } from './contract-case'
import { byPlace } from './opened-resources'
import type { CheckedHarness, SourcePlace } from './source-harness'

export interface LifeOptions {
  readonly master?: string
  readonly settings?: Readonly<Record<string, string>>
  /** Where checkpoints are. Default: a fresh folder, none where the source recovers nothing. */
  readonly checkpointDir?: string | undefined
  readonly clock?: 'manual' | 'system'
  readonly batchIntervalMs?: number
  /** Called in each batch that has records, when it has been read and has not ended. */
  readonly onBatch?: (life: SourceLife, timeMs: number) => Promise<void> | void
}

/** Records by batch time in milliseconds, of batches that have some. */
export type Batches = Map<number, readonly string[]>

export class SourceLife {
  readonly batches: Batches = new Map()
  /** What listeners were told of, in all. */
  countedRecords = 0
  private isOver = false

  private constructor(
    private readonly harness: CheckedHarness, private readonly options: LifeOptions, readonly ssc: StreamingContext,
    private readonly clock: ManualClock | undefined, private readonly intervalMs: number,
  ) {}

  /** Starts, or recovers, the program and runs `f`; then the program is stopped and its context closed. */
  static live<R>(harness: CheckedHarness, place: SourcePlace, options: LifeOptions, f: (life: SourceLife) => Promise<R>): Promise<R> {
    if (options.checkpointDir !== undefined || harness.recovery === 'none') return SourceLife.liveOn(harness, place, options, f)
    return withFreshFolder(folder => SourceLife.liveOn(harness, place, { ...options, checkpointDir: folder }, f))
  }

  private static async liveOn<R>(harness: CheckedHarness, place: SourcePlace, options: LifeOptions, f: (life: SourceLife) => Promise<R>): Promise<R> {
    const { master = 'local', settings = {}, checkpointDir, clock: kind = harness.clock, batchIntervalMs: intervalMs = harness.batchIntervalMs } = options
    const clock = kind === 'manual' ? new ManualClock(Math.max(systemClock.now(), clocks.get(place) ?? 0)) : undefined
    const conf = new SparkConf().setMaster(master).setAppName('source contract').setAll(Object.entries({ ...harness.settings, ...settings }))
    const sc = new SparkContext(conf)
    let life: SourceLife | undefined
    try {
      const create = (): StreamingContext => {
        const fresh = new StreamingContext(sc, Milliseconds(intervalMs), clock === undefined ? {} : { clock })
        if (checkpointDir !== undefined) fresh.checkpoint(checkpointDir)
        life = new SourceLife(harness, options, fresh, clock, intervalMs)
        life.watch(place)
        return fresh
      }
      const ssc = checkpointDir === undefined ? create() : await StreamingContext.getOrCreate(checkpointDir, create)
      await ssc.start()
      await ssc.idle()
      return await f(life!)
    } finally {
      if (clock !== undefined) clocks.set(place, clock.now())
      try { await life?.end() } finally { await within(harness.stopMs, 'sc.stop()', sc.stop()) }
    }
  }

  private watch(place: SourcePlace): void {
    const { recordOf } = this.harness
    place.stream(this.ssc).foreachRDD(async (rdd, time) => {
      const first = (await rdd.collect()).map(recordOf)
      const second = (await rdd.collect()).map(recordOf)
      if (this.isOver) return
      requireSame(`the batch at ${time.milliseconds} ms, read a second time`, second, first)
      if (first.length === 0) return
      this.batches.set(time.milliseconds, first)
      await this.options.onBatch?.(this, time.milliseconds)
    })
    this.ssc.events.subscribe(event => {
      if (event.type !== 'batchCompleted') return
      for (const { numRecords } of event.batchInfo.streamIdToInputInfo.values()) this.countedRecords += numRecords
    })
  }

  /** The records of all batches in the order of batches. */
  get records(): string[] { return [...this.batches].sort(([a], [b]) => a - b).flatMap(([, records]) => records) }

  /** Lets a batch come due, and waits for it where the clock is manual. */
  async step(): Promise<void> {
    const { clock, intervalMs } = this
    if (clock === undefined) return pause(intervalMs)
    await clock.advance(intervalMs)
    await this.ssc.idle()
    // What the outside needs real time for, such as bytes on their way.
    await pause(2)
  }

  async steps(count: number): Promise<void> { for (let i = 0; i < count; i++) await this.step() }

  /** Lets batches come due although none may end, for as long as `ms`. */
  async stepsWhileAway(ms: number): Promise<void> {
    const endMs = systemClock.now() + ms
    while (systemClock.now() < endMs) {
      await atMost(endMs - systemClock.now(), this.step())
      // A manual clock must not run far ahead of what goes by the real time, such as when files were modified.
      await pause(ms / 10)
    }
  }

  /** Adds records while batches go on, then goes on until they have come. */
  async feed(place: SourcePlace, records: readonly string[]): Promise<void> {
    let isAdded = false
    const adding = Promise.resolve(byPlace(() => place.add(records))).finally(() => { isAdded = true })
    adding.catch(() => {})
    await this.until('the records are added', () => isAdded)
    await adding
    await this.until('what was added comes', () => this.has(records))
  }

  /** Whether all of these have come. */
  has(records: readonly string[]): boolean {
    const there = new Set(this.records)
    return records.every(record => there.has(record))
  }

  /** Goes on until `isDone`. Rejects with the first error of a batch, or when nothing has come until the deadline, saying `what` did not happen. */
  async until(what: string, isDone: () => boolean): Promise<void> {
    let endMs = 0
    let batches = -1
    while (!isDone()) {
      if (this.batches.size > batches) {
        batches = this.batches.size
        endMs = systemClock.now() + this.harness.deadlineMs
      }
      if (this.ssc.firstError !== undefined) throw this.ssc.firstError.thrown
      if (systemClock.now() > endMs) broken(`${what}: not within ${this.harness.deadlineMs} ms; there are ${this.records.length} records`)
      await this.step()
    }
  }

  /** Goes on until `isDone`, whatever fails; false when it is not so after a while. */
  async manages(isDone: () => boolean): Promise<boolean> {
    const endMs = systemClock.now() + this.harness.deadlineMs
    while (!isDone()) {
      // A batch that has failed is made good by the next life: no use in waiting for it here for long.
      const leftMs = endMs - systemClock.now() - (this.ssc.firstError === undefined ? 0 : this.harness.deadlineMs * 3 / 4)
      if (leftMs < 0 || this.ssc.getState() === 'STOPPED') return false
      await atMost(leftMs, this.step())
    }
    return true
  }

  /** What is in the checkpoint folder now goes to `to`, which a process that is killed now would leave; later batches of this life count no more. */
  async die(to: string): Promise<void> {
    this.isOver = true
    await copyTree(realDisk, this.options.checkpointDir!, to)
  }

  /** Stops in order: what waits is processed. */
  async stopGracefully(): Promise<void> {
    const stopped = within(this.harness.stopMs + this.harness.deadlineMs, 'ssc.stop({ stopGracefully: true })', this.ssc.stop({ stopSparkContext: false, stopGracefully: true }))
    if (this.clock === undefined) return stopped
    let isStopped = false
    void stopped.then(() => { isStopped = true }, () => { isStopped = true })
    while (!isStopped) {
      await this.clock.advance(this.intervalMs)
      await pause(1)
    }
    await stopped
  }

  private async end(): Promise<void> {
    await within(this.harness.stopMs, 'ssc.stop()', this.ssc.stop({ stopSparkContext: false }))
  }
}

/** Where the manual clocks of a place have come to: a later life begins after an earlier one. */
const clocks = new WeakMap<SourcePlace, number>()
