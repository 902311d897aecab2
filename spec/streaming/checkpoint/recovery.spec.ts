/** Recoveries: a program that is killed and made again goes on as if nothing had happened, or says why it cannot. */
import { Milliseconds, Seconds, type StreamingContext } from '../../../lib/index'
import { CheckpointFolder } from '../../../lib/streaming/checkpoint/checkpoint-folder'
import { Lives, numbered, type Life } from '../../support/lives'

/** Sums of a sliding window with an inverse, which is state, noted by batch. */
function sums(ssc: StreamingContext, noted: [number, unknown][], partitions = 2): void {
  numbered(ssc).map(n => ['sum', n] as [string, number])
    .reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(3), Seconds(1), partitions)
    .foreachRDD(async (rdd, time) => { noted.push([time.milliseconds / 1000, (await rdd.collect())[0]![1]]) })
}

const wanted = (from: number, to: number): [number, number][] => Array.from({ length: to - from + 1 }, (_, i) => {
  const n = from + i
  return [n, n + Math.max(0, n - 1) + Math.max(0, n - 2)]
})

test('a new folder is no recovery, an old one is, and batches follow one another without a gap', async () => {
  const lives = new Lives()
  const noted: [number, unknown][] = []
  const isRecovered: boolean[] = []
  for (let life = 0; life < 3; life++) {
    await lives.live(ssc => sums(ssc, noted), async ({ ssc, runBatches }) => {
      isRecovered.push(ssc.isRecovered)
      await runBatches(2)
    }, { atMs: life * 2000 })
  }
  expect(isRecovered).toEqual([false, true, true])
  expect(noted).toEqual(wanted(1, 6))
})

test('batches that were due while nobody ran are made up for, each with its own time', async () => {
  const lives = new Lives()
  const noted: [number, unknown][] = []
  await lives.live(ssc => sums(ssc, noted), ({ runBatches }) => runBatches(2))
  await lives.live(ssc => sums(ssc, noted), async ({ clock, ssc }) => {
    await clock.advance(0)
    await ssc.idle()
    expect(noted).toEqual(wanted(1, 7))
  }, { atMs: 7400 })
})

test('a batch that was cut off runs again with the input it had, and a batch that had ended does not', async () => {
  const lives = new Lives()
  const noted: [number, unknown][] = []
  let left = ''
  let life: Life | undefined
  const cutOff = (ssc: StreamingContext): void => {
    sums(ssc, noted)
    numbered(ssc).foreachRDD(async (_rdd, time) => { if (time.milliseconds === 3000 && left === '') left = await life!.killed() })
  }
  await lives.live(cutOff, async running => {
    life = running
    await running.runBatches(4)
  })
  expect(noted.splice(0)).toEqual(wanted(1, 4))
  await lives.live(cutOff, ({ runBatches }) => runBatches(2), { directory: left, atMs: 3000 })
  expect(noted).toEqual(wanted(3, 5))
})

test('a batch that failed runs again, whatever came after it', async () => {
  const lives = new Lives()
  const done: number[] = []
  let isBroken = true
  const build = (ssc: StreamingContext): void => numbered(ssc).foreachRDD((_rdd, { milliseconds }) => {
    if (isBroken && milliseconds === 2000) throw new Error('the sink is away')
    done.push(milliseconds)
  })
  await lives.live(build, ({ runBatches }) => runBatches(4))
  isBroken = false
  expect(done.splice(0)).toEqual([1000, 3000, 4000])
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 4000 })
  expect(done).toEqual([2000, 5000])
})

test.each([1, 3, 7])('a state is there in %i partitions, too', async partitions => {
  const lives = new Lives()
  const noted: [number, unknown][] = []
  await lives.live(ssc => sums(ssc, noted, 4), ({ runBatches }) => runBatches(3))
  await lives.live(ssc => sums(ssc, noted, partitions), ({ runBatches }) => runBatches(2), { atMs: 3000 })
  await lives.live(ssc => sums(ssc, noted, 4), ({ runBatches }) => runBatches(2), { atMs: 5000 })
  expect(noted).toEqual(wanted(1, 7))
})

test('another batch interval is refused', async () => {
  const lives = new Lives()
  await lives.live(ssc => numbered(ssc).foreachRDD(() => undefined), ({ runBatches }) => runBatches(1))
  const again = lives.live(ssc => numbered(ssc).foreachRDD(() => undefined), () => undefined, { batch: Milliseconds(500), atMs: 1000 })
  await expect(again).rejects.toThrow('was written with batches of 1000 ms, the program has batches of 500 ms')
})

describe('a program that has changed', () => {
  const named = (name: string | undefined) => (ssc: StreamingContext): void => {
    const pairs = numbered(ssc).map(n => ['n', n] as [string, number])
    const counts = pairs.updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length)
    if (name !== undefined) counts.uid(name)
    counts.foreachRDD(async rdd => rdd.count())
  }
  const without = (ssc: StreamingContext): void => numbered(ssc).foreachRDD(() => undefined)

  test('is refused when a state is gone, with a table of both, before anything runs', async () => {
    const lives = new Lives()
    await lives.live(named(undefined), ({ runBatches }) => runBatches(2))
    const again = lives.live(without, () => undefined, { atMs: 2000 })
    await expect(again).rejects.toMatchObject({ code: 'MR_CHECKPOINT', hint: expect.stringContaining("{ drop: ['updateStateByKey-0'] }") })
    await expect(lives.live(without, () => undefined, { atMs: 2000 })).rejects.toThrow(/in the checkpoint +in the program\n.*probe-0 .*same\n.*updateStateByKey-0 .* - +missing/)
  })

  test('goes on without it when told so, by name or all', async () => {
    for (const drop of [true, ['updateStateByKey-0']]) {
      const lives = new Lives()
      await lives.live(named(undefined), ({ runBatches }) => runBatches(2))
      await lives.live(without, ({ runBatches }) => runBatches(1), { atMs: 2000, recovery: { drop } })
    }
  })

  test('finds a state by its uid', async () => {
    const lives = new Lives()
    await lives.live(named('counts'), ({ runBatches }) => runBatches(2))
    await lives.live(named('counts'), ({ runBatches }) => runBatches(1), { atMs: 2000 })
    await expect(lives.live(named('other'), () => undefined, { atMs: 3000 })).rejects.toThrow("the checkpoint holds 'counts', which the program does not have")
  })
})

describe('a folder', () => {
  test('that another context writes to is refused', async () => {
    const lives = new Lives()
    await lives.live(ssc => numbered(ssc).foreachRDD(() => undefined), async () => {
      await expect(CheckpointFolder.of(lives.disk, '/checkpoint').lock()).rejects.toThrow('The checkpoint folder /checkpoint is in use by another StreamingContext of this process')
    })
  })

  test('that is damaged is refused with file and offset, or left aside when told so', async () => {
    const lives = new Lives()
    const noted: [number, unknown][] = []
    await lives.live(ssc => sums(ssc, noted), ({ runBatches }) => runBatches(3))
    const [name] = await lives.disk.list('/checkpoint/events')
    const file = `/checkpoint/events/${name}`
    const bytes = await lives.disk.readFile(file)
    const half = Buffer.from(bytes)
    half[4200]! ^= 4
    await lives.disk.remove(file)
    const handle = await lives.disk.openAppend(file)
    await handle.append(half)
    await handle.close()
    const again = lives.live(ssc => sums(ssc, noted), () => undefined, { atMs: 3000 })
    await expect(again).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED', message: expect.stringContaining(file) })
    noted.length = 0
    await lives.live(ssc => sums(ssc, noted), ({ runBatches }) => runBatches(1), { atMs: 3000, recovery: { createOnError: true } })
    expect(noted).toEqual([[4, 4]])
    expect(await lives.disk.list('/checkpoint/superseded')).toContain('events')
  })
})

test('a state that no output reads is in nobody\'s way', async () => {
  const lives = new Lives()
  const build = (ssc: StreamingContext): void => {
    numbered(ssc).map(n => ['n', n] as [string, number]).updateStateByKey<number>((values, sum = 0) => sum + values.length)
    numbered(ssc).foreachRDD(() => undefined)
  }
  await lives.live(build, ({ runBatches }) => runBatches(2))
  await lives.live(build, ({ runBatches }) => runBatches(1), { atMs: 2000 })
})

test('durable accumulators go on from the last batch that had ended', async () => {
  const lives = new Lives()
  const seen: number[] = []
  const build = (ssc: StreamingContext): void => {
    const total = ssc.durable(ssc.sparkContext.longAccumulator('total'))
    numbered(ssc).foreachRDD(async rdd => {
      await rdd.foreach(n => total.add(n))
      seen.push(total.value)
    })
  }
  await lives.live(build, ({ runBatches }) => runBatches(3))
  await lives.live(build, ({ runBatches }) => runBatches(2), { atMs: 3000 })
  expect(seen).toEqual([1, 3, 6, 10, 15])
})
