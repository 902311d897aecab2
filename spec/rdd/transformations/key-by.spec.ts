/** keyBy: pairs of a key and the element. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, partitionCounts, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('keyBy on %s', master => {
  test.each(partitionCounts)(
    'puts a key before each element, in %d partitions', count => withSpark(master, async sc => {
    expect(await sc.parallelize([1, 2, 3], count).keyBy(x => `k${x}`).collect()).toEqual(
      [['k1', 1], ['k2', 2], ['k3', 3]])
    expect(await sc.parallelize<number>([], count).keyBy(x => x).collect()).toEqual([])
  }))

  test('takes a synchronous function, and names its line', () => withSpark(master, async sc => {
    await expectFailureIn('keyBy', 'key-by.spec.ts',
      sc.parallelize([1]).keyBy(() => { throw new Error('boom') }).collect())
    expect(thrownBy(() => sc.parallelize([1]).keyBy(3 as any))).toMatchObject(
      { name: 'IllegalArgumentError', at: expect.stringMatching(/^keyBy at key-by\.spec\.ts/) })
    expect(thrownBy(() => sc.parallelize([1]).keyBy(async x => x))).toMatchObject(
      { message: expect.stringMatching(/async/) })
  }))
})
