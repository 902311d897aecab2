/** sc.runJob: a function of whole partitions, of all or of some. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('sc.runJob on %s', master => {
  test('gives one result a partition, in the order asked for', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(1, 11), 2).map(x => x)
    expect(await sc.runJob(rdd, values => [...values].length)).toEqual([5, 5])
    expect(await sc.runJob(rdd, (values, task) => [task.partitionId, [...values].at(-1)], [1, 0])).toEqual(
      [[1, 10], [0, 5]])
    expect(await sc.runJob(rdd, async values => [...values].length, [])).toEqual([])
    expect(await sc.runJob(sc.emptyRDD(), () => 1)).toEqual([])
  }))

  test('refuses partitions that do not exist, and fails by its line', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(1, 11), 2)
    expect(await failureOf(sc.runJob(rdd, () => 1, [0, 1, 2]))).toMatchObject({
      name: 'IllegalArgumentError',
        message: expect.stringContaining('Attempting to access a non-existent partition'),
    })
    expect((await failureOf(sc.runJob(rdd, 1 as any))).name).toBe('IllegalArgumentError')
    await expectFailureIn('runJob', 'run-on-partitions.spec.ts',
      sc.runJob(rdd, () => { throw new Error('boom') }))
    await expectFailureIn('runJob', 'run-on-partitions.spec.ts',
      sc.runJob(rdd, async () => { throw new Error('boom') }))
  }))
})
