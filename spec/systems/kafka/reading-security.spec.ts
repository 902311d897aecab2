/** Brokers that want to know who reads, and encrypt what they say: by Kafka's own settings, with errors that tell no secrets. */
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { KafkaBroker } from '../../../lib/connect/kafka/client/kafka-broker'
import { requireKafkaParams } from '../../../lib/connect/kafka/client/kafka-params'
import type { KafkaLog } from '../../../lib/connect/kafka/log'
import { warningsOf } from '../../support/streams'
import { startKafka, type System } from '../support'

const password = 'top "secret" \\ one'
const escaped = password.replace(/["\\]/g, '\\$&')
const jaas = (module: string, rest: string): string => `org.apache.kafka.common.security.${module} required ${rest};`

const logs: KafkaLog[] = []
function logAt(system: System, params: object): KafkaLog {
  const log = new KafkaBroker(requireKafkaParams('spec', { 'bootstrap.servers': system.address, 'default.api.timeout.ms': 10_000, ...params }))
  logs.push(log)
  return log
}
afterEach(async () => { for (const log of logs.splice(0)) await log.disconnect() })

async function failureOf(log: KafkaLog): Promise<any> {
  let failed: unknown
  await warningsOf(async () => { failed = await log.connect().catch((error: unknown) => error) })
  expect(JSON.stringify([failed, (failed as Error).message])).not.toContain('secret')
  return failed
}

describe('a user name and a password', () => {
  let system: System
  beforeAll(async () => {
    const users = jaas('plain.PlainLoginModule', `username="admin" password="admin" user_admin="admin" user_me="${escaped}"`)
    system = await startKafka({
      version: '4.3.1',
      properties: ({ ports }) => ({
        'listeners': `SASL_PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
        'advertised.listeners': `SASL_PLAINTEXT://127.0.0.1:${ports.broker}`,
        'inter.broker.listener.name': 'SASL_PLAINTEXT', 'sasl.mechanism.inter.broker.protocol': 'PLAIN', 'sasl.enabled.mechanisms': 'PLAIN',
        // A backslash in a file of properties is two.
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': users.replaceAll('\\', '\\\\'),
      }),
    })
  })
  afterAll(() => system.close())

  test('as Java programs write them, and as settings of their own', async () => {
    const plain = { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'PLAIN' }
    expect(await logAt(system, { ...plain, 'sasl.username': 'me', 'sasl.password': password }).topics()).toEqual([])
    expect(await logAt(system, { ...plain, 'sasl.jaas.config': jaas('plain.PlainLoginModule', `username="me" password="${escaped}"`) }).topics()).toEqual([])
  })

  test('a wrong one is an error that is not tried again, and shows neither', async () => {
    const failed = await failureOf(logAt(system, { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.username': 'me', 'sasl.password': 'not the secret' }))
    expect(failed).toMatchObject({
      code: 'MR_KAFKA', retriable: false, message: expect.stringMatching(/^connecting failed: .*[Aa]uthentication/), hint: expect.stringContaining('sasl.mechanism'),
    })
  })
})

describe('encryption', () => {
  let system: System
  let folder: string
  const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8')

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-kafka-certificates-'))
    const openssl = (...args: string[]): void => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: folder, encoding: 'utf8' })
      if (status !== 0) throw new Error(`openssl ${args[0]}: ${stderr}`)
    }
    const selfSigned = (name: string): void => openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.pem`,
      '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1')
    selfSigned('broker')
    selfSigned('other')
    const onOneLine = (text: string): string => text.trim().replaceAll('\n', ' \\n')
    system = await startKafka({
      version: '3.9.2',
      properties: ({ ports }) => ({
        'listeners': `SSL://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`, 'advertised.listeners': `SSL://127.0.0.1:${ports.broker}`,
        'inter.broker.listener.name': 'SSL', 'ssl.keystore.type': 'PEM', 'ssl.truststore.type': 'PEM', 'ssl.endpoint.identification.algorithm': '',
        'ssl.keystore.certificate.chain': onOneLine(read('broker.pem')), 'ssl.keystore.key': onOneLine(read('broker.key')),
        'ssl.truststore.certificates': onOneLine(read('broker.pem')),
      }),
    })
  })
  afterAll(async () => {
    await system.close()
    fs.rmSync(folder, { recursive: true })
  })

  test('with a certificate that is trusted', async () => {
    expect(await logAt(system, { 'security.protocol': 'SSL', 'ssl.truststore.certificates': read('broker.pem') }).topics()).toEqual([])
  })

  test('a certificate that is not is an error', async () => {
    const failed = await failureOf(logAt(system, { 'security.protocol': 'SSL', 'ssl.truststore.certificates': read('other.pem'), 'default.api.timeout.ms': 300 }))
    expect(failed).toMatchObject({ code: 'MR_KAFKA', message: expect.stringContaining('certificate') })
  })
})
