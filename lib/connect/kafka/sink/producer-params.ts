/** Kafka's own settings for writers, by the names that its Java clients know. */
import { optionTable, type Option } from '../../support/option-table'
import { brokerAddress, connectionParams, readKafkaParams, type BrokerAddress, type KafkaParams } from '../client/kafka-params'

const unused = (doc = 'Without effect here.'): Option<'any'> => ({ kind: 'any', doc })

export const producerParamsTable = optionTable('kafkaParams of saveToKafka', {
  ...connectionParams,
  // A client of one's own has none.
  'bootstrap.servers': { ...connectionParams['bootstrap.servers']!, isRequired: false },
  'acks': { kind: 'any', default: 'all', doc: 'The option `acks`.' },
  'compression.type': { kind: 'string', default: 'none', doc: 'The option `compression`.' },
  'delivery.timeout.ms': { kind: 'integer', minimum: 0, unit: 'ms', default: 120_000, doc: 'How long it is tried to have records acknowledged before their task fails.' },
  'max.request.size': { kind: 'integer', minimum: 1_024, unit: 'bytes', default: 1024 * 1024, doc: 'The option `recordBytesMax`.' },
  'transactional.id': { kind: 'string', doc: 'The option `transactionalId`.' },
  'transaction.timeout.ms': { kind: 'integer', minimum: 1_000, unit: 'ms', default: 300_000, doc: 'The option `transactionTimeoutMs`.' },
  'key.serializer': unused('Without effect here: see `key`.'), 'value.serializer': unused('Without effect here: see `value`.'),
  'partitioner.class': unused('Without effect here: see `partition`.'), 'batch.size': unused('Without effect here: see `batchBytes`.'),
  'enable.idempotence': unused('Without effect here: it is on with `acks: \'all\'`.'),
  'linger.ms': unused('Without effect here: what a task has is sent when it ends.'), 'buffer.memory': unused(), 'max.block.ms': unused(), 'retries': unused(),
  'max.in.flight.requests.per.connection': unused('Without effect here: a partition has one at a time.'), 'connections.max.idle.ms': unused(),
  'reconnect.backoff.ms': unused(), 'reconnect.backoff.max.ms': unused(), 'receive.buffer.bytes': unused(), 'send.buffer.bytes': unused(),
})

/** Which cluster, as whom, and for how long it is tried. Plain data: it goes to the tasks. */
export interface ClusterAddress {
  readonly address: BrokerAddress
  readonly deliveryTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMsMax: number
  readonly metadataAgeMsMax: number
}

/** What these settings say. */
export interface ProducerParams {
  readonly acks: unknown
  readonly compression: unknown
  readonly recordBytesMax: number
  readonly transactionalId: string | undefined
  readonly transactionTimeoutMs: number
  /** Throws IllegalArgumentError where the settings name no broker, or not all that a login needs. */
  cluster(): ClusterAddress
}

/** Throws IllegalArgumentError, with the user's line, for settings that do not exist or cannot be. Values of secret ones are never shown. */
export function requireProducerParams(operator: string, given: KafkaParams): ProducerParams {
  const params = readKafkaParams(operator, producerParamsTable, given)
  return {
    acks: params.acks, compression: params['compression.type'], recordBytesMax: params['max.request.size'],
    transactionalId: params['transactional.id'], transactionTimeoutMs: params['transaction.timeout.ms'],
    cluster: () => ({
      address: brokerAddress(operator, params), deliveryTimeoutMs: params['delivery.timeout.ms'], retryBackoffMs: params['retry.backoff.ms'],
      retryBackoffMsMax: params['retry.backoff.max.ms'], metadataAgeMsMax: params['metadata.max.age.ms'],
    }),
  }
}
