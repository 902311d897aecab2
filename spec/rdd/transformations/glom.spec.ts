/** glom: one array a partition. */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn } from '../../support/rdd-cases'

describe.each(masters)('glom on %s', master => {
  test('gathers each partition, empty ones too', () => withSpark(master, async sc => {
    expect(await sc.parallelize([1, 2, 3, 4], 2).glom().collect()).toEqual([[1, 2], [3, 4]])
    expect(await sc.parallelize([1], 3).glom().collect()).toEqual([[], [], [1]])
    expect(await sc.parallelize([1, 2, 3], 1).map(x => x + 1).glom().collect()).toEqual([[2, 3, 4]])
    expect(await sc.emptyRDD().glom().collect()).toEqual([])
  }))

  test('gives arrays of its own, which may be changed', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2], 1)
    const [values] = await rdd.glom().collect()
    values!.push(3)
    expect(await rdd.collect()).toEqual([1, 2])
  }))

  test('fails with what it reads', () => withSpark(master, sc =>
    expectFailureIn('map', 'glom.spec.ts',
      sc.parallelize([1]).map(() => { throw new Error('boom') }).glom().collect())))
})
