/** sortBy: the natural order across partitions; the facts are those of Spark's RDDSuite. */
import fc from 'fast-check'
import { compareNatural } from '../../../lib/base/compare'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, thrownBy } from '../../support/rdd-cases'

describe.each(masters)('sortBy on %s', master => {
  test('sorts as an array is sorted', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.oneof(fc.array(fc.integer()), fc.array(fc.string()), fc.array(fc.tuple(fc.nat(3), fc.string()))),
    fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.boolean(),
    async (values, slices, count, ascending) => {
      const sorted = await sc.parallelize<any>(values, slices).sortBy(x => x, ascending, count).collect()
      const sign = ascending ? 1 : -1
      expect(sorted).toEqual((values as any[]).toSorted((a, b) => sign * compareNatural(a, b)))
    }), { numRuns: 40 })))

  test('by a part of each element, up and down', () => withSpark(master, async sc => {
    const data = sc.parallelize(['5|50|A', '4|60|C', '6|40|B'], 2)
    expect(await data.sortBy(line => line.split('|')[0]).collect()).toEqual(['4|60|C', '5|50|A', '6|40|B'])
    expect(await data.sortBy(line => line.split('|')[1]).collect()).toEqual(['6|40|B', '5|50|A', '4|60|C'])
    expect(await data.sortBy(line => line.split('|')[2], true, 3).collect()).toEqual(
      ['5|50|A', '6|40|B', '4|60|C'])
    expect(await data.sortBy(line => line.split('|')[0], false).collect()).toEqual(
      ['6|40|B', '5|50|A', '4|60|C'])
  }))

  test('of nothing is nothing', () => withSpark(master, async sc => {
    expect(await sc.emptyRDD<number>().sortBy(x => x).collect()).toEqual([])
    expect(await sc.parallelize<number>([], 3).sortBy(x => x).collect()).toEqual([])
  }))

  test('names its line, and the kinds that have no order between them', () => withSpark(master, async sc => {
    await expectFailureIn('sortBy', 'sort-by.spec.ts',
      sc.parallelize([1, 2], 2).sortBy(() => { throw new Error('boom') }).collect())
    const mixed = await failureOf(
      sc.parallelize<number | string>([1, 'a'], 1).sortBy(x => x, true, 1).collect())
    expect(mixed).toMatchObject(
      { code: 'MR_NOT_COMPARABLE', message: expect.stringMatching(/sortBy at sort-by\.spec\.ts:\d+/) })
    expect(thrownBy(() => sc.parallelize([1]).sortBy('x' as any))).toMatchObject(
      { at: expect.stringMatching(/^sortBy at/) })
  }))
})
