/** How much of each partition goes into a batch: the figures of Spark's DirectKafkaStreamSuite, and what holds for all. */
import * as fc from 'fast-check'
import { limitRanges, type Lag } from '../../../lib/connect/kafka/limit-ranges'
import { DefaultPerPartitionConfig, PerPartitionConfig } from '../../../lib/connect/kafka/per-partition-config'
import { SparkConf, type TopicPartition } from '../../../lib/index'

class Rates extends PerPartitionConfig {
  constructor(private readonly max: (partition: number) => number, private readonly min = 1) { super() }
  maxRatePerPartition({ partition }: TopicPartition): number { return this.max(partition) }
  override minRatePerPartition(): number { return this.min }
}

const lagsOf = (...counts: number[]): Lag[] => counts.map((count, partition) => ({ topic: 't', partition, from: 1_000, end: 1_000 + count }))
const counts = (lags: Lag[], ends: number[]): number[] => ends.map((end, index) => end - lags[index]!.from)

test.each<[string, number[], number, Rates, number | undefined, number[]]>([
  ['no rates: all that is there', [50, 0, 7], 1, new Rates(() => 0), undefined, [50, 0, 7]],
  ['a maximum rate, for a tenth of a second', [50, 50], 0.1, new Rates(() => 100), undefined, [10, 10]],
  ['a maximum rate of one partition, 0 for any', [50, 50], 0.1, new Rates(partition => partition === 0 ? 100 : 0), undefined, [10, 50]],
  ['backpressure where nothing waits', [0, 0], 0.1, new Rates(() => 100), 10, [0, 0]],
  ['backpressure beyond the maximum rates', [1_000, 1_000], 0.1, new Rates(partition => partition === 0 ? 50 : 100), 100, [5, 10]],
  ['an initial rate of 500 for half a second', [1_000], 0.5, new Rates(() => 1_000), 250, [250]],
  ['an initial rate beyond the maximum rate', [1_000], 0.5, new Rates(() => 300), 500, [150]],
  ['shares by lag, and a minimum for each', [0, 100, 200, 300], 60, new Rates(() => 100, 5), 60, [0, 10, 20, 30]],
  ['the minimum, though the share is less', [3, 100_000], 1, new Rates(() => 0, 5), 10, [3, 9]],
])('%s', (_name, waiting, batchSeconds, config, maxRecords, expected) => {
  const lags = lagsOf(...waiting)
  expect(counts(lags, limitRanges(lags, { batchSeconds, config, maxRecords }))).toEqual(expected)
})

test('settings are for all partitions', () => {
  const conf = new SparkConf(false).set('spark.streaming.kafka.maxRatePerPartition', '100').set('spark.streaming.kafka.minRatePerPartition', '5')
  expect(limitRanges(lagsOf(1_000, 3), { batchSeconds: 2, config: new DefaultPerPartitionConfig(conf), maxRecords: undefined })).toEqual([1_200, 1_003])
  expect(limitRanges(lagsOf(1_000), { batchSeconds: 2, config: new DefaultPerPartitionConfig(new SparkConf(false)), maxRecords: undefined })).toEqual([2_000])
})

test.each([NaN, -1, '5' as never])('a rate of %p is refused', rate => {
  expect(() => limitRanges(lagsOf(5), { batchSeconds: 1, config: new Rates(() => rate), maxRecords: undefined })).toThrow(/maxRatePerPartition must return 0 or more/)
  expect(() => limitRanges(lagsOf(5), { batchSeconds: 1, config: new Rates(() => 1, rate), maxRecords: undefined })).toThrow(/minRatePerPartition must return 0 or more/)
})

test('whatever the lags and rates: never beyond the end, never less than the minimum, and together no more than is given', () => fc.assert(fc.property(
  fc.array(fc.nat(5_000), { minLength: 1, maxLength: 8 }), fc.nat(300), fc.nat(20), fc.option(fc.integer({ min: 1, max: 3_000 }), { nil: undefined }),
  (waiting, maxRate, minRate, maxRecords) => {
    const lags = lagsOf(...waiting)
    const taken = counts(lags, limitRanges(lags, { batchSeconds: 2, config: new Rates(() => maxRate, minRate), maxRecords }))
    for (const [index, count] of taken.entries()) {
      expect(count).toBeGreaterThanOrEqual(Math.min(minRate, waiting[index]!))
      expect(count).toBeLessThanOrEqual(waiting[index]!)
      if (maxRate > 0) expect(count).toBeLessThanOrEqual(Math.max(2 * maxRate, minRate))
    }
    const sum = taken.reduce((a, b) => a + b, 0)
    if (maxRecords !== undefined) expect(sum).toBeLessThanOrEqual(maxRecords + minRate * waiting.length)
    if (maxRate === 0 && maxRecords === undefined) expect(taken).toEqual(waiting)
  },
)))
