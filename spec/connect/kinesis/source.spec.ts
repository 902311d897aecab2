/** Streams of Kinesis, on kinesalite: what batches have, over splits and merges, refusals, expiry, retention and recoveries. */
import {
  KinesisInitialPositions, KinesisInputDStream, Time, type DStream, type KinesisInitialPosition, type KinesisInputDStreamBuilder, type StreamingContext,
} from '../../../lib/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { Lives, type Life } from '../../support/lives'
import { quietly, warningsOf, withStreaming, type StreamRun } from '../../support/streams'
import { Kinesalite } from './kinesalite'

let kinesis: Kinesalite
beforeAll(async () => { kinesis = await Kinesalite.start() })
afterAll(() => kinesis.stop())

const { TrimHorizon, Latest, AtTimestamp } = KinesisInitialPositions
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

function builder(ssc: StreamingContext, stream: string, position: KinesisInitialPosition = new TrimHorizon()): KinesisInputDStreamBuilder {
  return KinesisInputDStream.builder.streamingContext(ssc).streamName(stream).checkpointAppName('app').endpointUrl(kinesis.endpoint)
    .initialPosition(position).kinesisCredentials({ accessKeyId: 'a', secretAccessKey: 'b' })
}

/** Gathers what each batch has, by its time. */
function gather<T>(stream: DStream<T>, batches = new Map<number, T[]>()): Map<number, T[]> {
  stream.foreachRDD(async (rdd, time) => { batches.set(time.milliseconds, await rdd.collect()) })
  return batches
}

const flat = <T>(batches: Map<number, T[]>): T[] => [...batches.values()].flat()

/** Runs batches until all of them together have so many elements. */
async function until<T>({ ssc, runBatches }: Pick<StreamRun, 'ssc' | 'runBatches'>, batches: Map<number, T[]>, count: number): Promise<T[]> {
  await eventually(async () => {
    await runBatches(1)
    if (ssc.firstError !== undefined) throw ssc.firstError.thrown
    return flat(batches).length >= count
  })
  return flat(batches)
}

const numbered = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `r${from + i}`)

describe.each(masters)('on %s', master => {
  test('gives the data of all records, each shard in its order, in a partition a shard', async () => {
    const name = await kinesis.createStream(2)
    await kinesis.put(name, numbered(1_000))
    await withStreaming(master, async run => {
      const stream = builder(run.ssc, name).build()
      const batches = gather(stream.map(bytes => text(bytes)))
      const sizes: number[] = []
      stream.foreachRDD(rdd => { sizes.push(rdd.getNumPartitions()) })
      await run.ssc.start()
      const all = await until(run, batches, 1_000)
      expect([...all].sort()).toEqual(numbered(1_000).sort())
      expect(Math.max(...sizes)).toBe(2)
      await kinesis.put(name, ['later'])
      expect(await until(run, batches, 1_001)).toContain('later')
    })
  })

  test('gives whole records to a message handler, which runs in tasks', async () => {
    const name = await kinesis.createStream()
    await kinesis.put(name, [{ key: 'k1', data: 'one' }, { key: 'kü', data: new Uint8Array([0, 255]) }, { key: 'k3', data: '' }])
    await withStreaming(master, async run => {
      const batches = gather(builder(run.ssc, name).buildWithMessageHandler(record => ({
        ...record, data: [...record.data], isPlain: record.data.constructor === Uint8Array, at: record.approximateArrivalTimestamp.getTime() > 1.6e12,
      })))
      await run.ssc.start()
      const records = await until(run, batches, 3)
      expect(records.map(({ partitionKey, data }) => [partitionKey, data])).toEqual([['k1', [111, 110, 101]], ['kü', [0, 255]], ['k3', []]])
      expect(records[0]).toMatchObject({ sequenceNumber: expect.stringMatching(/^\d{50,}$/), subSequenceNumber: 0, at: true, isPlain: true })
    })
  })

  test('a batch that a killed program had begun has exactly its records again, and the next one what comes after', async () => {
    const name = await kinesis.createStream(2)
    const lives = new Lives()
    let fails = true
    const seen: string[][] = []
    const build = (ssc: StreamingContext): void => builder(ssc, name).build().map(text).foreachRDD(async rdd => {
      seen.push(await rdd.collect())
      if (fails && seen[seen.length - 1]!.length > 0) throw new Error('killed here')
    })
    await kinesis.put(name, numbered(100))
    let left = ''
    await quietly(() => lives.live(build, async life => {
      await eventually(async () => {
        await life.runBatches(1)
        return seen.flat().length > 0
      })
      left = await life.killed()
    }, { master }))
    const before = seen.splice(0).flat()
    await kinesis.put(name, numbered(50, 100))
    fails = false
    await lives.live(build, async life => {
      expect([...seen[0]!].sort()).toEqual([...before].sort())
      await eventually(async () => {
        await life.runBatches(1)
        return seen.flat().length >= 150
      })
    }, { master, directory: left, atMs: 100_000 })
    expect(seen.flat().sort()).toEqual(numbered(150).sort())
  })
})

test('begins with what comes after the start, or at a time', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(10))
  await withStreaming('local', async run => {
    const batches = gather(builder(run.ssc, name, new Latest()).build().map(text))
    await run.ssc.start()
    await kinesis.put(name, ['new 1', 'new 2', 'new 3'])
    expect((await until(run, batches, 3)).sort()).toEqual(['new 1', 'new 2', 'new 3'])
  })
  const other = await kinesis.createStream()
  await kinesis.put(other, ['old'])
  await new Promise(resolve => setTimeout(resolve, 20))
  const middle = new Date()
  await kinesis.put(other, ['young'])
  await withStreaming('local', async run => {
    const batches = gather(builder(run.ssc, other, new AtTimestamp(middle)).build().map(text))
    await run.ssc.start()
    expect(await until(run, batches, 1)).toEqual(['young'])
  })
})

test('shards that are split and merged while they are read: nothing is lost, and a key keeps its order', async () => {
  const name = await kinesis.createStream()
  const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  let count = 0
  const put = (): Promise<void> => kinesis.put(name, Array.from({ length: 70 }, () => ({ key: keys[count % 7]!, data: `${keys[count % 7]}${count++}` })))
  await withStreaming('local', async run => {
    const stream = builder(run.ssc, name).build()
    const batches = gather(stream.map(text))
    await run.ssc.start()
    await put()
    await until(run, batches, count)
    const [first] = await kinesis.shards(name)
    await kinesis.split(name, first!.ShardId!)
    await put()
    const [, left, right] = await kinesis.shards(name)
    await kinesis.merge(name, left!.ShardId!, right!.ShardId!)
    await put()
    const all = await until(run, batches, count)
    for (const key of keys) {
      const ofKey = all.filter(each => each[0] === key).map(each => Number(each.slice(1)))
      expect(ofKey).toEqual(Array.from({ length: count / 7 }, (_, i) => keys.indexOf(key) + 7 * i))
    }
    await eventually(async () => {
      await run.runBatches(1)
      const states: any = (stream.checkpointData(new Time(run.clock.now())))
      return states.shards.filter(({ position }: any) => position.from === 'SHARD_END').length === 3
    })
  })
})

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
    const batches = gather(builder(run.ssc, name).build().map(text))
    await run.ssc.start()
    expect(await until(run, batches, 30)).toEqual(numbered(30))
  }, { settings: { 'spark.streaming.receiver.maxRate': '4' } })
})

test('spark.streaming.receiver.maxRate holds batches down, and what they leave comes later', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(100))
  await withStreaming('local', async run => {
    const batches = gather(builder(run.ssc, name).build().map(text))
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
      const batches = gather(builder(run.ssc, name).build().map(text))
      await run.ssc.start()
      await until(run, batches, 5)
      await kinesis.setAhead(6 * 60_000)
      await kinesis.put(name, numbered(5, 5))
      expect(await until(run, batches, 10)).toEqual(numbered(10))
    })
  } finally { await kinesis.setAhead(0) }
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
    const build = (ssc: StreamingContext): void => builder(ssc, name).build().map(text).foreachRDD(async rdd => {
      seen.push(...await rdd.collect())
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
      await lives.live(build, async ({ ssc }) => {
        const error: any = await eventually(() => ssc.firstError?.thrown)
        expect(String(error.cause?.message ?? error.message)).toMatch(/Could not read until the end sequence number of the range: the 5 records of a batch/)
      }, { directory: left, atMs: 100_000 })
    })
  })
})

test('streams of one application share the reading of their stream: a union has every record once', async () => {
  const name = await kinesis.createStream(2)
  await kinesis.put(name, numbered(50))
  await withStreaming('local', async run => {
    const streams = [1, 2, 3].map(() => builder(run.ssc, name).build())
    const batches = gather(run.ssc.union(streams).map(text))
    await run.ssc.start()
    await until(run, batches, 50)
    await run.runBatches(2)
    expect(flat(batches).sort()).toEqual(numbered(50).sort())
  })
})

test('a graceful stop processes all that was fetched', async () => {
  const name = await kinesis.createStream()
  await kinesis.put(name, numbered(50))
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const stream = builder(ssc, name).build()
    const batches = gather(stream.map(text))
    await ssc.start()
    await eventually(() => (stream as any).reading.waitingCount === 50)
    await runBatches(1)
    expect(flat(batches)).toHaveLength(3)
    await ssc.stop(false, true)
    expect(flat(batches)).toEqual(numbered(50))
  }, { settings: { 'spark.streaming.receiver.maxRate': '3' } })
})

test('says what a batch has: counts, shards and sequence numbers', async () => {
  const name = await kinesis.createStream()
  await kinesis.put(name, numbered(4))
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const stream = builder(ssc, name).build()
    gather(stream)
    const infos: any[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }: any) => { infos.push(batchInfo) } } as never)
    await ssc.start()
    await eventually(() => (stream as any).reading.waitingCount === 4)
    await runBatches(1)
    const info = infos[0]!.streamIdToInputInfo.get(0)
    expect(info.numRecords).toBe(4)
    const [range] = stream.sequenceNumberRanges(infos[0].batchTime)
    expect(range).toEqual({
      streamName: name, shardId: 'shardId-000000000000', recordCount: 4, fromSeqNumber: expect.stringMatching(/^\d+$/), toSeqNumber: expect.stringMatching(/^\d+$/),
    })
    expect(info.metadataDescription).toBe(`shardId-000000000000\t4 records: ${range!.fromSeqNumber} to ${range!.toSeqNumber}`)
  })
})

test('a stream that does not exist fails the start, with what to look at', async () => {
  await withStreaming('local', async ({ ssc }) => {
    builder(ssc, 'nope').build().print()
    await expect(ssc.start()).rejects.toMatchObject({
      message: expect.stringMatching(/^Kinesis could not list the shards of stream nope at http:\/\/127\.0\.0\.1:\d+: ResourceNotFoundException: /),
      hint: expect.stringMatching(/name of the stream/), retriable: false,
    })
  })
})
