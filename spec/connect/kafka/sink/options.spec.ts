/** What saveToKafka is told is checked at the call, by name and line; secrets are never shown. */
import { saveToKafkaOptions, requireSave } from '../../../../lib/connect/kafka/sink/options'
import { requireProducerParams } from '../../../../lib/connect/kafka/sink/producer-params'
import { thrown } from '../../../support/operator-cases'

const servers = 'localhost:9092'
const refusal = (options: unknown): string => (thrown(() => requireSave('t', options)) as Error).message

test('servers are needed, and must be servers', () => {
  expect(refusal({})).toBe('saveToKafka: the option bootstrap.servers is missing')
  expect(refusal({ servers: 'localhost' })).toBe('saveToKafka: bootstrap.servers must be a list of host:port, got "localhost"')
  const both = [{ host: 'a', port: 1 }, { host: 'b', port: 2 }]
  expect(requireSave('t', { servers: ['a:1', 'b:2'] }).cluster!.address.brokers).toEqual(both)
  expect(requireSave('t', { kafkaParams: { 'bootstrap.servers': 'a:1, b:2' } }).cluster!.address.brokers).toEqual(both)
  expect(requireSave('t', { client: { producing() {} } })).toMatchObject({ cluster: undefined, acks: -1 })
  expect(refusal({ servers, client: { producing() {} } })).toBe('saveToKafka: it takes servers or a client, not both')
  expect(refusal({ servers: 'memory:nowhere' })).toMatch(/there is no MemoryKafka memory:nowhere in this process/)
})

test.each<[object, string]>([
  [{ sevrers: servers }, 'there is no option "sevrers"; did you mean servers?'],
  [{ servers, value: 'x' }, 'value must be a function, got "x"'],
  [{ servers, key: async () => 'k' }, 'key is an async function, so what it gives would be promises'],
  [{ servers, acks: 2 }, "acks must be 'all', 1 or 0, got 2"],
  [{ servers, transactional: true, acks: 1 }, "a transaction needs acks: 'all'"],
  [{ servers, compression: 'brotli' }, 'compression must be one of "none", "gzip", "snappy", "lz4", "zstd", got "brotli"'],
  [{ servers, kafkaParams: { 'compression.type': 'brotli' } }, 'compression.type must be one of none, gzip, snappy, lz4, zstd, got "brotli"'],
  [{ servers, batchBytes: 1 }, 'batchBytes must be 1024 or more, got 1'],
  [{ servers, client: {} }, 'client must have a method producing(), got an object (Object)'],
  [{ servers, kafkaParams: { 'compresion.type': 'lz4' } }, 'there is no option "compresion.type"; did you mean compression.type?'],
  [{ servers, kafkaParams: { 'delivery.timeout.ms': 'soon' } }, 'delivery.timeout.ms must be a whole number, got "soon"'],
])('%j is refused', (options, message) => expect(refusal(options)).toBe(`saveToKafka: ${message}`))

test.each(['', 'a b', '.', 'x'.repeat(250), undefined, 7])('%j is no topic', topic => {
  expect((thrown(() => requireSave(topic, { servers })) as Error).message).toMatch(/^saveToKafka: a topic must be a name of letters, digits, '\.', '_' and '-', or a function that gives one/)
})

test("Kafka's own settings say it too; options come first", () => {
  const kafkaParams = {
    'bootstrap.servers': servers, 'acks': '1', 'compression.type': 'lz4', 'max.request.size': '2048', 'transaction.timeout.ms': 5_000, 'linger.ms': 5,
    'transactional.id': 'own', 'delivery.timeout.ms': 1_000,
  }
  expect(requireSave('t', { kafkaParams })).toMatchObject({
    acks: 1, plan: { codec: 'lz4', recordBytesMax: 2_048 }, transactionTimeoutMs: 5_000, transactionalId: 'own', cluster: { deliveryTimeoutMs: 1_000 },
  })
  expect(requireSave('t', { kafkaParams, acks: 0, compression: 'gzip' })).toMatchObject({ acks: 0, plan: { codec: 'gzip' } })
  expect(requireSave('t', { servers })).toMatchObject({ acks: -1, plan: { codec: 'none', recordBytesMax: 1_048_576, batchBytes: 524_288 } })
})

test('logins and certificates are taken as the Java clients take them, and never shown', () => {
  const sasl = { 'bootstrap.servers': servers, 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'SCRAM-SHA-512', 'ssl.truststore.certificates': 'PEM' }
  const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="se\\"cret";'
  const { address } = requireProducerParams('x', { ...sasl, 'sasl.jaas.config': jaas }).cluster()
  expect(address).toMatchObject({ ssl: { ca: 'PEM', checksName: true }, sasl: { mechanism: 'SCRAM-SHA-512', username: 'me', password: 'se"cret' } })
  expect(requireProducerParams('x', { 'bootstrap.servers': servers }).cluster().address).toMatchObject({ ssl: undefined, sasl: undefined })
  const wrong = thrown(() => requireProducerParams('x', { ...sasl, 'sasl.jaas.config': 'required user="me" password="topsecret";' }).cluster()) as Error
  expect(wrong.message).toBe('x: security.protocol SASL_SSL needs a user name and a password')
  expect(JSON.stringify(wrong)).not.toContain('topsecret')
})

test('the table has every option with what it is', () => {
  for (const [name, { doc }] of Object.entries(saveToKafkaOptions)) expect([name, doc.endsWith('.')]).toEqual([name, true])
})
