/**
 * Streaming contexts on a clock of the test's own, for what testStream does not show: lifecycles, retention,
 * outputs.
 */
import { InputDStream, Seconds, SparkConf, SparkContext, StreamingContext, type Duration, type RDD,
  type Time } from '../../lib/index'
import { setLogger } from '../../lib/base/log'
import { ManualClock } from '../../lib/testing/index'

export interface StreamRun {
  readonly ssc: StreamingContext
  readonly clock: ManualClock
  /** Lets so many batches come due, one after another, and waits until each has run. */
  readonly runBatches: (count: number) => Promise<void>
}

/** Runs `f` with a fresh context at time 0 and stops everything, whatever happens. */
export async function withStreaming<R>(
  master: string, f: (run: StreamRun) => R | Promise<R>,
  options: { readonly batch?: Duration, readonly settings?: Record<string, string> } = {},
): Promise<R> {
  const { batch = Seconds(1), settings = {} } = options
  const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec')
    .setAll(Object.entries(settings)))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, batch, { clock })
  const runBatches = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await clock.advance(batch.milliseconds)
      await ssc.idle()
    }
  }
  try {
    return await f({ ssc, clock, runBatches })
  } finally {
    await ssc.stop({ stopSparkContext: false })
    await sc.stop()
  }
}

/**
 * An input that remembers what it was asked: batch i, from 0, is `batches[i]`; undefined where it has no RDD.
 */
export class ProbeInput<T> extends InputDStream<T> {
  readonly prepared: number[] = []
  readonly computed: number[] = []

  constructor(ssc: StreamingContext, private readonly batches: (timeMs: number) =>
    readonly T[] | undefined) { super(ssc, 'probe') }

  override async prepare(time: Time): Promise<void> { this.prepared.push(time.milliseconds) }

  override compute(time: Time): RDD<T> | undefined {
    this.computed.push(time.milliseconds)
    const values = this.batches(time.milliseconds)
    return values === undefined ? undefined : this.context.sparkContext.parallelize(values, 2)
  }
}

/** What is logged as a warning while `f` runs. */
export async function warningsOf(f: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = []
  const ignore = (): void => undefined
  setLogger({ debug: ignore, info: ignore, warn: message => { warnings.push(message) }, error: ignore })
  try { await f() } finally { setLogger(undefined) }
  return warnings
}

/** Runs `f`, whose batches are meant to fail, without their errors on the terminal. */
export async function quietly(f: () => Promise<void>): Promise<void> { await warningsOf(f) }

/** What is written to standard output while `f` runs. */
export async function printedBy(f: () => Promise<void>): Promise<string> {
  const { write } = process.stdout
  let text = ''
  process.stdout.write = ((chunk: string) => {
    text += chunk
    return true
  }) as typeof write
  try { await f() } finally { process.stdout.write = write }
  return text
}
