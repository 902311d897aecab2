/**
 * treeReduce and treeAggregate: the same at every depth, with the driver merging few. Numbers as in Spark's
 * RDDSuite.
 */
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

const depths = numbers(1, 10)

describe.each(masters)('trees on %s', master => {
  test('give the same at every depth and for every number of partitions', () =>
    withSpark(master, async sc => {
    for (const count of [1, 2, 10, 64]) {
      const rdd = sc.makeRDD(numbers(-1000, 1000), count)
      for (const depth of depths) {
        expect(await rdd.treeReduce((a, b) => a + b, depth)).toBe(-1000)
        expect(await rdd.treeAggregate(0, (sum, x) => sum + x, (a, b) => a + b, depth)).toBe(-1000)
      }
    }
  }))

  test('allow functions that change their first argument', () => withSpark(master, async sc => {
    const rdd = sc.makeRDD(numbers(-1000, 1000), 10).map(x => ({ sum: x }))
    for (const depth of depths) {
      expect(await rdd.treeAggregate({ sum: 0 }, (a, b) => {
        a.sum += b.sum
        return a
      }, (a, b) => {
        a.sum += b.sum
        return a
      }, depth)).toEqual({ sum: -1000 })
    }
  }))

  test('merge in tasks what the driver would merge otherwise', () => withSpark(master, async sc => {
    const tasks: number[] = []
    sc.events.subscribe(event => { if (event.type === 'stageSubmitted') tasks.push(event.stage.numTasks) })
    await sc.makeRDD(numbers(0, 100), 64).treeReduce((a, b) => a + b, 2)
    expect(tasks).toEqual([64, 8])
    tasks.length = 0
    await sc.makeRDD(numbers(0, 100), 64).treeReduce((a, b) => a + b, 3)
    expect(tasks).toEqual([64, 16, 4])
    tasks.length = 0
    await sc.makeRDD(numbers(0, 100), 64).treeAggregate(0, a => a + 1, (a, b) => a + b, 1)
    expect(tasks).toEqual([64])
  }))

  test('skip partitions without elements, and of nothing one is an error and one is zero', () =>
    withSpark(master, async sc => {
    expect(await sc.makeRDD([1, 2], 30).treeReduce((a, b) => a + b)).toBe(3)
    expect(await sc.emptyRDD<number>().treeAggregate(5, (a, b) => a + b, (a, b) => a + b)).toBe(5)
    expect(await failureOf(sc.makeRDD<number>([], 30).treeReduce((a, b) => a + b)))
      .toMatchObject({ name: 'UnsupportedOperationError', message: 'empty collection' })
  }))

  test('refuse a depth below 1', () => withSpark(master, async sc => {
    const rdd = sc.makeRDD([1], 1)
    for (const depth of [0, -1, NaN]) {
      expect((await failureOf(rdd.treeReduce((a, b) => a + b, depth))).message).toContain(
        `Depth must be greater than or equal to 1 but got ${depth}.`)
      expect((await failureOf(rdd.treeAggregate(0, (a, b) => a + b, (a, b) => a + b, depth))).name).toBe(
        'IllegalArgumentError')
    }
  }))

  test('fail by their line', () => withSpark(master, async sc => {
    for (const count of [1, 2, 40]) {
      const rdd = sc.makeRDD(numbers(0, 80), count)
      await expectFailureIn('treeReduce', 'tree-aggregate.spec.ts',
        rdd.treeReduce(() => { throw new Error('boom') }))
      await expectFailureIn('treeAggregate', 'tree-aggregate.spec.ts',
        rdd.treeAggregate<number>(0, () => { throw new Error('boom') }, (a, b) => a + b))
      await expectFailureIn('treeAggregate', 'tree-aggregate.spec.ts',
        rdd.treeAggregate<number>(0, (a, b) => a + b, () => { throw new Error('boom') }))
    }
  }))
})
