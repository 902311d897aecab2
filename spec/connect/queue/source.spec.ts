import { IllegalArgumentError, type RDD } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withLog } from '../../support/logged'
import { withStreaming } from '../../support/streams'

describe.each(masters)('queueStream on %s', master => {
  test('one element of the queue a batch, then empty RDDs', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const { sparkContext: sc } = ssc
    const stream = ssc.queueStream<number | string>([sc.parallelize([1, 2]), ['plain', 'array'], []])
    const batches = collectBatches(stream)
    const partitions = collectBatches(stream.transform((rdd: RDD<unknown>) => sc.parallelize([rdd.getNumPartitions()])))
    await ssc.start()
    await runBatches(5)
    expect(batches).toEqual([[1, 2], ['plain', 'array'], [], [], []])
    expect(partitions.slice(3)).toEqual([[0], [0]])
  }))

  test('with oneAtATime false all that wait, in order', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const queue: (RDD<number> | number[])[] = [[1], ssc.sparkContext.parallelize([2, 3]), [4]]
    const batches = collectBatches(ssc.queueStream(queue, false))
    await ssc.start()
    await runBatches(2)
    queue.push([5])
    await runBatches(1)
    expect(batches).toEqual([[1, 2, 3, 4], [], [5]])
  }))

  test.each([[true], [false]])('the queue is read live (oneAtATime: %p)', oneAtATime => withStreaming(master, async ({ ssc, runBatches }) => {
    const queue: number[][] = []
    const batches = collectBatches(ssc.queueStream(queue, oneAtATime))
    await ssc.start()
    await runBatches(1)
    queue.push([1], [2])
    await runBatches(2)
    expect(batches).toEqual(oneAtATime ? [[], [1], [2]] : [[], [1, 2], []])
    expect(queue).toEqual([])
  }))

  test('an empty queue gives the default, which may be an array; null is none', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const rdd = collectBatches(ssc.queueStream([[1]], true, ssc.sparkContext.parallelize([9])))
    const array = collectBatches(ssc.queueStream([[1]], false, [8, 8]))
    const none = collectBatches(ssc.queueStream([[1]], true, null))
    await ssc.start()
    await runBatches(3)
    expect([rdd, array, none]).toEqual([[[1], [9], [9]], [[1], [8, 8], [8, 8]], [[1], [], []]])
  }))

  test('the same RDD may be in the queue twice, and one that the user has cached stays cached', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const rdd = ssc.sparkContext.parallelize([1, 2]).cache()
    const batches = collectBatches(ssc.queueStream([rdd, rdd]))
    await ssc.start()
    await runBatches(4)
    expect(batches).toEqual([[1, 2], [1, 2], [], []])
    expect(ssc.sparkContext.getPersistentRDDs().get(rdd.id)).toBe(rdd)
  }))

  test('listeners see no records of it', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const seen: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { seen.push(batchInfo.numRecords, batchInfo.streamIdToInputInfo.size) } })
    ssc.queueStream([[1, 2]]).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(1)
    expect(seen).toEqual([0, 0])
  }))

  test('something else that is put into the queue later fails its batch, and the stream goes on', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const queue: unknown[] = [[1]]
    const batches = collectBatches(ssc.queueStream(queue as number[][]))
    await ssc.start()
    queue.push('text', [2])
    await runBatches(3)
    expect(batches).toEqual([[1], [2]])
    await expect(ssc.awaitTermination()).rejects.toThrow('queueStream: each element of the queue must be an RDD or an array, got "text"')
  })))
})

test.each<[string, unknown[], RegExp]>([
  ['no queue', [undefined], /the queue must be an array/],
  ['a text', ['abc'], /the queue must be an array/],
  ['a queue of numbers', [[1, 2]], /each element of the queue must be an RDD or an array, got 1/],
  ['a default that is none', [[[1]], true, 5], /defaultRDD must be an RDD or an array, got 5/],
  ['oneAtATime that is none', [[[1]], 'yes'], /oneAtATime must be true or false/],
])('%s is refused at the call', (_name, args, message) => withStreaming('local', async ({ ssc }) => {
  expect(() => (ssc.queueStream as any)(...args)).toThrow(IllegalArgumentError)
  expect(() => (ssc.queueStream as any)(...args)).toThrow(message)
  expect(ssc.graph.inputs).toEqual([])
}))

test('an RDD of another context is refused', async () => {
  let foreign: RDD<number> | undefined
  await withStreaming('local', async ({ ssc }) => { foreign = ssc.sparkContext.parallelize([1]) })
  await withStreaming('local', async ({ ssc }) => {
    expect(() => ssc.queueStream([foreign!])).toThrow(/of the stream's own SparkContext/)
  })
})
