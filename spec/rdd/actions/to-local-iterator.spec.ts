/**
 * toLocalIterator and `for await`: one partition at a time, one job each, no further than the reader goes.
 */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, numbers } from '../../support/rdd-cases'

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = []
  for await (const value of values) read.push(value)
  return read
}

describe.each(masters)('toLocalIterator on %s', master => {
  test('gives all elements in order', () => withSpark(master, async sc => {
    for (const count of [1, 3, 20]) {
      const rdd = sc.parallelize(numbers(0, 10), count).map(x => 2 * x)
      expect(await all(rdd.toLocalIterator())).toEqual(numbers(0, 10).map(x => 2 * x))
      expect(await all(rdd)).toEqual(numbers(0, 10).map(x => 2 * x))
    }
    expect(await all(sc.emptyRDD())).toEqual([])
    expect(await all(sc.parallelize([3, 1, 2], 2).sortBy(x => x, true, 3))).toEqual([1, 2, 3])
  }))

  test('runs a job for each partition that is reached', () => withSpark(master, async sc => {
    let jobs = 0
    sc.events.subscribe(event => { if (event.type === 'jobStart') jobs++ })
    const iterator = sc.parallelize(numbers(0, 10), 5).toLocalIterator()
    expect(jobs).toBe(0)
    expect((await iterator.next()).value).toBe(0)
    expect((await iterator.next()).value).toBe(1)
    expect(jobs).toBe(1)
    expect((await iterator.next()).value).toBe(2)
    expect(jobs).toBe(2)
    await iterator.return!()
    expect((await iterator.next()).done).toBe(true)
    expect(jobs).toBe(2)
  }))

  test('fails at the partition that fails', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(0, 4), 2).map(x => { if (x === 3) throw new Error('boom'); return x })
    const read: number[] = []
    await expectFailureIn('map', 'to-local-iterator.spec.ts',
      (async () => { for await (const x of rdd) read.push(x) })())
    expect(read).toEqual([0, 1])
  }))
})
