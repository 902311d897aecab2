/** One life of a program under test: from its making, or its recovery, to its end or its death. */
import { ManualClock } from '../base/clock'
import type { Duration } from '../base/duration'
import type { Time } from '../base/time'
import { SparkConf } from '../conf/spark-conf'
import { copyTree } from '../disk/copy-tree'
import { realDisk } from '../disk/real-disk'
import { SparkContext } from '../rdd/context/spark-context'
import type { DStream } from '../streaming/dstream'
import { StreamingContext } from '../streaming/streaming-context'
import { requireDStream } from './arguments'

export interface Program {
  readonly master: string
  readonly batch: Duration
  readonly conf: Record<string, string>
  readonly checkpointDir: string
  /** Sets the streams up and returns the one to look at. */
  readonly build: (ssc: StreamingContext) => DStream<any>
}

/** What the result stream held, by batch time in milliseconds. */
export type ResultsByTime = Map<number, unknown[]>

/**
 * Runs `count` batches from the one after `from` on, and notes what the result stream held in each. A life that is
 * `killed` leaves the checkpoint folder as it was when its last batch had ended; otherwise it stops in order.
 */
export async function runLife(program: Program, from: number, count: number, end: { readonly isKilled: boolean }, results: ResultsByTime): Promise<void> {
  const { master, batch, conf, checkpointDir } = program
  const sc = new SparkContext(new SparkConf().setAll(Object.entries(conf)).setMaster(master).setAppName('testStream'))
  const clock = new ManualClock(from * batch.milliseconds)
  const left = `${checkpointDir}-left`
  try {
    const ssc = await StreamingContext.getOrCreate(checkpointDir, () => {
      const fresh = new StreamingContext(sc, batch, { clock })
      fresh.checkpoint(checkpointDir)
      note(program.build(fresh), results)
      return fresh
    })
    try {
      await ssc.start()
      await ssc.idle()
      requireNoError(ssc)
      for (let i = 0; i < count; i++) {
        await clock.advance(batch.milliseconds)
        await ssc.idle()
        requireNoError(ssc)
      }
      if (end.isKilled) await copyTree(realDisk, checkpointDir, left)
    } finally {
      await ssc.stop({ stopSparkContext: false })
    }
  } finally {
    await sc.stop()
  }
  if (!end.isKilled) return
  await realDisk.remove(checkpointDir)
  await realDisk.rename(left, checkpointDir)
}

function requireNoError(ssc: StreamingContext): void { if (ssc.firstError !== undefined) throw ssc.firstError.thrown }

/** A batch that runs again replaces its first result. */
function note(stream: DStream<any>, results: ResultsByTime): void {
  requireDStream('testStream', stream)
  stream.foreachRDD(async (rdd, time: Time) => { results.set(time.milliseconds, await rdd.collect()) })
}
