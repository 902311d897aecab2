/** How much of what waits in each partition goes into a batch: a pure function of lags and rates, by Spark's rules. */
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'
import type { PerPartitionConfig } from './per-partition-config'
import { TopicPartition } from './topic-partition'

/** A partition with what of it no batch has yet. */
export interface Lag {
  readonly topic: string
  readonly partition: number
  readonly from: number
  /** The end as it is now. */
  readonly end: number
}

export interface Rates {
  readonly batchSeconds: number
  readonly config: PerPartitionConfig
  /** What backpressure gives the whole batch; undefined without it. */
  readonly maxRecords: number | undefined
}

/**
 * Where the batch ends in each partition, in their order. What backpressure gives is shared by lag; no partition gets more than its maximum
 * rate, and each gets its minimum.
 */
export function limitRanges(lags: readonly Lag[], { batchSeconds, config, maxRecords }: Rates): number[] {
  const total = lags.reduce((sum, { from, end }) => sum + Math.max(0, end - from), 0)
  return lags.map(({ topic, partition, from, end }) => {
    const place = new TopicPartition(topic, partition)
    const maxRate = requireRate('maxRatePerPartition', config.maxRatePerPartition(place))
    const byRate = maxRate > 0 ? maxRate * batchSeconds : Infinity
    const byShare = maxRecords === undefined || total === 0 ? Infinity : (end - from) * maxRecords / total
    const limit = Math.min(byRate, byShare)
    if (limit === Infinity) return end
    const records = Math.max(Math.floor(limit), Math.floor(requireRate('minRatePerPartition', config.minRatePerPartition(place))))
    return Math.min(from + records, end)
  })
}

function requireRate(name: string, rate: unknown): number {
  if (typeof rate === 'number' && rate >= 0) return rate
  throw new IllegalArgumentError(`PerPartitionConfig: ${name} must return 0 or more, got ${describe(rate)}`)
}
