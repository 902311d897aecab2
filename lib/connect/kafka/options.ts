/** What a direct stream can be told beside Kafka's own settings. */
import { optionTable, requireOptions } from '../support/option-table'
import { PerPartitionConfig } from './per-partition-config'

/** What `createDirectStream` takes last. */
export interface DirectStreamOptions {
  readonly perPartitionConfig?: PerPartitionConfig
  readonly failOnDataLoss?: boolean
  readonly startingTimestamp?: number
}

export const directStreamOptions = optionTable('createDirectStream', {
  perPartitionConfig: {
    kind: 'object', defaultText: 'what `spark.streaming.kafka.maxRatePerPartition` and `minRatePerPartition` say', doc: 'Rates by partition: a PerPartitionConfig.',
    check: value => isPerPartitionConfig(value) ? undefined : 'be a PerPartitionConfig',
  },
  failOnDataLoss: {
    kind: 'boolean', default: true,
    doc: 'Records that are gone before they were read (retention was over, the topic was deleted) are an error in every batch until somebody decides. '
      + 'False: a warning, and what is left is read.',
  },
  startingTimestamp: {
    kind: 'integer', minimum: 0, unit: 'ms since 1970',
    doc: 'A stream that begins anew begins with the first records of this time or later, where no offset is given; its group\'s offsets then do not count.',
  },
})

export function isPerPartitionConfig(value: unknown): value is PerPartitionConfig {
  return typeof (value as PerPartitionConfig | undefined)?.maxRatePerPartition === 'function'
}

/** Throws IllegalArgumentError for what cannot be. */
export function requireDirectStreamOptions(given: unknown): DirectStreamOptions & { readonly failOnDataLoss: boolean } {
  if (isPerPartitionConfig(given)) return requireDirectStreamOptions({ perPartitionConfig: given })
  return requireOptions('createDirectStream', directStreamOptions, given)
}
