/** What kafkaReceiverStream can be told, and the checks of it. */
import { refuse } from '../../../rdd/arguments'
import { optionTable, requireOptions, type Option } from '../../support/option-table'
import { brokerAddress, kafkaParamsTable, readKafkaParams, type BrokerAddress, type KafkaParams } from '../client/kafka-params'
import { requireDeserializer, type Deserializer } from '../records/deserializers'

/** What `ssc.kafkaReceiverStream` takes. */
export interface KafkaReceiverOptions {
  readonly servers?: string | readonly string[]
  readonly groupId?: string
  readonly topics: string | readonly string[]
  readonly kafkaParams?: KafkaParams
}

export const kafkaReceiverOptions = optionTable('kafkaReceiverStream', {
  servers: {
    kind: 'any', doc: "The servers to begin with, as 'host:port,host:port' or a list: `bootstrap.servers` of kafkaParams.",
    check: value => typeof value === 'string' || Array.isArray(value) ? undefined : "be 'host:port' or a list of them",
  },
  groupId: { kind: 'string', doc: 'The consumer group: `group.id` of kafkaParams. Receivers of one group share the partitions.' },
  topics: {
    kind: 'any', isRequired: true, doc: 'The topics, as a name or a list of names.',
    check: value => isNames(value) ? undefined : 'be the name of a topic or a list of names',
  },
  kafkaParams: {
    kind: 'object', default: {},
    doc: "Kafka's own settings by the names that its Java clients know; options come before them.",
  },
})

const milliseconds = (defaultMs: number, doc: string): Option<'integer'> => ({ kind: 'integer', minimum: 1, unit: 'ms', default: defaultMs, doc })

/**
 * Who is a member of a group takes more of them than a direct stream does, and reads less at a time: kafkajs decodes all of an answer on the
 * driver, which must go on saying that it lives.
 */
export const receiverParamsTable = optionTable('kafkaParams of kafkaReceiverStream', {
  ...kafkaParamsTable,
  'fetch.max.bytes': { ...kafkaParamsTable['fetch.max.bytes'], default: 10 * 1024 * 1024 },
  'max.partition.fetch.bytes': { ...kafkaParamsTable['max.partition.fetch.bytes'], default: 1024 * 1024 },
  'auto.offset.reset': { kind: 'string', values: ['latest', 'earliest'], default: 'latest', doc: 'Where a group begins that has committed nothing.' },
  'session.timeout.ms': milliseconds(45_000, 'How long the group waits for a word of a member before others take its partitions.'),
  'heartbeat.interval.ms': milliseconds(3_000, 'How often a member says that it lives.'),
  'max.poll.interval.ms': milliseconds(300_000, 'How long the group waits for its members when it shares the partitions anew.'),
})

function isNames(value: unknown): boolean {
  const names: unknown[] = Array.isArray(value) ? value : [value]
  return names.length > 0 && names.every(name => typeof name === 'string' && name !== '')
}

export interface CheckedReceiver {
  readonly address: BrokerAddress
  readonly metadataAgeMsMax: number
  readonly groupId: string
  readonly topics: readonly string[]
  readonly fromBeginning: boolean
  readonly readsUncommitted: boolean
  readonly key: Deserializer<any>
  readonly value: Deserializer<any>
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly rebalanceTimeoutMs: number
  readonly partitionBytesMax: number
  readonly fetchBytesMax: number
}

const operator = 'kafkaReceiverStream'

export function requireReceiver(given: unknown): CheckedReceiver {
  const { servers, topics, kafkaParams, groupId } = requireOptions<KafkaReceiverOptions & { kafkaParams: KafkaParams }>(operator, kafkaReceiverOptions, given)
  const params = readKafkaParams(operator, receiverParamsTable, {
    ...kafkaParams, ...servers !== undefined && { 'bootstrap.servers': servers }, ...groupId !== undefined && { 'group.id': groupId },
  })
  const group = params['group.id']
  if (group === undefined || group === '') refuse(operator, 'the group must have a name', "{ groupId: 'my program' }")
  return {
    address: brokerAddress(operator, params), groupId: group, topics: typeof topics === 'string' ? [topics] : topics,
    fromBeginning: params['auto.offset.reset'] === 'earliest', readsUncommitted: params['isolation.level'] === 'read_uncommitted',
    key: requireDeserializer(operator, 'key.deserializer', params['key.deserializer']),
    value: requireDeserializer(operator, 'value.deserializer', params['value.deserializer']),
    sessionTimeoutMs: params['session.timeout.ms'], heartbeatMs: params['heartbeat.interval.ms'], rebalanceTimeoutMs: params['max.poll.interval.ms'],
    partitionBytesMax: params['max.partition.fetch.bytes'], fetchBytesMax: params['fetch.max.bytes'], metadataAgeMsMax: params['metadata.max.age.ms'],
  }
}
