import * as fs from 'node:fs'
import * as path from 'node:path'
import { CheckpointError, IllegalArgumentError, SparkError, Time, type ReceiverInputDStream } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
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
  readonly batches: any[][]
  /** What the checkpoint would hold of the batches so far. */
  readonly checkpoint: Map<number, unknown>
}

/** One run of a program with one receiver, which is not started yet. The folder is as a killed process would leave it. */
function run(master: string, folder: string, body: (run: LoggedRun) => Promise<void>, settings: Record<string, string> = logged): Promise<void> {
  return withStreaming(master, async context => {
    const { ssc } = context
    ssc.checkpoint(folder)
    const receiver = new HandReceiver<any>()
    const stream = ssc.receiverStream(receiver)
    const checkpoint = new Map<number, unknown>()
    stream.foreachRDD((_rdd, time) => { checkpoint.set(time.milliseconds, stream.checkpointData(time)) })
    await body({ ...context, receiver, stream, checkpoint, batches: collectBatches(stream) })
  }, { settings })
}

/** What a process that is killed now leaves behind: a new folder with the received data alone. */
function killed(folder: string): string {
  const left = `${folder}/left-${fs.readdirSync(folder).length}`
  fs.cpSync(path.join(folder, 'received'), path.join(left, 'received'), { recursive: true })
  return left
}

const collected = (stream: ReceiverInputDStream<any>, batchMs: number): Promise<any[]> => stream.compute(new Time(batchMs)).collect()

describe.each(masters)('receivers with the write-ahead log on %s', master => {
  test('what is stored before a batch is in it, whichever way it was stored, in order', () => withFolder(folder => run(master, folder, async ({ ssc, receiver, batches, runBatches }) => {
    await ssc.start()
    void receiver.store('one')
    void receiver.storeMultiple(['two', 'three'])
    void receiver.storeBytes(Buffer.from('four\r\nfünf\n'))
    void receiver.store({ six: 6n })
    await runBatches(1)
    await receiver.storeMultiple(new Set([null]))
    await runBatches(1)
    expect(batches).toEqual([['one', 'two', 'three', 'four', 'fünf', { six: 6n }], [null]])
    const { mode } = fs.statSync(path.join(folder, 'received/stream-0'))
    expect(mode & 0o777).toBe(0o700)
  })))

  test('what was acknowledged when the process died is in a batch of the next run: the one it was in, or the first', () => withFolder(async folder => {
    let left = ''
    let checkpoint = new Map<number, unknown>()
    await run(master, folder, async first => {
      await first.ssc.start()
      await first.receiver.storeMultiple(['a', 'b'])
      await first.runBatches(2)
      await first.receiver.storeBytes(Buffer.from('c\nd\n'))
      await first.runBatches(1)
      await first.receiver.storeMultiple(['e'])
      await first.receiver.storeBytes(Buffer.from('f\n'))
      checkpoint = new Map(first.checkpoint)
      left = killed(folder)
    })
    expect([...checkpoint.keys()]).toEqual([1_000, 2_000, 3_000])
    let again = ''
    await run(master, left, async ({ ssc, clock, stream, receiver, batches, runBatches, checkpoint: later }) => {
      await clock.set(3_000)
      await stream.restore(checkpoint)
      await ssc.start()
      expect(stream.checkpointData(new Time(2_000))).toEqual(checkpoint.get(2_000))
      expect(await Promise.all([1_000, 2_000, 3_000].map(ms => collected(stream, ms)))).toEqual([['a', 'b'], [], ['c', 'd']])
      await receiver.storeMultiple(['g'])
      await runBatches(2)
      expect(batches).toEqual([['e', 'f', 'g'], []])
      checkpoint = new Map([...[...checkpoint].slice(1), ...later])
      again = killed(left)
    })
    // The same once more, with the oldest batch forgotten.
    await run(master, again, async ({ ssc, clock, stream, batches, runBatches }) => {
      await clock.set(5_000)
      await stream.restore(checkpoint)
      await ssc.start()
      expect(await Promise.all([3_000, 4_000].map(ms => collected(stream, ms)))).toEqual([['c', 'd'], ['e', 'f', 'g']])
      await runBatches(1)
      expect(batches).toEqual([[]])
    })
  }))

  test('a run that died before its first batch loses nothing either', () => withFolder(async folder => {
    let left = ''
    await run(master, folder, async ({ ssc, receiver }) => {
      await ssc.start()
      await receiver.storeMultiple([1, 2])
      left = killed(folder)
    })
    await run(master, left, async ({ ssc, stream, batches, runBatches }) => {
      await stream.restore(new Map())
      await ssc.start()
      await runBatches(2)
      expect(batches).toEqual([[1, 2], []])
    })
  }))

  test('a start without recovery in a folder that was stopped in order begins with nothing', () => withFolder(async folder => {
    await run(master, folder, async ({ ssc, receiver, runBatches }) => {
      await ssc.start()
      await receiver.storeMultiple([1, 2])
      await runBatches(1)
    })
    await run(master, killed(folder), async ({ ssc, batches, runBatches }) => {
      await ssc.start()
      await runBatches(1)
      expect(batches).toEqual([[]])
    })
  }))

  test('a graceful stop has everything that was stored in a batch', () => withFolder(folder => run(master, folder, async ({ ssc, receiver, batches, checkpoint }) => {
    await ssc.start()
    void receiver.store('gathered')
    void receiver.storeMultiple(['a', 'block'])
    await ssc.stop({ stopGracefully: true })
    expect(batches).toEqual([['gathered', 'a', 'block']])
    expect([...checkpoint.values()]).toMatchObject([{ blocks: 2 }])
  })))

  test('a stream with a uid has its log by that name, wherever the stream stands in the program', () => withFolder(async folder => {
    await run(master, folder, async ({ ssc, stream, receiver }) => {
      stream.uid('../orders')
      await ssc.start()
      await receiver.storeMultiple(['x'])
      expect(fs.readdirSync(path.join(folder, 'received'))).toEqual(['uid-..%2Forders'])
    })
  }))

  test('batches that were not logged are empty when they are computed again, which is said once, with their times', () => withFolder(async folder => {
    let checkpoint = new Map<number, unknown>()
    await run(master, folder, async first => {
      await first.ssc.start()
      for (let i = 0; i < 3; i++) {
        if (i !== 1) await first.receiver.storeMultiple([i])
        await first.runBatches(1)
      }
      checkpoint = first.checkpoint
    }, {})
    for (const settings of [{}, logged]) {
      await withLog(lines => run(master, path.join(folder, 'again', String(settings === logged)), async ({ ssc, clock, stream, receiver, batches, runBatches }) => {
        await clock.set(3_000)
        await stream.restore(checkpoint)
        await ssc.start()
        expect(await Promise.all([1_000, 3_000].map(ms => collected(stream, ms)))).toEqual([[], []])
        await receiver.storeMultiple(['new'])
        await runBatches(1)
        expect(batches).toEqual([['new']])
        expect(lines.filter(line => line.includes('is gone'))).toEqual([expect.stringMatching(/HandReceiver-0: .* at 1000 ms, 3000 ms is gone/)])
      }, settings))
    }
  }))

  test('batches whose data is in a log that is switched off now, or not there, are refused', () => withFolder(async folder => {
    let checkpoint = new Map<number, unknown>()
    await run(master, folder, async first => {
      await first.ssc.start()
      await first.receiver.storeMultiple([1])
      await first.runBatches(1)
      checkpoint = first.checkpoint
    })
    await run(master, killed(folder), async ({ stream }) => {
      const refused = stream.restore(checkpoint)
      await expect(refused).rejects.toThrow(CheckpointError)
      await expect(refused).rejects.toMatchObject({
        message: 'what HandReceiver-0 received for the batch at 1000 ms is in the write-ahead log, which is switched off now', at: expect.stringMatching(/receiverStream at .*spec\.ts:\d+/),
      })
    }, {})
    await withLog(() => run(master, path.join(folder, 'empty'), async ({ stream }) => {
      await expect(stream.restore(checkpoint)).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' })
    }))
  }))

  test('what is no data cannot be logged: a block is refused, and single elements end the receiver', () => withFolder(folder => withLog(() => run(master, folder, async ({ ssc, clock, receiver, batches, runBatches }) => {
    await ssc.start()
    await expect(receiver.storeMultiple([1, () => 2])).rejects.toThrow(IllegalArgumentError)
    await receiver.storeMultiple(['good'])
    await runBatches(1)
    expect(batches).toEqual([['good']])
    const ended = expect(ssc.awaitTermination()).rejects.toThrow(IllegalArgumentError)
    void receiver.store(() => 3)
    await clock.advance(200)
    await ended
    expect(receiver.isStopped()).toBe(true)
  }))))
})

test('without a checkpoint folder the log cannot be: the start says so', () => withLog(() => withStreaming('local', async ({ ssc }) => {
  ssc.receiverStream(new HandReceiver()).print()
  const started = ssc.start()
  await expect(started).rejects.toThrow(SparkError)
  await expect(started).rejects.toMatchObject({
    message: 'Cannot enable receiver write-ahead log without checkpoint directory set',
    at: expect.stringMatching(/receiverStream at .*spec\.ts:\d+/), hint: expect.stringContaining('ssc.checkpoint'),
  })
}, { settings: logged })))

test('a log class of one\'s own is refused, by name', () => withFolder(folder => withLog(() => run('local', folder, async ({ ssc }) => {
  await expect(ssc.start()).rejects.toThrow(/^Could not create a write ahead log of class org\.mine\.Log: /)
}, { ...logged, 'spark.streaming.receiver.writeAheadLog.class': 'org.mine.Log' }))))

test('what may be lost is said in one line at the start, with and without a log', () => withFolder(folder => withLog(async lines => {
  const startOf = async (settings: Record<string, string>): Promise<readonly string[]> => {
    const before = lines.length
    await run('local', path.join(folder, JSON.stringify(settings).length.toString()), async ({ ssc }) => ssc.start(), settings)
    return lines.slice(before).filter(line => line.includes('receivers'))
  }
  expect(await startOf({})).toEqual([expect.stringMatching(/They have no log: what they receive is lost when the process dies/)])
  expect(await startOf(logged)).toEqual([expect.stringMatching(/What they store one by one.*the last of it is lost/)])
}, 'INFO')))

test('logs are cleaned below the oldest batch that is kept', () => withFolder(folder => run('local', folder, async ({ ssc, receiver, runBatches, stream, checkpoint }) => {
  await ssc.start()
  const files = (): number => fs.readdirSync(path.join(folder, 'received/stream-0')).length
  for (let batch = 0; batch < 4; batch++) {
    await receiver.storeMultiple([Buffer.alloc(40 * 1024 * 1024, batch)])
    await runBatches(1)
  }
  expect(files()).toBe(4)
  await ssc.receiverTracker.cleanLogs(3_000)
  await eventually(() => files() === 2)
  expect((await collected(stream, 4_000))[0].length).toBe(40 * 1024 * 1024)
  expect(checkpoint.size).toBe(4)
})))
