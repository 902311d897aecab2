/** Streams of Kinesis, on kinesalite: what batches have, where they begin, over splits and merges and a recovery. */
import { KinesisInitialPositions, Time, type KinesisInitialPosition, type KinesisInputDStreamBuilder, type StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { Lives } from '../../support/lives'
import { quietly, withStreaming } from '../../support/streams'
import { Kinesalite } from './kinesalite'
import { builderAt, flat, gather, numbered, until } from './support'

let kinesis: Kinesalite
beforeAll(async () => { kinesis = await Kinesalite.start() })
afterAll(() => kinesis.stop())

const { Latest, AtTimestamp } = KinesisInitialPositions
const builder = (ssc: StreamingContext, stream: string, position?: KinesisInitialPosition): KinesisInputDStreamBuilder => builderAt(kinesis, ssc, stream, position)

describe.each(masters)('on %s', master => {
  test('gives the data of all records, each shard in its order, in a partition a shard', async () => {
    const name = await kinesis.createStream(2)
    await kinesis.put(name, numbered(1_000))
    await withStreaming(master, async run => {
      const stream = builder(run.ssc, name).build()
      const batches = gather(stream.map(bytes => Buffer.from(bytes).toString()))
      const sizes: number[] = []
      const shards: number[] = []
      stream.foreachRDD((rdd, time) => {
        sizes.push(rdd.getNumPartitions())
        shards.push(stream.sequenceNumberRanges(time).length)
      })
      await run.ssc.start()
      const all = await until(run, batches, 1_000)
      expect([...all].sort()).toEqual(numbered(1_000).sort())
      expect(sizes).toEqual(shards)
      expect(shards.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(2)
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
    const build = (ssc: StreamingContext): void => builder(ssc, name).build().map(bytes => Buffer.from(bytes).toString()).foreachRDD(async rdd => {
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
    const batches = gather(builder(run.ssc, name, new Latest()).build().map(bytes => Buffer.from(bytes).toString()))
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
    const batches = gather(builder(run.ssc, other, new AtTimestamp(middle)).build().map(bytes => Buffer.from(bytes).toString()))
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
    const batches = gather(stream.map(bytes => Buffer.from(bytes).toString()))
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

test('a graceful stop processes all that was fetched', async () => {
  const name = await kinesis.createStream()
  await kinesis.put(name, numbered(50))
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const stream = builder(ssc, name).build()
    const batches = gather(stream.map(bytes => Buffer.from(bytes).toString()))
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
