/** HashPartitioner and the choice of a default partitioner: facts of Spark's PartitioningSuite. */
import fc from 'fast-check'
import { HashPartitioner, type RDD, type SparkContext } from '../../lib/index'
import { equalKeys } from '../../lib/base/keys'
import {
  defaultPartitioner, partitionerFor, PositionPartitioner, samePartitioner,
} from '../../lib/rdd/partitioner'
import { withSpark } from '../support/contexts'

const pairs = (sc: SparkContext, slices: number): RDD<[number, number]> =>
  sc.parallelize(Array.from({ length: 150 }, (_, i) => [i, i] as [number, number]), slices)
const placed = (sc: SparkContext, count: number): RDD<[number, number]> =>
  pairs(sc, 2).partitionBy(new HashPartitioner(count))

describe('HashPartitioner', () => {
  it('gives a partition that exists, the same for equal keys', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }), fc.integer({ min: 1, max: 50 }), (key, count) => {
      const partitioner = new HashPartitioner(count)
      let partition: number
      try { partition = partitioner.getPartition(key) } catch { return }
      expect(Number.isInteger(partition)).toBe(true)
      expect(partition).toBeGreaterThanOrEqual(0)
      expect(partition).toBeLessThan(count)
      const copy = structuredClone(key)
      if (equalKeys(key, copy)) expect(partitioner.getPartition(copy)).toBe(partition)
    }))
  })

  it('puts null and undefined into partition 0', () => {
    expect(new HashPartitioner(7).getPartition(null)).toBe(0)
    expect(new HashPartitioner(7).getPartition(undefined)).toBe(0)
  })

  it('spreads keys evenly', () => {
    const counts = new Array<number>(10).fill(0)
    for (let i = 0; i < 10_000; i++) counts[new HashPartitioner(10).getPartition(i)]!++
    for (let i = 0; i < 10_000; i++) counts[new HashPartitioner(10).getPartition(`user-${i}`)]!++
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(300)
  })

  it('treats keys that are equal by structure alike', () => {
    const partitioner = new HashPartitioner(1000)
    expect(partitioner.getPartition([1, { a: 'x', b: 2 }]))
      .toBe(partitioner.getPartition([1, { b: 2, a: 'x' }]))
    expect(partitioner.getPartition(-0)).toBe(partitioner.getPartition(0))
    expect(partitioner.getPartition(NaN)).toBe(partitioner.getPartition(Number('x')))
  })

  it('equals one of the same size only', () => {
    expect(new HashPartitioner(2).equals(new HashPartitioner(2))).toBe(true)
    expect(new HashPartitioner(2).equals(new HashPartitioner(4))).toBe(false)
    expect(new HashPartitioner(2).equals({ numPartitions: 2 })).toBe(false)
    expect(new HashPartitioner(2).equals(new PositionPartitioner(2))).toBe(false)
    expect(new HashPartitioner(2).equals(undefined)).toBe(false)
  })

  it('refuses a negative or broken number', () => {
    expect(() => new HashPartitioner(-1)).toThrow('Number of partitions (-1) cannot be negative.')
    expect(() => new HashPartitioner(1.5)).toThrow(/1\.5/)
    expect(() => new HashPartitioner(0)).not.toThrow()
  })
})

describe('samePartitioner', () => {
  it('is true for one object or for what says it is equal', () => {
    const own = { numPartitions: 2, getPartition: () => 0 }
    expect(samePartitioner(own, own)).toBe(true)
    expect(samePartitioner(own, { ...own })).toBe(false)
    expect(samePartitioner(own, { ...own, equals: () => true })).toBe(false)
    expect(samePartitioner({ ...own, equals: () => true }, own)).toBe(true)
    expect(samePartitioner(undefined, undefined)).toBe(false)
  })
})

describe('the default partitioner', () => {
  it('is the largest that is within one order of magnitude of the largest RDD', () => withSpark('local', sc => {
    const large = pairs(sc, 150)
    const [ten, hundred, nine, eleven] = [10, 100, 9, 11]
      .map(count => placed(sc, count)) as [RDD<any>, RDD<any>, RDD<any>, RDD<any>]
    expect(defaultPartitioner([large, ten]).numPartitions).toBe(150)
    expect(defaultPartitioner([ten, hundred])).toBe(hundred.partitioner)
    expect(defaultPartitioner([hundred, large])).toBe(hundred.partitioner)
    expect(defaultPartitioner([large, ten, hundred])).toBe(hundred.partitioner)
    expect(defaultPartitioner([nine, eleven])).toBe(eleven.partitioner)
    expect(defaultPartitioner([eleven, nine])).toBe(eleven.partitioner)
    expect(defaultPartitioner([pairs(sc, 3), pairs(sc, 7)])).toEqual(new HashPartitioner(7))
    expect(defaultPartitioner([sc.emptyRDD()])).toEqual(new HashPartitioner(1))
  }))

  it('respects spark.default.parallelism', () => withSpark('local', sc => {
    const large = pairs(sc, 150)
    expect(defaultPartitioner([large, placed(sc, 10)]).numPartitions).toBe(10)
    expect(defaultPartitioner([large, placed(sc, 3)]).numPartitions).toBe(4)
    expect(defaultPartitioner([pairs(sc, 7)])).toEqual(new HashPartitioner(4))
    expect(large.reduceByKey((a, b) => a + b).getNumPartitions()).toBe(4)
    expect(large.groupByKey().getNumPartitions()).toBe(4)
    expect(large.join(placed(sc, 10)).getNumPartitions()).toBe(10)
  }, { 'spark.default.parallelism': '4' }))

  it('is kept or lost by operators as in Spark', () => withSpark('local', sc => {
    const rdd = pairs(sc, 2)
    const sum = (a: number, b: number): number => a + b
    const grouped = rdd.groupByKey(4)
    const reduced = rdd.reduceByKey(sum, 4)
    expect(rdd.partitioner).toBe(undefined)
    expect(grouped.partitioner).toEqual(new HashPartitioner(4))
    expect(reduced.partitioner).toEqual(grouped.partitioner)
    expect(grouped.join(reduced).partitioner).toBe(grouped.partitioner)
    expect(grouped.leftOuterJoin(reduced).partitioner).toBe(grouped.partitioner)
    expect(grouped.rightOuterJoin(reduced).partitioner).toBe(grouped.partitioner)
    expect(grouped.fullOuterJoin(reduced).partitioner).toBe(grouped.partitioner)
    expect(grouped.cogroup(reduced).partitioner).toBe(grouped.partitioner)
    expect(rdd.join(reduced).partitioner).toBe(reduced.partitioner)
    expect(reduced.map(pair => pair).partitioner).toBe(undefined)
    expect(reduced.mapValues(n => n).partitioner).toBe(reduced.partitioner)
    expect(reduced.flatMapValues(n => [n]).partitioner).toBe(reduced.partitioner)
    expect(reduced.filter(() => true).partitioner).toBe(reduced.partitioner)
    expect(reduced.mapPartitions(values => values).partitioner).toBe(undefined)
    expect(reduced.mapPartitions(values => values, true).partitioner).toBe(reduced.partitioner)
  }))

  it('is what an operator was given', () => withSpark('local', sc => {
    const own = { numPartitions: 3, getPartition: (key: number): number => key % 3 }
    expect(partitionerFor('reduceByKey', own, [])).toBe(own)
    expect(partitionerFor('reduceByKey', 5, [])).toEqual(new HashPartitioner(5))
    expect(partitionerFor('reduceByKey', undefined, [pairs(sc, 6)])).toEqual(new HashPartitioner(6))
    for (const bad of [0, -1, 1.5, NaN]) {
      expect(() => partitionerFor('reduceByKey', bad, [])).toThrow(/reduceByKey: Number of partitions/)
    }
    for (const bad of [{}, null, 'x', { numPartitions: 2 }, { numPartitions: 1.5, getPartition: () => 0 }]) {
      expect(() => partitionerFor('reduceByKey', bad as any, []))
        .toThrow(/reduceByKey takes a number of partitions or a partitioner/)
    }
  }))
})
