/**
 * Programs through many lives in one process: a manual clock, a disk that crashes, and faults that a seed decides. The
 * same seed gives the same lives, to the letter of their trace. What a program has shown and was told is in a ledger
 * outside, which at the end says which promises were broken.
 */
import { Random } from '../../lib/base/random'
import { setLogger } from '../../lib/base/log'
import { CrashingDisk } from '../../lib/disk/crashing-disk'
import type { AttemptDetails } from '../../lib/disk/memory-disk'
import { InputDStream, Milliseconds, Receiver, SparkConf, SparkContext, StorageLevel, StreamingContext, type DStream, type RDD,
  type Time } from '../../lib/index'
import { ManualClock } from '../../lib/testing/index'
import { Ledger } from './ledger'
import { programNames, type Lengths, type ProgramName } from './reference'

const golden = require('./programs') as {
  readonly programs: Record<ProgramName, (pairs: DStream<[string, number]>, batch: ReturnType<typeof Milliseconds>) => DStream<unknown>>
  readonly lengths: Lengths
  readonly pairOf: (record: string) => [string, number]
  readonly recordOf: (id: number) => string
  readonly hurry: (isTimeless: boolean) => void
}

export type SourceName = 'log' | 'receiver'

/** One in so many lives, or batches, has the fault; 0: none has. */
export interface Faults {
  /** The power fails during one of the next operations of the disk: 1 to so many. */
  readonly crashWithin: number
  /** The disk refuses one of the next operations, 1 to so many. */
  readonly refuseWithin: number
  readonly failingBatch: number
  readonly slowBatch: number
  readonly clockJump: number
  /** Batches that are due while no life is lived. */
  readonly downtimeMax: number
}

export interface SimulationOptions {
  readonly seed: number
  readonly batches: number
  readonly faults: Faults
  readonly program?: ProgramName | undefined
  readonly source?: SourceName | undefined
  /** At which operation of its disk a life crashes, instead of one by chance. */
  readonly crashAt?: ((life: number) => number) | undefined
}

export interface SimulationResult {
  readonly problems: readonly string[]
  readonly trace: readonly string[]
  readonly crashes: number
  readonly refusals: number
  readonly batches: number
}

export const allFaults: Faults = { crashWithin: 90, refuseWithin: 400, failingBatch: 12, slowBatch: 10, clockJump: 15, downtimeMax: 4 }

const batch = Milliseconds(20 * 60_000)
const hourMs = 3_600_000
const folder = '/checkpoint'
const livesMax = 400
const errnos = ['EIO', 'ENOSPC', 'EMFILE', 'EROFS', 'EDQUOT']

const changing = new Set(['write to', 'sync', 'make folder', 'rename', 'remove', 'truncate', 'sync folder'])

/** Fails in the n-th operation that changes something: reading is not what a crash can split. */
class SweptDisk extends CrashingDisk {
  changes = 0
  private haltsAtChange = Number.POSITIVE_INFINITY
  private refusesAtChange = Number.POSITIVE_INFINITY
  private errno = ''
  /** What was refused, and whether the stream must end of it. */
  refused: { readonly what: string, readonly isFatal: boolean } | undefined

  haltAtChange(n: number): void { this.haltsAtChange = this.changes + n }

  refuseAtChange(n: number, errno: string): void {
    this.refusesAtChange = this.changes + n
    this.errno = errno
  }

  /** A process begins with a good disk. */
  begin(): void {
    this.refused = undefined
    this.haltsAtChange = this.refusesAtChange = Number.POSITIVE_INFINITY
  }

  protected override attempt<T>(operation: string, path: string, effect: () => T, details?: AttemptDetails): T {
    if (changing.has(operation) && !this.isWithoutPower) {
      this.changes++
      if (this.changes === this.haltsAtChange) this.haltAt(1)
      if (this.changes === this.refusesAtChange) {
        this.failAt(1, this.errno)
        // What cannot be removed is removed later; what cannot be logged must not go on.
        this.refused = { what: `${operation} ${path}`, isFatal: path.endsWith('.log') && operation !== 'remove' }
      }
    }
    return super.attempt(operation, path, effect, details)
  }
}

/** What stays when a life ends: the sources and what they were told. */
class Outside {
  private readonly acked: string[] = []
  private readonly delivered: string[] = []
  /** Of the replayable log: how many records there are. */
  available = 0
  private deliveries = 0

  /** Records that a peer hands over, each delivery with an id of its own. */
  deliver(count: number): string[] {
    const records = Array.from({ length: count }, () => golden.recordOf(this.deliveries++))
    this.delivered.push(...records)
    return records
  }

  acknowledge(records: readonly string[]): void { this.acked.push(...records) }

  /** How often each record must be in batches: what was acknowledged once, what was only handed over at most once. */
  counts(source: SourceName, seen: readonly string[]): Map<string, readonly [number, number]> {
    if (source === 'receiver') {
      const counts = new Map<string, readonly [number, number]>(this.delivered.map(record => [record, [0, 1]]))
      for (const record of this.acked) counts.set(record, [1, 1])
      return counts
    }
    const through = Math.max(-1, ...seen.map(record => Number(record.split('|')[0])))
    return new Map(Array.from({ length: through + 1 }, (_, id) => [golden.recordOf(id), [1, 1]]))
  }
}

/** A source whose every record can be read again by its number. */
class ReplayableInput extends InputDStream<string> {
  private readonly ranges = new Map<number, readonly [number, number]>()
  private until = 0

  constructor(context: StreamingContext, private readonly outside: Outside) { super(context, 'replayable') }

  override prepare(time: Time): void {
    if (this.ranges.has(time.milliseconds)) return
    const { available } = this.outside
    this.ranges.set(time.milliseconds, [this.until, available])
    this.until = available
  }

  override checkpointData(time: Time): unknown { return this.ranges.get(time.milliseconds) }

  override restore(batches: ReadonlyMap<number, unknown>): void {
    for (const [timeMs, data] of batches) {
      const range = data as readonly [number, number]
      this.ranges.set(timeMs, range)
      this.until = Math.max(this.until, range[1])
    }
  }

  override compute(time: Time): RDD<string> {
    const [from, until] = this.ranges.get(time.milliseconds) ?? [0, 0]
    return this.context.sparkContext.parallelize(Array.from({ length: until - from }, (_, i) => golden.recordOf(from + i)), 2)
  }
}

class HandReceiver extends Receiver<string> {
  constructor() { super(StorageLevel.MEMORY_ONLY) }
  onStart(): void {}
  onStop(): void {}
}

/** One life: a process from its start to its end. */
interface Life {
  readonly number: number
  readonly ssc: StreamingContext
  readonly clock: ManualClock
  readonly receiver: HandReceiver | undefined
  /** Batches that fail in this life, and those that wait until somebody lets them go on. */
  readonly failing: Set<number>
  release: (() => void) | undefined
  slow: (() => void) | undefined
}

export class Simulation {
  readonly trace: string[] = []
  private readonly random: Random
  private readonly disk: SweptDisk
  private readonly outside = new Outside()
  private readonly ledger: Ledger
  private readonly program: ProgramName
  private readonly source: SourceName
  private nowMs = 0
  private crashes = 0
  private refusals = 0
  private slowIn = 0

  constructor(private readonly options: SimulationOptions) {
    this.random = new Random(options.seed)
    this.program = options.program ?? programNames[this.random.nextInt(programNames.length)]!
    this.source = options.source ?? (this.random.nextInt(2) === 0 ? 'log' : 'receiver')
    this.disk = new SweptDisk({ nowMs: () => this.nowMs })
    this.ledger = new Ledger({ program: this.program, batchMs: batch.milliseconds, lengths: golden.lengths })
  }

  private chance(oneIn: number): boolean { return oneIn > 0 && this.random.nextInt(oneIn) === 0 }

  async run(): Promise<SimulationResult> {
    golden.hurry(true)
    const { exitCode } = process
    const ignore = (): void => undefined
    setLogger({ debug: ignore, info: ignore, warn: ignore, error: ignore })
    try {
      for (let life = 0; this.ledger.endedCount < this.options.batches && this.ledger.problems.length === 0; life++) {
        if (life >= livesMax) {
          this.ledger.problems.push(`after ${livesMax} lives only ${this.ledger.endedCount} batches have ended`)
          break
        }
        await this.live(life)
      }
      // The last life is a good one: it makes up for all that is open.
      if (this.ledger.problems.length === 0) await this.live(-1)
    } finally {
      setLogger(undefined)
      process.exitCode = exitCode
    }
    const problems = this.ledger.problems.length > 0 ? this.ledger.problems
      : this.ledger.check(this.outside.counts(this.source, this.ledger.records))
    return {
      problems: problems.map(problem => `${this.program} of ${this.source}: ${problem}`), trace: this.trace, crashes: this.crashes,
      refusals: this.refusals, batches: this.ledger.batchCount,
    }
  }

  private say(what: string): void { this.trace.push(what) }

  /** Nothing that happens after the power has failed is seen outside. */
  private get isSeen(): boolean { return !this.disk.isWithoutPower }

  private async live(number: number): Promise<void> {
    const { disk, random, options: { faults, crashAt } } = this
    const isGood = number < 0
    this.slowIn = 0
    disk.begin()
    this.nowMs += random.nextInt(faults.downtimeMax + 1) * batch.milliseconds + random.nextInt(batch.milliseconds)
    const clock = new ManualClock(this.nowMs)
    const refusal = !isGood && faults.refuseWithin > 0 ? 1 + random.nextInt(faults.refuseWithin) : 0
    const errno = errnos[random.nextInt(errnos.length)]!
    if (!isGood && crashAt !== undefined) disk.haltAtChange(crashAt(number))
    else if (!isGood && faults.crashWithin > 0) disk.haltAtChange(1 + random.nextInt(faults.crashWithin))
    if (refusal > 0) disk.refuseAtChange(refusal, errno)
    const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('sim')
      .set('spark.streaming.receiver.writeAheadLog.enable', this.source === 'receiver'))
    let ssc: StreamingContext | undefined
    try {
      const life: Life = { number, clock, ssc: undefined as never, receiver: undefined, failing: new Set(), release: undefined, slow: undefined }
      ssc = await StreamingContext.getOrCreate(folder, () => this.set(sc, life))
      this.say(`life ${number} at ${this.nowMs}: ${ssc.isRecovered ? 'recovered' : 'fresh'}`)
      try {
        await ssc.start()
        await this.batches(life, isGood ? 6 : 12)
      } finally {
        this.slowIn = 0
        life.release?.()
        const isGraceful = isGood || random.nextInt(3) === 0
        await ssc.stop({ stopSparkContext: false, stopGracefully: isGraceful && this.isSeen })
      }
      if (ssc.firstError === undefined && disk.refused?.isFatal === true) this.ledger.problems.push(`the disk refused to ${disk.refused.what}, and nobody was told`)
      this.say(ssc.firstError === undefined ? 'stopped in order' : 'failed')
    } catch (error) {
      // Who hears of it first, the caller of stop or of awaitTermination, is a matter of turns.
      this.say(ssc === undefined ? 'not begun' : 'failed')
      if (this.isSeen && disk.refused === undefined) this.ledger.problems.push(`life ${number} fails without a fault: ${(error as Error)?.stack}`)
    } finally {
      this.nowMs = Math.max(this.nowMs, clock.now())
      this.loseLife(number)
      await sc.stop()
    }
  }

  /** How the process ends: by loss of power, or with all that it has written still in the system's hands. */
  private loseLife(number: number): void {
    const { disk, random } = this
    if (disk.refused !== undefined) this.refusals++
    const isLost = disk.isWithoutPower || random.nextInt(4) === 0
    if (!isLost && number >= 0) {
      // A killed process: what it wrote is there. An end of power that everything survives cannot be had otherwise.
      return
    }
    if (disk.isWithoutPower) this.crashes++
    this.say(`power lost after ${disk.operationCount} operations`)
    disk.crash(random.nextInt(2 ** 31))
  }

  /** Sets the program up. */
  private set(sc: SparkContext, life: Life): StreamingContext {
    const { ledger } = this
    const ssc = new StreamingContext(sc, batch, { clock: life.clock, disk: this.disk })
    ssc.checkpoint(folder)
    // Its own name is another one in each process, of another length.
    Object.defineProperty(ssc, 'rddCheckpointFolder', { value: 'rdds' })
    const receiver = this.source === 'receiver' ? new HandReceiver() : undefined
    const records: DStream<string> = receiver === undefined ? new ReplayableInput(ssc, this.outside) : ssc.receiverStream(receiver)
    Object.assign(life, { ssc, receiver })
    records.foreachRDD(async (rdd, { milliseconds }) => {
      const found = await rdd.collect()
      if (this.slowIn === milliseconds) {
        this.slowIn = 0
        await new Promise<void>(resolve => {
          life.release = resolve
          life.slow?.()
        })
      }
      if (this.isSeen) {
        this.say(`input ${milliseconds}: ${found.length}`)
        ledger.noteInput(milliseconds, found)
      }
    })
    let timeMs = 0
    const pairs = records.transform((rdd, time) => {
      timeMs = time.milliseconds
      return life.failing.has(timeMs) ? rdd.map(failing(life.failing, timeMs)) : rdd
    }).map(golden.pairOf)
    golden.programs[this.program](pairs, batch).foreachRDD(async (rdd, { milliseconds }) => {
      const found = await rdd.collect()
      if (!this.isSeen) return
      this.say(`result ${milliseconds}: ${JSON.stringify(found)}`)
      ledger.noteResult(milliseconds, found)
    })
    ssc.addStreamingListener({
      onBatchCompleted: ({ batchInfo }) => {
        const isWell = [...batchInfo.outputOperationInfos.values()].every(({ failureReason }) => failureReason === undefined)
        if (isWell && this.isSeen) ledger.noteEnded(batchInfo.batchTime.milliseconds)
      },
    })
    return ssc
  }

  private async batches(life: Life, count: number): Promise<void> {
    const { random, options: { faults } } = this
    const { ssc, clock, receiver, number } = life
    const isOver = (): boolean => !this.isSeen || ssc.getState() !== 'ACTIVE'
    await this.settle(life)
    for (let i = 0; i < count && !isOver(); i++) {
      if (number >= 0) this.outside.available += random.nextInt(7)
      const nextMs = (Math.floor(clock.now() / batch.milliseconds) + 1) * batch.milliseconds
      if (number >= 0 && this.chance(faults.failingBatch)) life.failing.add(nextMs)
      if (number >= 0 && this.chance(faults.slowBatch)) this.slowIn = nextMs
      const jumpMs = number >= 0 && this.chance(faults.clockJump) ? (random.nextInt(2) === 0 ? hourMs : -hourMs) : 0
      if (jumpMs !== 0) this.say(`the clock jumps by ${jumpMs}`)
      if (receiver !== undefined && number >= 0) await this.hand(receiver, random.nextInt(3))
      await clock.advance(Math.max(-clock.now(), jumpMs < 0 ? jumpMs : batch.milliseconds + jumpMs))
      this.nowMs = Math.max(this.nowMs, clock.now())
      await this.settle(life)
      if (life.failing.size > 0 && ssc.firstError !== undefined && random.nextInt(3) === 0) return
    }
    this.slowIn = 0
    life.release?.()
    await ssc.idle()
  }

  /** Waits until all has run, or a slow batch holds the rest up; that is let go on with the next step, or the one after. */
  private async settle(life: Life): Promise<void> {
    if (life.release !== undefined && this.random.nextInt(2) === 0) {
      life.release()
      life.release = undefined
    }
    if (life.release !== undefined) return
    await Promise.race([life.ssc.idle(), new Promise<void>(resolve => { life.slow = resolve })])
  }

  private async hand(receiver: HandReceiver, blocks: number): Promise<void> {
    for (let i = 0; i < blocks; i++) {
      const records = this.outside.deliver(1 + this.random.nextInt(4))
      try {
        await receiver.storeMultiple(records)
      } catch (error) {
        this.say(`not stored: ${String((error as Error)?.message).split('\n')[0]}`)
        return
      }
      if (!this.isSeen) {
        this.ledger.problems.push('something was acknowledged after the disk had failed')
        return
      }
      this.outside.acknowledge(records)
    }
  }
}

function failing(batches: Set<number>, timeMs: number): (record: string) => string {
  return record => {
    if (batches.delete(timeMs)) throw new Error('told to fail')
    return record
  }
}
