/** Lives of a program over one checkpoint folder: each begins as a new process would, and ends in order or is cut off. */
import { Seconds, SparkConf, SparkContext, StreamingContext, type DStream, type Duration } from '../../lib/index'
import { copyTree } from '../../lib/disk/copy-tree'
import type { Disk } from '../../lib/disk/disk'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import type { RecoveryOptions } from '../../lib/streaming/get-or-create'
import { ManualClock } from '../../lib/testing/index'
import { ProbeInput } from './streams'

export interface Life {
  readonly ssc: StreamingContext
  readonly clock: ManualClock
  readonly runBatches: (count: number) => Promise<void>
  /** What a process that is killed at this moment would leave: a folder to live on from. */
  readonly killed: () => Promise<string>
}

export interface LifeOptions {
  readonly master?: string
  readonly directory?: string
  /** The clock at the beginning. */
  readonly atMs?: number
  readonly batch?: Duration
  readonly recovery?: RecoveryOptions
  readonly partitions?: number
}

/** A disk with the folders of one program. */
export class Lives {
  readonly disk: Disk = new MemoryDisk()
  private copies = 0

  /** Sets a program up with `build`, starts it and runs `f` with it. */
  async live<R>(build: (ssc: StreamingContext) => void, f: (life: Life) => R | Promise<R>, options: LifeOptions = {}): Promise<R> {
    const { master = 'local', directory = '/checkpoint', atMs = 0, batch = Seconds(1), recovery = {} } = options
    const { disk } = this
    const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('lives'))
    const clock = new ManualClock(atMs)
    const killed = async (): Promise<string> => {
      const left = `/left-${this.copies++}`
      await copyTree(disk, directory, left)
      return left
    }
    try {
      const ssc = await StreamingContext.getOrCreate(directory, () => {
        const fresh = new StreamingContext(sc, batch, { clock, disk })
        fresh.checkpoint(directory)
        build(fresh)
        return fresh
      }, recovery)
      try {
        await ssc.start()
        await ssc.idle()
        const runBatches = async (count: number): Promise<void> => {
          for (let i = 0; i < count; i++) {
            await clock.advance(batch.milliseconds)
            await ssc.idle()
          }
        }
        return await f({ ssc, clock, runBatches, killed })
      } finally { await ssc.stop({ stopSparkContext: false }) }
    } finally { await sc.stop() }
  }
}

/** An input that holds `[value]` of its batch's number, from 1. */
export function numbered(ssc: StreamingContext, batch: Duration = Seconds(1)): DStream<number> {
  return new ProbeInput<number>(ssc, timeMs => [timeMs / batch.milliseconds])
}
