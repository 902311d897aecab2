/** One life of a program that writes numbered records into the sink under contract, on a manual clock. */
import { ManualClock } from '../../base/clock'
import { Seconds } from '../../base/duration'
import type { Time } from '../../base/time'
import { SparkConf } from '../../conf/spark-conf'
import { copyTree } from '../../disk/copy-tree'
import { realDisk } from '../../disk/real-disk'
import { SparkContext } from '../../rdd/context/spark-context'
import type { RDD } from '../../rdd/rdd'
import { InputDStream } from '../../streaming/input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'
import { atMost, within } from './contract-case'
import { MortalSink, type DeathAt } from './mortal-sink'
import type { CheckedSinkHarness, SinkPlace } from './sink-harness'

export const intervalMs = 1_000
const recordsPerBatch = 20
const partitions = 2

/** The records of batch `n`, from 1. */
export const recordsOfBatch = (n: number): string[] => Array.from({ length: recordsPerBatch }, (_, i) => `batch-${n}-${String(i).padStart(2, '0')}`)

/** The records of batches 1 to `last`. */
export const recordsUpTo = (last: number): string[] => Array.from({ length: last }, (_, i) => recordsOfBatch(i + 1)).flat()

class NumberedBatches extends InputDStream<unknown> {
  constructor(context: StreamingContext, private readonly elementOf: (record: string) => unknown) { super(context, 'sinkContract') }

  override compute(time: Time): RDD<unknown> {
    return this.context.sparkContext.parallelize(recordsOfBatch(time.milliseconds / intervalMs).map(this.elementOf), partitions)
  }
}

export interface SinkLifeOptions {
  readonly master?: string
  readonly checkpointDir: string
  /** Batches up to this one have been before. Default 0. */
  readonly fromBatch?: number
  /** Dies there, with the batch of this number, and leaves its checkpoint folder as it is then in `left`. */
  readonly death?: { readonly at: DeathAt, readonly batch: number, readonly left: string }
}

export class SinkLife {
  private constructor(private readonly harness: CheckedSinkHarness, readonly ssc: StreamingContext, private readonly clock: ManualClock) {}

  static async live<R>(harness: CheckedSinkHarness, place: SinkPlace, options: SinkLifeOptions, f: (life: SinkLife) => Promise<R>): Promise<R> {
    const { master = 'local', checkpointDir, fromBatch = 0, death } = options
    const clock = new ManualClock(fromBatch * intervalMs)
    const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('sink contract'))
    const mortality = death === undefined ? undefined
      : { at: death.at, timeMs: death.batch * intervalMs, onDeath: () => copyTree(realDisk, checkpointDir, death.left) }
    try {
      const ssc = await StreamingContext.getOrCreate(checkpointDir, () => {
        const fresh = new StreamingContext(sc, Seconds(intervalMs / 1_000), { clock })
        fresh.checkpoint(checkpointDir)
        new NumberedBatches(fresh, harness.elementOf).saveTo(new MortalSink(place.sink(), mortality), { uid: 'output' })
        return fresh
      })
      try {
        await ssc.start()
        await ssc.idle()
        return await f(new SinkLife(harness, ssc, clock))
      } finally { await within(harness.deadlineMs, 'ssc.stop()', ssc.stop({ stopSparkContext: false })) }
    } finally { await within(harness.deadlineMs, 'sc.stop()', sc.stop()) }
  }

  /** Runs so many batches, whatever becomes of them. */
  async runBatches(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.clock.advance(intervalMs)
      await within(this.harness.deadlineMs, 'a batch', this.ssc.idle())
    }
  }

  /** Runs a batch while the system is away for `awayMs`, and then is back. */
  async runBatchAway(awayMs: number, repair: () => Promise<void>): Promise<void> {
    const running = this.runBatches(1)
    try { await atMost(awayMs, running) } finally { await repair() }
    await running
  }

  requireNoError(): void { if (this.ssc.firstError !== undefined) throw this.ssc.firstError.thrown }
}
