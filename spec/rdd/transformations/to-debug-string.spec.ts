/** toDebugString: Spark's layout, line by line. */
import { StorageLevel } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

/** Without ids and line numbers, which say nothing here. */
const outline = (text: string): string[] =>
  text.replaceAll(/\[\d+\]/g, '[n]').replaceAll(/:\d+/g, ':n').split('\n')

describe.each(masters)('toDebugString on %s', master => {
  test('a chain has one number of partitions and a line down', () => withSpark(master, sc => {
    const rdd = sc.parallelize([1, 2, 3], 3).map(x => x).filter(() => true)
    expect(outline(rdd.toDebugString())).toEqual([
      '(3) filterRDD[n] at filter at to-debug-string.spec.ts:n []',
      ' |  mapRDD[n] at map at to-debug-string.spec.ts:n []',
      ' |  parallelizeRDD[n] at parallelize at to-debug-string.spec.ts:n []',
    ])
    expect(outline(sc.emptyRDD().toDebugString())).toEqual(
      [expect.stringMatching(/^\(0\) emptyRDD\[n\] at \w+ at to-debug-string\.spec\.ts:n \[\]$/)])
  }))

  test('a shuffle starts a level', () => withSpark(master, sc => {
    const rdd = sc.parallelize([1, 2, 3], 12).map(x => [x, x]).reduceByKey((a, b) => a + b, 2)
    const lines = outline(rdd.setName('totals').toDebugString())
    expect(lines[0]).toBe('(2) totals shuffleRDD[n] at reduceByKey at to-debug-string.spec.ts:n []')
    expect(lines[1]).toBe(' +-(12) mapRDD[n] at map at to-debug-string.spec.ts:n []')
    expect(lines[2]).toBe('    |   parallelizeRDD[n] at parallelize at to-debug-string.spec.ts:n []')
  }))

  test('of several shuffled parents the line goes on to the last', () => withSpark(master, sc => {
    const a = sc.parallelize([1], 1).map(x => [x, x]).groupByKey(1)
    const lines = outline(a.union(sc.parallelize([1], 1).map(x => [x, x]).groupByKey(1) as any).toDebugString(
      ))
    expect(lines.map(line => /^[^a-z]*/.exec(line)![0])).toEqual(
      ['(1) ', ' |  ', ' +-(1) ', '    |  ', ' |  ', ' +-(1) ', '    |  '])
  }))

  test('says what is kept, and how much of it is there', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3], 3).map(x => x).persist(StorageLevel.MEMORY_ONLY)
    expect(outline(rdd.toDebugString())[0]).toBe(
      '(3) mapRDD[n] at map at to-debug-string.spec.ts:n [Memory Deserialized 1x Replicated]')
    await rdd.count()
    expect(outline(rdd.toDebugString())[1]).toMatch(
      /^ \|       CachedPartitions: 3; MemorySize: \d+\.0 B; DiskSize: 0\.0 B$/)
    expect(rdd.map(x => [x, x]).groupByKey().toDebugString()).toMatch(/\n {4}\| {6}CachedPartitions: 3; /)
    rdd.unpersist()
    expect(outline(rdd.toDebugString())[0]).toMatch(/\[\]$/)
  }))
})
