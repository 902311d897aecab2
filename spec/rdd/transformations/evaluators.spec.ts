/** mapPartitionsWithEvaluator and zipPartitionsWithEvaluator: one evaluator a task, made by the factory. */
import type { PartitionEvaluatorFactory } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, thrownBy } from '../../support/rdd-cases'

const sums: PartitionEvaluatorFactory<number, [number, number]> = {
  createEvaluator: () => ({
    eval: (index, ...inputs) => [[index, inputs.flatMap(input => [...input]).reduce((a, b) => a + b, 0)]],
  }),
}
const failing: PartitionEvaluatorFactory<number,
  number> = { createEvaluator: () => ({ eval: () => { throw new Error('boom') } }) }

describe.each(masters)('evaluators on %s', master => {
  test('get the index and the partition', () => withSpark(master, async sc => {
    const data = sc.parallelize([1, 2, 3, 4], 2)
    expect(await data.mapPartitionsWithEvaluator(sums).collect()).toEqual([[0, 3], [1, 7]])
    expect(await data.zipPartitionsWithEvaluator(data.map(x => 10 * x), sums).collect()).toEqual(
      [[0, 33], [1, 77]])
    expect(await sc.emptyRDD<number>().mapPartitionsWithEvaluator(sums).collect()).toEqual([])
  }))

  test('fail by their own line', () => withSpark(master, async sc => {
    const data = sc.parallelize([1, 2, 3, 4], 2)
    await expectFailureIn('mapPartitionsWithEvaluator', 'evaluators.spec.ts',
      data.mapPartitionsWithEvaluator(failing).collect())
    await expectFailureIn('zipPartitionsWithEvaluator', 'evaluators.spec.ts',
      data.zipPartitionsWithEvaluator(data, failing).collect())
    const odd: any = { createEvaluator: () => ({ eval: () => undefined }) }
    expect((await failureOf(data.mapPartitionsWithEvaluator(odd).collect())).message).toContain(
      'must return an iterable, it returned undefined')
  }))

  test('come from a factory, for as many partitions', () => withSpark(master, sc => {
    const data = sc.parallelize([1, 2, 3, 4], 2)
    expect(thrownBy(() => data.mapPartitionsWithEvaluator({} as any)).message).toContain(
      'it takes a factory, got an object')
    expect(thrownBy(() => data.zipPartitionsWithEvaluator(data, (() => 1) as any)).message).toContain(
      'it takes a factory')
    expect(thrownBy(() => data.zipPartitionsWithEvaluator(sc.parallelize([1], 1), sums)).message).toContain(
      'List(2, 1)')
  }))
})
