/** What kafkaReceiverStream can be told, and the checks of it. */
import { describe, refuse } from '../../../rdd/arguments'
import { optionTable, requireOptions } from '../../support/option-table'
import { requireDeserializer, type Deserializer } from '../records/deserializers'
import { clusterAddress, milliseconds, type ClusterAddress, type KafkaParams } from '../sink/cluster-address'

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
    doc: "Kafka's own settings by their names: `bootstrap.servers`, `group.id`, `auto.offset.reset` (latest), `isolation.level` (read_uncommitted), `key.deserializer` and `value.deserializer` (string), `session.timeout.ms`, `heartbeat.interval.ms`, `max.poll.interval.ms`, `max.partition.fetch.bytes`, `fetch.max.bytes`, `metadata.max.age.ms`, `security.protocol`, `sasl.*`, `ssl.*`. Others are for other clients and are left alone.",
  },
})

function isNames(value: unknown): boolean {
  const names: unknown[] = Array.isArray(value) ? value : [value]
  return names.length > 0 && names.every(name => typeof name === 'string' && name !== '')
}

export interface CheckedReceiver {
  readonly address: ClusterAddress
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
  const params: KafkaParams = { ...kafkaParams, ...servers !== undefined && { 'bootstrap.servers': servers }, ...groupId !== undefined && { 'group.id': groupId } }
  const group = params['group.id']
  if (typeof group !== 'string' || group === '') refuse(operator, `the group must have a name, got ${describe(group)}`, "{ groupId: 'my program' }")
  const number = (name: string, otherwise: number): number => milliseconds(operator, params, name, otherwise)
  return {
    address: clusterAddress(operator, params), groupId: group as string, topics: typeof topics === 'string' ? [topics] : topics,
    fromBeginning: oneOf(params, 'auto.offset.reset', ['latest', 'earliest']) === 'earliest',
    readsUncommitted: oneOf(params, 'isolation.level', ['read_uncommitted', 'read_committed']) === 'read_uncommitted',
    key: requireDeserializer(operator, 'key.deserializer', params['key.deserializer']),
    value: requireDeserializer(operator, 'value.deserializer', params['value.deserializer']),
    sessionTimeoutMs: number('session.timeout.ms', 45_000), heartbeatMs: number('heartbeat.interval.ms', 3_000),
    rebalanceTimeoutMs: number('max.poll.interval.ms', 300_000),
    partitionBytesMax: number('max.partition.fetch.bytes', 1024 * 1024), fetchBytesMax: number('fetch.max.bytes', 10 * 1024 * 1024),
  }
}

/** One of `values`, of which the first is Kafka's default. */
function oneOf(params: KafkaParams, name: string, values: readonly string[]): string {
  const value = params[name] ?? values[0]!
  return values.find(each => each === value) ?? refuse(operator, `${name} must be ${values.join(' or ')}, got ${describe(value)}`)
}
