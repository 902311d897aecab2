import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  CheckpointError, IllegalArgumentError, Seconds, SparkConf, SparkContext, SparkError, StreamingContext, Time,
  type ReceiverInputDStream, type StreamingOptions,
} from '../../../lib/index'
import { CrashingDisk } from '../../../lib/disk/crashing-disk'
import { ManualClock } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { withFolder } from '../../support/folders'
import { withLog } from '../../support/logged'
import { HandReceiver } from '../../support/receivers'
import { withStreaming, type StreamRun } from '../../support/streams'

const logged = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' }

interface LoggedRun extends StreamRun {
  readonly receiver: HandReceiver<any>
  readonly stream: ReceiverInputDStream<any>
  /** Batch time in seconds, and what was in it. */
  readonly batches: [number, any[]][]
}

/** One run of a program with one receiver, which has begun or has recovered; its clock stands at `startMs`. */
function run(
  master: string, folder: string, body: (run: LoggedRun) => Promise<void>,
  { settings = logged, startMs = 0, uid }: { settings?: Record<string, string>, startMs?: number, uid?: string } = {},
): Promise<void> {
  return withStreaming(master, async context => {
    const { ssc, clock } = context
    await clock.set(startMs)
    const receiver = new HandReceiver<any>()
    const stream = ssc.receiverStream(receiver)
    if (uid !== undefined) stream.uid(uid)
    const batches: [number, any[]][] = []
    stream.foreachRDD(async (rdd, time) => { batches.push([time.milliseconds / 1_000, await rdd.collect()]) })
    await StreamingContext.getOrCreate(folder, () => ssc)
    await ssc.start()
    await ssc.idle()
    await body({ ...context, receiver, stream, batches })
  }, { settings })
}

/** What a process that is killed now leaves behind. */
function killed(folder: string): string {
  const left = path.join(path.dirname(folder), `left-${fs.readdirSync(path.dirname(folder)).length}`)
  fs.cpSync(folder, left, { recursive: true })
  return left
}

/** The log of the stream in a checkpoint folder. */
const logOf = (folder: string, id = 'receiverStream-0'): string => path.join(folder, 'received', id)

const collected = (stream: ReceiverInputDStream<any>, batchMs: number): Promise<any[]> => stream.compute(new Time(batchMs)).collect()

describe.each(masters)('receivers with the write-ahead log on %s', master => {
  /** Every spec has a folder for checkpoints, and room beside it for what killed processes leave. */
  const withCheckpoints = (body: (folder: string) => Promise<void>): Promise<void> => withFolder(folder => body(path.join(folder, 'checkpoint')))

  test('what is stored before a batch is in it, whichever way it was stored, in order', () => withCheckpoints(folder => run(master, folder, async ({ receiver, batches, runBatches }) => {
    void receiver.store('one')
    void receiver.storeMultiple(['two', 'three'])
    void receiver.storeBytes(Buffer.from('four\r\nfünf\n'))
    void receiver.store({ six: 6n })
    await runBatches(1)
    await receiver.storeMultiple(new Set([null]))
    await runBatches(1)
    expect(batches).toEqual([[1, ['one', 'two', 'three', 'four', 'fünf', { six: 6n }]], [2, [null]]])
    expect(fs.statSync(logOf(folder)).mode & 0o777).toBe(0o700)
  })))

  test('what was acknowledged when the process died is in one batch of the next run, and what had a batch is in no other', () => withCheckpoints(async folder => {
    let left = ''
    await run(master, folder, async ({ receiver, runBatches, batches }) => {
      await receiver.storeMultiple(['a', 'b'])
      await runBatches(2)
      await receiver.storeBytes(Buffer.from('c\nd\n'))
      await runBatches(1)
      await receiver.storeMultiple(['e'])
      await receiver.storeBytes(Buffer.from('f\n'))
      expect(batches).toEqual([[1, ['a', 'b']], [2, []], [3, ['c', 'd']]])
      left = killed(folder)
    })
    let again = ''
    await run(master, left, async ({ receiver, batches, runBatches }) => {
      await receiver.storeMultiple(['g'])
      await runBatches(2)
      expect(batches).toEqual([[4, ['e', 'f', 'g']], [5, []]])
      again = killed(left)
    }, { startMs: 3_000 })
    await run(master, again, async ({ batches, runBatches }) => {
      await runBatches(1)
      expect(batches).toEqual([[6, []]])
    }, { startMs: 5_000 })
  }))

  test('a batch that had not ended has the same blocks again, and a window those of the batches before', () => withCheckpoints(async folder => {
    let left = ''
    const program = async (where: string, startMs: number, isFirst: boolean, expected: number[][]): Promise<void> => withStreaming(master, async ({ ssc, clock }) => {
      await clock.set(startMs)
      const receiver = new HandReceiver<number>()
      const windows: number[][] = []
      ssc.receiverStream(receiver).window(Seconds(3)).foreachRDD(async (rdd, time) => {
        const found = await rdd.collect()
        if (isFirst && time.milliseconds === 3_000) left = killed(where)
        windows.push(found)
      })
      await StreamingContext.getOrCreate(where, () => ssc)
      await ssc.start()
      await ssc.idle()
      for (let i = startMs / 1_000; i < 4; i++) {
        await receiver.storeMultiple([i])
        await clock.advance(1_000)
        await ssc.idle()
      }
      expect(windows).toEqual(expected)
    }, { settings: logged })
    await program(folder, 0, true, [[0], [0, 1], [0, 1, 2], [1, 2, 3]])
    await program(left, 3_000, false, [[0, 1, 2], [1, 2, 3]])
  }))

  test('a run that died before its first batch loses nothing either', () => withCheckpoints(async folder => {
    let left = ''
    await run(master, folder, async ({ receiver }) => {
      await receiver.storeMultiple([1, 2])
      left = killed(folder)
    })
    await run(master, left, async ({ batches, runBatches }) => {
      await runBatches(2)
      expect(batches).toEqual([[1, [1, 2]], [2, []]])
    })
  }))

  test('a graceful stop has everything that was stored in a batch, and the next run nothing of it', () => withCheckpoints(async folder => {
    await run(master, folder, async ({ ssc, receiver, batches }) => {
      void receiver.store('gathered')
      void receiver.storeMultiple(['a', 'block'])
      await ssc.stop({ stopSparkContext: false, stopGracefully: true })
      expect(batches).toEqual([[1, ['gathered', 'a', 'block']]])
    })
    await run(master, folder, async ({ batches, runBatches }) => {
      await runBatches(1)
      expect(batches).toEqual([[2, []]])
    }, { startMs: 1_000 })
  }))

  test('a store that comes after the stop rejects, so that nobody acknowledges it, and is no failure of the program', () => withCheckpoints(folder => withLog(async lines => {
    await run(master, folder, async ({ ssc, receiver }) => {
      await receiver.storeMultiple(['in time'])
      await ssc.stop({ stopSparkContext: false })
      await expect(receiver.storeMultiple(['too late'])).rejects.toThrow(SparkError)
      await expect(receiver.storeBytes(Buffer.from('too late\n'))).rejects.toThrow('Cannot store data as the receiver has been stopped')
      await ssc.awaitTermination()
    })
    expect(lines.filter(line => line.includes('Receiver'))).toEqual([])
    await run(master, folder, async ({ batches, runBatches }) => {
      await runBatches(1)
      expect(batches).toEqual([[1, ['in time']]])
    })
  })))

  test('what onStop still stores is stored', () => withCheckpoints(folder => withStreaming(master, async ({ ssc }) => {
    const receiver: HandReceiver<string> = new HandReceiver({ onStop: () => receiver.storeMultiple(['the rest']) })
    const batches: string[][] = []
    ssc.receiverStream(receiver).foreachRDD(async rdd => { batches.push(await rdd.collect()) })
    ssc.checkpoint(folder)
    await ssc.start()
    await ssc.stop({ stopSparkContext: false, stopGracefully: true })
    expect(batches).toEqual([['the rest']])
  }, { settings: logged })))

  test('a stream with a uid has its log by that name', () => withCheckpoints(folder => run(master, folder, async ({ receiver }) => {
    await receiver.storeMultiple(['x'])
    expect(fs.readdirSync(path.join(folder, 'received'))).toEqual(['%2E%2E%2Forders'])
  }, { uid: '../orders' })))

  test.each<[string, Record<string, string>]>([['without a log still', {}], ['with a log now', logged]])(
    'batches that were not logged are empty when they run again, which is said once, with their times: %s', (_name, settings) => withCheckpoints(async folder => {
      let left = ''
      await run(master, folder, async ({ ssc, clock, receiver }) => {
        await receiver.storeMultiple([1])
        ssc.addStreamingListener({ onBatchStarted: () => { left = killed(folder) } })
        await clock.advance(1_000)
        await ssc.idle()
      }, { settings: {} })
      await withLog(lines => run(master, left, async ({ receiver, batches, runBatches }) => {
        await receiver.storeMultiple(['new'])
        await runBatches(1)
        expect(batches).toEqual([[1, []], [2, ['new']]])
        expect(lines.filter(line => line.includes('is gone'))).toEqual([expect.stringMatching(/HandReceiver-0: .* at 1000 ms is gone, for it was not logged/)])
      }, { settings, startMs: 1_000 }))
    }))

  test('batches whose data is in a log that is switched off now, or is not there, are refused', () => withCheckpoints(async folder => {
    let left = ''
    await run(master, folder, async ({ receiver, runBatches }) => {
      await receiver.storeMultiple([1])
      await runBatches(1)
      left = killed(folder)
    })
    await withLog(async () => {
      const start = (settings: Record<string, string>): Promise<void> => run(master, left, async () => undefined, { settings, startMs: 1_000 })
      await expect(start({})).rejects.toThrow(CheckpointError)
      await expect(start({})).rejects.toMatchObject({
        message: 'what HandReceiver-0 received for the batch at 1000 ms is in the write-ahead log, which is switched off now', at: expect.stringMatching(/receiverStream at .*spec\.ts:\d+/),
      })
      fs.rmSync(logOf(left), { recursive: true })
      await expect(start(logged)).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' })
    })
  }))

  test('what is no data cannot be logged: a block is refused, and single elements end the receiver', () => withCheckpoints(folder => withLog(() => run(master, folder, async ({ ssc, clock, receiver, batches, runBatches }) => {
    await expect(receiver.storeMultiple([1, () => 2])).rejects.toThrow(IllegalArgumentError)
    await receiver.storeMultiple(['good'])
    await runBatches(1)
    expect(batches).toEqual([[1, ['good']]])
    const ended = expect(ssc.awaitTermination()).rejects.toThrow(IllegalArgumentError)
    void receiver.store(() => 3)
    await clock.advance(200)
    await ended
    expect(receiver.isStopped()).toBe(true)
    await expect(receiver.storeMultiple([1])).rejects.toThrow(IllegalArgumentError)
  }))))
})

test('a failed fsync ends the right to acknowledge: stores reject, the receiver stops, the program hears of it', () => withLog(async () => {
  const disk = new CrashingDisk()
  const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('spec').setAll(Object.entries(logged)))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Seconds(1), { clock, disk } as StreamingOptions)
  try {
    ssc.checkpoint('/checkpoint')
    const receiver = new HandReceiver<number>()
    const stored: number[] = []
    ssc.receiverStream(receiver).foreachRDD(async rdd => { stored.push(...await rdd.collect()) })
    await ssc.start()
    await receiver.storeMultiple([1])
    // The next write succeeds, its sync does not.
    disk.failAt(2, 'EIO')
    const ended = expect(ssc.awaitTermination()).rejects.toMatchObject({ code: 'MR_DISK' })
    await expect(receiver.storeMultiple([2])).rejects.toMatchObject({ code: 'MR_DISK' })
    await expect(receiver.storeMultiple([3])).rejects.toMatchObject({ code: 'MR_DISK' })
    await ended
    await eventually(() => receiver.isStopped())
    await clock.advance(1_000)
    await ssc.idle()
    expect(stored).toEqual([1])
  } finally { await ssc.stop() }
}, 'OFF'))

test('without a checkpoint folder the log cannot be: the start says so', () => withLog(() => withStreaming('local', async ({ ssc }) => {
  ssc.receiverStream(new HandReceiver()).print()
  const started = ssc.start()
  await expect(started).rejects.toThrow(SparkError)
  await expect(started).rejects.toMatchObject({
    message: 'Cannot enable receiver write-ahead log without checkpoint directory set',
    at: expect.stringMatching(/receiverStream at .*spec\.ts:\d+/), hint: expect.stringContaining('ssc.checkpoint'),
  })
}, { settings: logged })))

test('a log class of one\'s own is refused, by name', () => withFolder(folder => withLog(() =>
  expect(run('local', folder, async () => undefined, { settings: { ...logged, 'spark.streaming.receiver.writeAheadLog.class': 'org.mine.Log' } }))
    .rejects.toThrow(/^Could not create a write ahead log of class org\.mine\.Log: /))))

test('what may be lost is said in one line at the start, with and without a log', () => withFolder(folder => withLog(async lines => {
  const startOf = async (name: string, settings: Record<string, string>): Promise<readonly string[]> => {
    const before = lines.length
    await run('local', path.join(folder, name), async () => undefined, { settings })
    return lines.slice(before).filter(line => line.includes('receivers'))
  }
  expect(await startOf('without', {})).toEqual([expect.stringMatching(/They have no log: what they receive is lost when the process dies/)])
  expect(await startOf('with', logged)).toEqual([expect.stringMatching(/What they store one by one.*the last of it is lost/)])
}, 'INFO')))

test('a clean-up of logs keeps what batches that are kept have, and what waits', () => withFolder(async folder => {
  await run('local', folder, async ({ ssc, receiver, runBatches, stream }) => {
    await receiver.storeMultiple(['a'])
    await runBatches(1)
    await receiver.storeMultiple(['b'])
    await ssc.receiverTracker.cleanLogs(5_000)
    expect(await collected(stream, 1_000)).toEqual(['a'])
    await runBatches(1)
    expect(await collected(stream, 2_000)).toEqual(['b'])
  })
}))
