/** generatorStream: which numbers a batch has follows from its time; the same numbers come again after a recovery. */
import * as path from 'node:path'
import { Milliseconds, Seconds, SparkContext, StreamingContext } from '../../../lib/index'
import { collectBatches, ManualClock } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { withStreaming } from '../../support/streams'

describe.each(masters)('generatorStream on %s', master => {
  test('each batch has the numbers of its time', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const batches = collectBatches(ssc.generatorStream(n => n * n, { recordsPerSecond: 2.5, limit: 9 }))
    await ssc.start()
    await runBatches(5)
    expect(batches).toEqual([[0, 1], [4, 9, 16], [25, 36], [49, 64], []])
  }))

  test('the rate grows to its height', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const counts = collectBatches(ssc.generatorStream(n => n, { recordsPerSecond: 100, rampUpMs: 4_000 }).count())
    await ssc.start()
    await runBatches(6)
    expect(counts.flat()).toEqual([12, 38, 62, 88, 100, 100])
  }))

  test('batches have as many partitions as asked for', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const sizes = collectBatches(ssc.generatorStream(n => n, { recordsPerSecond: 10, numPartitions: 5 }).glom().map(part => part.length))
    await ssc.start()
    await runBatches(1)
    expect(sizes).toEqual([[2, 2, 2, 2, 2]])
  }))

  test('listeners hear how many there are, and which', () => withStreaming(master, async ({ ssc, runBatches }) => {
    collectBatches(ssc.generatorStream(n => n, { recordsPerSecond: 3 }))
    const seen: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { seen.push(...[...batchInfo.streamIdToInputInfo.values()].map(({ numRecords, metadataDescription }) => [numRecords, metadataDescription])) } })
    await ssc.start()
    await runBatches(2)
    expect(seen).toEqual([[3, 'elements 0 to 2'], [3, 'elements 3 to 5']])
  }))

  test('a recovered program goes on with the next number', () => withFolder(async folder => {
    const directory = path.join(folder, 'checkpoint')
    const seen: number[][] = []
    for (let life = 0; life < 2; life++) {
      const clock = new ManualClock(life * 2_000)
      const sc = new SparkContext(master, 'numbers')
      const ssc = await StreamingContext.getOrCreate(directory, () => {
        const fresh = new StreamingContext(sc, Seconds(1), { clock })
        fresh.generatorStream(n => n, { recordsPerSecond: 2 }).foreachRDD(async rdd => { seen.push(await rdd.collect()) })
        return fresh
      })
      await ssc.start()
      for (let i = 0; i < 2; i++) {
        await clock.advance(1_000)
        await ssc.idle()
      }
      await ssc.stop()
    }
    expect(seen).toEqual([[0, 1], [2, 3], [4, 5], [6, 7]])
  }))
})

test.each([
  [[5], 'generatorStream: its argument must be a function, got 5'],
  [[() => 1, { recordsPerSecond: 0 }], 'generatorStream: recordsPerSecond must be above 0, got 0'],
  [[() => 1, { recordPerSecond: 3 }], 'generatorStream: there is no option "recordPerSecond"; did you mean recordsPerSecond?'],
  [[() => 1, { numPartitions: 1.5 }], 'generatorStream: numPartitions must be a whole number, got 1.5'],
  [[() => 1, { limit: -1 }], 'generatorStream: limit must be 0 or more, got -1'],
  [[() => 1, 7], 'generatorStream: the options must be an object, got 7'],
])('%j is refused at the call', (args, message) => withStreaming('local', ({ ssc }) => {
  expect(() => (ssc.generatorStream as any)(...args)).toThrow(expect.objectContaining({
    name: 'IllegalArgumentError', message, at: expect.stringMatching(/^generatorStream at source\.spec\.ts:\d+$/),
  }))
}, { batch: Milliseconds(100) }))
