/** Kafka's own settings: as Java programs give them, with clear refusals, and secrets that are never shown. */
import { requireKafkaParams } from '../../../../lib/connect/kafka/client/kafka-params'

const servers = { 'bootstrap.servers': 'a:1' }
const settings = (given: object) => requireKafkaParams('createDirectStream', { ...servers, ...given })
const refusal = (given: unknown): string => {
  try { requireKafkaParams('createDirectStream', given) } catch (error) { return `${(error as Error).message} ${(error as { hint?: string }).hint ?? ''}` }
  throw new Error('it was taken')
}

it('has defaults, and takes text for numbers and booleans', () => {
  expect(settings({})).toMatchObject({
    address: { brokers: [{ host: 'a', port: 1 }], clientId: 'millrace', ssl: undefined, sasl: undefined, requestTimeoutMs: 30_000 },
    groupId: undefined, autoOffsetReset: 'latest', isolation: 'read_uncommitted', checkCrcs: true, partitionBytesMax: 4_194_304,
  })
  expect(settings({ 'request.timeout.ms': '1500', 'check.crcs': 'false', 'enable.auto.commit': 'false', 'max.poll.records': '500' }))
    .toMatchObject({ address: { requestTimeoutMs: 1_500 }, checkCrcs: false })
})

it('takes brokers as text and as an array, and addresses of version 6', () => {
  const brokers = (value: unknown) => settings({ 'bootstrap.servers': value }).address.brokers.map(({ host, port }) => `${host} ${port}`)
  expect(brokers(' a:1, b.example:9092,PLAINTEXT://c:3 ')).toEqual(['a 1', 'b.example 9092', 'c 3'])
  expect(brokers(['[::1]:9092', 'd:4'])).toEqual(['::1 9092', 'd 4'])
  expect(refusal({ 'bootstrap.servers': 'a' })).toContain('bootstrap.servers must be a list of host:port, got "a"')
  expect(refusal({ 'bootstrap.servers': 'a:70000' })).toContain('got "a:70000"')
  expect(refusal({ 'bootstrap.servers': ' , ' })).toContain('must name a broker at least')
  expect(refusal({})).toContain('the option bootstrap.servers is missing')
})

it('refuses what does not exist, with the nearest name, and what cannot be', () => {
  expect(refusal({ ...servers, 'auto.offset.rest': 'latest' })).toContain('there is no option "auto.offset.rest"; did you mean auto.offset.reset?')
  expect(refusal({ ...servers, 'auto.offset.reset': 'first' })).toContain('auto.offset.reset must be one of "latest", "earliest", "none", got "first"')
  expect(refusal({ ...servers, 'request.timeout.ms': 'soon' })).toContain('request.timeout.ms must be a whole number, got "soon"')
  expect(refusal({ ...servers, 'enable.auto.commit': true })).toContain('enable.auto.commit must be false')
  expect(refusal([])).toContain('the options must be an object, got an array of 0')
})

it('reads who the program is out of what Java programs write', () => {
  const jaas = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="me" password="a \\"quoted\\" \\\\ one";'
  expect(settings({ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'SCRAM-SHA-256', 'sasl.jaas.config': jaas, 'ssl.endpoint.identification.algorithm': '' }).address)
    .toMatchObject({ sasl: { mechanism: 'SCRAM-SHA-256', username: 'me', password: 'a "quoted" \\ one' }, ssl: { checksName: false } })
  expect(settings({ 'security.protocol': 'SASL_PLAINTEXT', 'sasl.username': 'me', 'sasl.password': 'p' }).address)
    .toMatchObject({ sasl: { mechanism: 'PLAIN', username: 'me', password: 'p' }, ssl: undefined })
})

it('shows no secrets', () => {
  const secret = 'topsecret'
  for (const given of [
    { 'sasl.password': { secret } }, { 'sasl.jaas.config': [secret] }, { 'ssl.keystore.key': Buffer.from(secret) }, { 'ssl.key.password': 7_391 },
    { 'security.protocol': 'SASL_SSL', 'sasl.jaas.config': `required password="${secret}";` },
  ]) {
    const text = refusal({ ...servers, ...given })
    expect(text).not.toContain(secret)
    expect(text).not.toContain('7391')
  }
})
