/** Tasks that fail and are tried again: the result is that of a program that never failed. */
import type { SparkContext } from '../../lib/index'
import { withSpark } from '../support/contexts'

/** A function that throws in its first calls, here in the calling thread. */
const failsAt = (...calls: number[]): (() => void) => {
  let call = 0
  return () => { if (calls.includes(++call)) throw new Error(`call ${call} fails`) }
}

describe.each([['in memory', '64m'], ['through files', '2k']])('retries %s', (_name, memory) => {
  const retrying = <R>(f: (sc: SparkContext) => Promise<R>, master = 'local[1,4]'): Promise<R> => withSpark(master, f, { 'millrace.memory.execution': memory })
  const expected = Array.from({ length: 50 }, (_, k) => [k, Array.from({ length: 10 }, (_, i) => k + 50 * i)])
  const byKey = (groups: [number, number[]][]): [number, number[]][] => groups.sort((a, b) => a[0] - b[0])

  test('a function before the shuffle', () => retrying(async sc => {
    const mayFail = failsAt(1, 300, 600)
    const groups = await sc.range(0, 500, 1, 3).map(x => { mayFail(); return [x % 50, x] }).groupByKey(4).collect()
    expect(byKey(groups as [number, number[]][])).toEqual(expected)
  }))

  test('combining on the map side', () => retrying(async sc => {
    const mayFail = failsAt(20, 200, 201)
    const groups = await sc.range(0, 500, 1, 3).map(x => [x % 50, x]).combineByKey(
      (v: number) => [v], (list, v) => { mayFail(); list.push(v); return list }, (a, b) => { a.push(...b); return a }, 4).collect()
    expect(byKey(groups)).toEqual(expected)
  }))

  test('merging half-way through a reduce partition, with combiners that are changed in place', () => retrying(async sc => {
    const mayFail = failsAt(7, 30, 80)
    const groups = sc.range(0, 500, 1, 4).map(x => [x % 50, x]).combineByKey(
      (v: number) => [v], (list, v) => { list.push(v); return list }, (a, b) => { mayFail(); a.push(...b); return a }, 3)
    expect(byKey(await groups.collect())).toEqual(expected)
    expect(byKey(await groups.collect())).toEqual(expected)
  }))

  test('a function after the shuffle, accumulators counting once', () => retrying(async sc => {
    const mayFail = failsAt(5, 6)
    const seen = sc.longAccumulator()
    const groups = await sc.range(0, 500, 1, 3).map(x => [x % 50, x]).groupByKey(4).map(pair => {
      mayFail()
      seen.add(1)
      return pair
    }).collect()
    expect(byKey(groups as [number, number[]][])).toEqual(expected)
    expect(Number(seen.value)).toBe(50)
  }))

  test('a comparison that fails while sorting', () => retrying(async sc => {
    const mayFail = failsAt(40)
    const sorted = await sc.parallelize([5, 3, 9, 1, 7].flatMap(x => [x, x + 10, x + 20]).map(n => ({ n })), 3)
      .sortBy(({ n }) => { mayFail(); return n }, true, 2).map(({ n }) => n).collect()
    expect(sorted).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29])
  }))

  test('too many failures end the job, and the next job starts clean', () => retrying(async sc => {
    const mayFail = failsAt(1, 2)
    const groups = sc.range(0, 500, 1, 4).map(x => [x % 50, x]).combineByKey(
      (v: number) => [v], (list, v) => { list.push(v); return list }, (a, b) => { mayFail(); a.push(...b); return a }, 3)
    await expect(groups.collect()).rejects.toThrow('failed 2 times')
    expect(byKey(await groups.collect())).toEqual(expected)
  }, 'local[1,2]'))

  test('two jobs at once, one of which spoils what both read', () => retrying(async sc => {
    const mayFail = failsAt(10)
    const groups = sc.range(0, 500, 1, 4).map(x => [x % 50, x]).combineByKey(
      (v: number) => [v], (list, v) => { list.push(v); return list }, (a, b) => { mayFail(); a.push(...b); return a }, 3)
    const [a, b] = await Promise.allSettled([groups.collect(), groups.mapValues(list => list).collect()])
    const results = [a, b].filter(one => one.status === 'fulfilled').map(one => byKey((one as PromiseFulfilledResult<any>).value))
    expect(results.length).toBe(2)
    for (const result of results) expect(result).toEqual(expected)
  }))
})
