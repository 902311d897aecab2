/** How fast each partition is read. */
import type { SparkConf } from '../../conf/spark-conf'
import { readSetting } from '../../conf/settings'
import type { TopicPartition } from './topic-partition'

/**
 * Rates by partition; override `maxRatePerPartition`. Asked in every batch. Counterpart:
 * org.apache.spark.streaming.kafka010.PerPartitionConfig.
 * @example
 * ```ts
 * import { PerPartitionConfig, type TopicPartition } from 'millrace'
 * class Slowly extends PerPartitionConfig {
 *   maxRatePerPartition({ topic }: TopicPartition): number { return topic === 'archive' ? 100 : 0 }
 * }
 * ```
 */
export abstract class PerPartitionConfig {
  /** Records a second that are read of a partition at most; 0 means any. */
  abstract maxRatePerPartition(topicPartition: TopicPartition): number

  /** Records that a batch reads of a partition at least, where they are there, however low the rate is. Default 1. */
  minRatePerPartition(_topicPartition: TopicPartition): number { return 1 }
}

/** What the settings say, for all partitions. */
export class DefaultPerPartitionConfig extends PerPartitionConfig {
  private readonly maxRate: number
  private readonly minRate: number

  constructor(conf: SparkConf) {
    super()
    this.maxRate = readSetting(conf, 'spark.streaming.kafka.maxRatePerPartition') ?? 0
    this.minRate = readSetting(conf, 'spark.streaming.kafka.minRatePerPartition')
  }

  override maxRatePerPartition(): number { return this.maxRate }
  override minRatePerPartition(): number { return this.minRate }
}
