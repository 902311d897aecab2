import { ConstantInputDStream, IllegalArgumentError } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withStreaming } from '../../support/streams'

describe.each(masters)('ConstantInputDStream on %s', master => {
  test('the same RDD every batch, joined with others too', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const names = new ConstantInputDStream(ssc, ssc.sparkContext.parallelize<[number, string]>([[1, 'one'], [2, 'two']]))
    const batches = collectBatches(names)
    const joined = collectBatches(ssc.queueStream([[1], [2]]).map(n => [n, n * 10]).join(names))
    await ssc.start()
    await runBatches(3)
    expect(batches).toEqual(Array.from({ length: 3 }, () => [[1, 'one'], [2, 'two']]))
    expect(joined).toEqual([[[1, [10, 'one']]], [[2, [20, 'two']]], []])
  }))

  test('an RDD that the user has cached stays cached', () => withStreaming(master, async ({ ssc, runBatches }) => {
    let computed = 0
    const count = ssc.sparkContext.longAccumulator('computed')
    const rdd = ssc.sparkContext.parallelize([1], 1).map(x => { count.add(1); return x }).cache()
    new ConstantInputDStream(ssc, rdd).foreachRDD(async batch => { computed += await batch.count() })
    await ssc.start()
    await runBatches(4)
    expect([computed, Number(count.value)]).toEqual([4, 1])
  }))
})

test.each([[undefined], [null], [[1, 2]]])('of %p is refused and leaves no input behind', rdd => withStreaming('local', async ({ ssc }) => {
  expect(() => new ConstantInputDStream(ssc, rdd as never)).toThrow(IllegalArgumentError)
  expect(ssc.graph.inputs).toEqual([])
}))
