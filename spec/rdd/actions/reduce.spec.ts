/** reduce, fold and aggregate against those of arrays, with functions that change what they are given. */
import fc from 'fast-check'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, partitionCounts } from '../../support/rdd-cases'

const add = (a: number, b: number): number => a + b
const boom = (): never => { throw new Error('boom') }

describe.each(masters)('reduce on %s', master => {
  test('is that of an array', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.integer(), { minLength: 1 }), fc.constantFrom(...partitionCounts), async (values, slices) => {
      const rdd = sc.parallelize(values, slices)
      expect(await rdd.reduce((a, b) => a + b)).toBe(values.reduce(add))
      expect(await rdd.map(x => `${x}`).reduce((a, b) => `${a},${b}`)).toBe(values.join(','))
    }), { numRuns: 40 })))

  test('of one element is that element, whatever it is', () => withSpark(master, async sc => {
    for (const one of [0, undefined, null, NaN, '']) expect(
      await sc.parallelize<unknown>([one], 3).reduce(boom)).toBe(one)
  }))

  test('of nothing is an error', () => withSpark(master, async sc => {
    for (const nothing of [sc.emptyRDD<number>(), sc.parallelize<number>([], 3),
      sc.parallelize([1, 2], 2).filter(x => x > 5)]) {
      expect(await failureOf(nothing.reduce((a, b) => a + b))).toMatchObject({
        name: 'UnsupportedOperationError', message: 'empty collection',
          at: expect.stringMatching(/^reduce at reduce\.spec\.ts:\d+$/),
      })
    }
  }))

  test('fails by its line, in a task and on the driver', () => withSpark(master, async sc => {
    await expectFailureIn('reduce', 'reduce.spec.ts',
      sc.parallelize([1, 2], 1).reduce(() => { throw new Error('boom') }))
    await expectFailureIn('reduce', 'reduce.spec.ts',
      sc.parallelize([1, 2], 2).reduce(() => { throw new Error('boom') }))
    expect(await failureOf(sc.parallelize([1]).reduce(undefined as any))).toMatchObject(
      { name: 'IllegalArgumentError' })
    const late: any = async (a: any) => a
    expect((await failureOf(sc.parallelize([1]).reduce(late))).message).toContain('async')
  }))
})

describe.each(masters)('fold and aggregate on %s', master => {
  test('start from zero in each partition and once more', () => withSpark(master, async sc => {
    expect(await sc.makeRDD(numbers(-1000, 1000), 10).fold(0, (a, b) => a + b)).toBe(-1000)
    expect(await sc.makeRDD([1, 2, 3], 3).fold(10, (a, b) => a + b)).toBe(6 + 4 * 10)
    expect(await sc.emptyRDD<number>().fold(7, (a, b) => a + b)).toBe(7)
    expect(await sc.emptyRDD<number>().aggregate('z', (text, x) => text + x, (a, b) => a + b)).toBe('z')
    expect(await sc.makeRDD(['x', 'yy'], 2).aggregate(
      0, (sum, word) => sum + word.length, (a, b) => a + b)).toBe(3)
  }))

  test('copy a zero that is changed in place', () => withSpark(master, async sc => {
    const zero = [0]
    const boxes = sc.makeRDD(numbers(-1000, 1000), 10).map(x => ({ x }))
    expect(await boxes.map(({ x }) => [x] as number[]).fold(zero, (sum, [x]) => {
      sum[0]! += x!
      return sum
    })).toEqual([-1000])
    expect(zero).toEqual([0])
    const counts = await sc.makeRDD(
      [['a', 1], ['b', 2], ['a', 2], ['c', 5], ['a', 3]] as [string, number][], 3).aggregate(
      new Map<string, number>(),
      (map, [key, count]) => map.set(key, (map.get(key) ?? 0) + count),
      (a, b) => {
        for (const [key, count] of b) a.set(key, (a.get(key) ?? 0) + count)
        return a
      })
    expect(counts).toEqual(new Map([['a', 6], ['b', 2], ['c', 5]]))
  }))

  test('take a function that makes the zero', () => withSpark(master, async sc => {
    const lists = sc.parallelize([1, 2, 3], 2).aggregate<number[]>(
      () => [], (list, x) => [...list, x], (a, b) => [...a, ...b])
    expect(await lists).toEqual([1, 2, 3])
  }))

  test('are those of arrays', () => withSpark(master, sc => fc.assert(fc.asyncProperty(
    fc.array(fc.string()), fc.constantFrom(...partitionCounts), async (values, slices) => {
      const rdd = sc.parallelize(values, slices)
      expect(await rdd.fold('', (a, b) => a + b)).toBe(values.join(''))
      expect(await rdd.aggregate([] as number[], (lengths, s) => {
        lengths.push(s.length)
        return lengths
      }, (a, b) => a.concat(b))).toEqual(values.map(s => s.length))
    }), { numRuns: 30 })))

  test('fail by their line, wherever they fail', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2], 2)
    await expectFailureIn('fold', 'reduce.spec.ts', rdd.fold(0, () => { throw new Error('boom') }))
    await expectFailureIn('aggregate', 'reduce.spec.ts',
      rdd.aggregate<number>(0, () => { throw new Error('boom') }, (a, b) => a + b))
    await expectFailureIn('aggregate', 'reduce.spec.ts',
      rdd.aggregate<number>(0, (a, b) => a + b, () => { throw new Error('boom') }))
    expect((await failureOf(rdd.aggregate(0, 1 as any, add))).message).toContain(
      'aggregate: sequence must be a function')
    expect((await failureOf(rdd.aggregate(0, add, 1 as any))).message).toContain(
      'aggregate: combine must be a function')
    expect((await failureOf(rdd.fold(0, 1 as any))).message).toContain(
      'fold: its argument must be a function')
  }))
})
