/** Streams of Kinesis over long histories of shards, limits, refusals, iterators that expire and retention. */
import { KinesisInitialPositions, type KinesisInitialPosition, type KinesisInputDStreamBuilder, type StreamingContext } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { Lives, type Life } from '../../support/lives'
import { quietly, warningsOf, withStreaming } from '../../support/streams'
import { Kinesalite } from './kinesalite'
import { builderAt, flat, gather, numbered, text, until } from './support'

let kinesis: Kinesalite
beforeAll(async () => { kinesis = await Kinesalite.start() })
afterAll(() => kinesis.stop())

const { Latest } = KinesisInitialPositions
const builder = (ssc: StreamingContext, stream: string, position?: KinesisInitialPosition): KinesisInputDStreamBuilder => builderAt(kinesis, ssc, stream, position)

test('a stream with a long history of shards is read from its beginning, one generation after the other', async () => {
  const name = await kinesis.createStream()
  let open = (await kinesis.shards(name))[0]!.ShardId!
  for (let i = 0; i < 3; i++) {
    // All in the upper half of every half.
    await kinesis.put(name, numbered(10, i * 10).map(data => ({ data, hashKey: String(2n ** 128n - 1n) })))
    await kinesis.split(name, open)
    open = (await kinesis.shards(name)).at(-1)!.ShardId!
  }
  await withStreaming('local', async run => {
    const batches = gather(builder(run.ssc, name).build().map(bytes => Buffer.from(bytes).toString()))
    await run.ssc.start()
    expect(await until(run, batches, 30)).toEqual(numbered(30))
  }, { settings: { 'spark.streaming.receiver.maxRate': '4' } })
})

test('spark.streaming.receiver.maxRate holds batches down, and what they leave comes later', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(100))
  await withStreaming('local', async run => {
    const batches = gather(builder(run.ssc, name).build().map(bytes => Buffer.from(bytes).toString()))
    await run.ssc.start()
    expect((await until(run, batches, 100)).sort()).toEqual(numbered(100).sort())
    expect(Math.max(...[...batches.values()].map(batch => batch.length))).toBe(7)
  }, { settings: { 'spark.streaming.receiver.maxRate': '7' } })
})

test('a shard that is read too often, and an iterator that expires, are read on', async () => {
  const name = await kinesis.createStream()
  await kinesis.put(name, numbered(5))
  try {
    await withStreaming('local', async run => {
      await kinesis.refuse(3)
      const batches = gather(builder(run.ssc, name).build().map(bytes => Buffer.from(bytes).toString()))
      await run.ssc.start()
      await until(run, batches, 5)
      await kinesis.setAhead(6 * 60_000)
      await kinesis.put(name, numbered(5, 5))
      expect(await until(run, batches, 10)).toEqual(numbered(10))
    })
  } finally { await kinesis.setAhead(0) }
})

test('with Latest, what came while the program was away belongs to it, also when it had read nothing before', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(10))
  // Times are compared to a second.
  await new Promise(resolve => setTimeout(resolve, 1_100))
  const lives = new Lives()
  const seen: string[] = []
  const build = (ssc: StreamingContext): void =>
    builder(ssc, name, new Latest()).build().map(text).foreachRDD(async rdd => { seen.push(...await rdd.collect()) })
  const left = await lives.live(build, async life => {
    await life.runBatches(2)
    return life.killed()
  })
  await kinesis.put(name, ['a', 'b', 'c', 'd', 'e', 'f'])
  await lives.live(build, life => eventually(async () => {
    await life.runBatches(1)
    return seen.length >= 6
  }), { directory: left, atMs: 100_000 })
  expect(seen.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
})

describe('retention', () => {
  const dayMs = 24 * 3_600_000
  afterEach(() => kinesis.setAhead(0))

  /** A life that reads what is there, and one that begins two days later. */
  async function afterTwoDays(name: string, first: number, whileAway: () => Promise<void>, f: (life: Life, seen: string[]) => Promise<void>, fail = true): Promise<void> {
    const lives = new Lives()
    const seen: string[] = []
    const build = (ssc: StreamingContext): void =>
      builder(ssc, name).failOnDataLoss(fail).build().map(text).foreachRDD(async rdd => { seen.push(...await rdd.collect()) })
    const left = await lives.live(build, async life => {
      await eventually(async () => {
        await life.runBatches(1)
        return seen.length >= first
      })
      return life.killed()
    })
    await whileAway()
    await kinesis.setAhead(2 * dayMs)
    await lives.live(build, life => f(life, seen), { directory: left, atMs: 100_000 })
  }

  test('what was deleted before it was read is an error that names the shard', async () => {
    const name = await kinesis.createStream()
    await kinesis.put(name, numbered(5))
    await quietly(() => afterTwoDays(name, 5, () => kinesis.put(name, numbered(5, 5)), async ({ ssc, runBatches }) => {
      const error: any = await eventually(async () => {
        await runBatches(1)
        return ssc.firstError?.thrown
      })
      expect(error.code).toBe('MR_DATA_LOST')
      expect(error.message).toMatch(/shardId-000000000000: records were deleted before they were read/)
    }))
  })

  test('failOnDataLoss(false) goes on with what is left, and says so', async () => {
    const name = await kinesis.createStream()
    await kinesis.put(name, numbered(5))
    const warnings = await warningsOf(() => afterTwoDays(name, 5, () => kinesis.put(name, numbered(5, 5)), async (life, seen) => {
      await eventually(async () => {
        await life.runBatches(1)
        await kinesis.put(name, ['new'])
        return seen.includes('new')
      })
      expect(seen).not.toContain('r5')
    }, false))
    expect(warnings.join('\n')).toMatch(/deleted before they were read; going on with the oldest that is there/)
  })

  test('a batch that is to run again and whose records are gone fails', async () => {
    const name = await kinesis.createStream()
    await kinesis.put(name, numbered(5))
    const lives = new Lives()
    const seen: string[] = []
    const errors: any[] = []
    const build = (ssc: StreamingContext): void => builder(ssc, name).build().map(text).foreachRDD(async rdd => {
      try { seen.push(...await rdd.collect()) } catch (error) { errors.push(error) }
      if (seen.length > 0) throw new Error('killed here')
    })
    await quietly(async () => {
      const left = await lives.live(build, async life => {
        await eventually(async () => {
          await life.runBatches(1)
          return seen.length > 0
        })
        return life.killed()
      })
      await kinesis.setAhead(2 * dayMs)
      await lives.live(build, async () => {
        await eventually(() => errors.length > 0)
        expect(String(errors[0].cause?.message ?? errors[0].message)).toMatch(/Could not read until the end sequence number of the range: the 5 records of a batch/)
      }, { directory: left, atMs: 100_000 })
    })
  })
})

test('streams of one application share the reading of their stream: a union has every record once', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(50))
  await withStreaming('local', async run => {
    const streams = [1, 2, 3].map(() => builder(run.ssc, name).build())
    const batches = gather(run.ssc.union(streams).map(bytes => Buffer.from(bytes).toString()))
    await run.ssc.start()
    await until(run, batches, 50)
    await run.runBatches(2)
    expect(flat(batches).sort()).toEqual(numbered(50).sort())
  })
})
