/**
 * Kafka's own settings, by the names that its Java clients know: a typed table, from which the checks, the errors and the page of
 * options come. What a row's doc calls without effect is taken so that settings of a Java program can stay as they are. Values
 * of secret settings are in no error and no log.
 */
import { describe, refuse } from '../../../rdd/arguments'
import { optionTable, requireOptions, type Option, type OptionTable } from '../../support/option-table'

/** Kafka's settings by their names, as `{ 'bootstrap.servers': 'localhost:9092', 'group.id': 'words' }`. */
export type KafkaParams = Readonly<Record<string, unknown>>

const whole = (defaultValue: number, unit: string, doc: string, minimum = 0): Option<'integer'> => ({ kind: 'integer', default: defaultValue, unit, minimum, doc })
const text = (doc: string): Option<'string'> => ({ kind: 'string', doc })
const unused = (doc = 'Without effect here.'): Option<'any'> => ({ kind: 'any', doc })

export const kafkaParamsTable = optionTable('kafkaParams', {
  'bootstrap.servers': { kind: 'any', isRequired: true, doc: 'Brokers to begin with: `host:port`, several with commas between or as an array.' },
  'client.id': { kind: 'string', default: 'millrace', doc: 'What brokers call this program in their logs and quotas.' },
  'group.id': text('The group whose offsets are read at the start and are committed to.'),
  'key.deserializer': {
    kind: 'any', defaultText: '`Deserializers.string`', doc: 'What keys are made into: one of `Deserializers`, a function, or the name of a Java class.',
  },
  'value.deserializer': { kind: 'any', defaultText: '`Deserializers.string`', doc: 'What values are made into.' },
  'auto.offset.reset': {
    kind: 'string', values: ['latest', 'earliest', 'none'], default: 'latest',
    doc: 'Where to begin without offsets: at the end, at the beginning, or with an error.',
  },
  'enable.auto.commit': { kind: 'boolean', default: false, doc: 'Must stay false: offsets are committed by the program, when what was made of them is there.' },
  'isolation.level': {
    kind: 'string', values: ['read_uncommitted', 'read_committed'], default: 'read_uncommitted',
    doc: 'With `read_committed`, records of transactions are read when they have been committed, and those of aborted ones are not.',
  },
  'security.protocol': { kind: 'string', values: ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'], default: 'PLAINTEXT', doc: 'How brokers are spoken to.' },
  'sasl.mechanism': { kind: 'string', values: ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'], default: 'PLAIN', doc: 'How the program says who it is.' },
  'sasl.jaas.config': text('User name and password, as Java programs write them: `... required username="me" password="secret";`'),
  'sasl.username': text('The user name, in the place of `sasl.jaas.config`.'),
  'sasl.password': text('The password, in the place of `sasl.jaas.config`.'),
  'ssl.truststore.certificates': text('Certificates to trust, in PEM form, in the place of those that Node trusts.'),
  'ssl.keystore.certificate.chain': text('The program\'s own certificate, in PEM form.'),
  'ssl.keystore.key': text('The key of that certificate, in PEM form.'),
  'ssl.key.password': text('The password of that key.'),
  'ssl.endpoint.identification.algorithm': { kind: 'string', values: ['https', ''], default: 'https', doc: 'Empty: the name in a broker\'s certificate is not checked.' },
  'request.timeout.ms': whole(30_000, 'ms', 'How long a broker may take for an answer before its connection is given up.', 1),
  'default.api.timeout.ms': whole(60_000, 'ms', 'How long a request is tried again, also with other brokers, before it fails.'),
  'socket.connection.setup.timeout.ms': whole(10_000, 'ms', 'How long making a connection may take.', 1),
  'retry.backoff.ms': whole(100, 'ms', 'The pause before the first new try; each further one is twice as long.', 1),
  'retry.backoff.max.ms': whole(1_000, 'ms', 'The longest pause between tries.', 1),
  'metadata.max.age.ms': whole(300_000, 'ms', 'How long it is believed which broker leads a partition. Errors are a reason to ask at once.'),
  'fetch.max.wait.ms': whole(500, 'ms', 'How long a broker waits for records that are not there yet.'),
  'fetch.max.bytes': whole(50 * 1024 * 1024, 'bytes', 'What a broker answers at a time, about.', 1),
  'max.partition.fetch.bytes': whole(4 * 1024 * 1024, 'bytes', 'What is read of a partition at a time, about: a larger batch comes whole.', 1),
  'check.crcs': { kind: 'boolean', default: true, doc: 'Whether the checksums of record batches are checked: a twentieth of the time that reading takes.' },
  'fetch.min.bytes': unused('Without effect here: a batch is made when its time has come.'),
  'max.poll.records': unused('Without effect here: see `spark.streaming.kafka.maxRatePerPartition`.'),
  'max.poll.interval.ms': unused(), 'session.timeout.ms': unused('Without effect here: no group is joined.'),
  'heartbeat.interval.ms': unused('Without effect here: no group is joined.'), 'auto.commit.interval.ms': unused(),
  'partition.assignment.strategy': unused('Without effect here: no group is joined.'), 'group.instance.id': unused(), 'client.rack': unused(),
  'allow.auto.create.topics': unused('Without effect here: reading makes no topics.'), 'connections.max.idle.ms': unused(),
  'reconnect.backoff.ms': unused(), 'reconnect.backoff.max.ms': unused(), 'receive.buffer.bytes': unused(), 'send.buffer.bytes': unused(),
})

/** How brokers are reached, and as whom. Plain data. */
export interface BrokerAddress {
  readonly brokers: readonly { readonly host: string, readonly port: number }[]
  readonly clientId: string
  readonly ssl: Encryption | undefined
  readonly sasl: { readonly mechanism: string, readonly username: string, readonly password: string } | undefined
  readonly requestTimeoutMs: number
  readonly connectionTimeoutMs: number
}

/** Certificates and keys are in PEM form. */
export interface Encryption {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
  readonly checksName: boolean
}

/** What a program's settings amount to. */
export interface KafkaSettings {
  readonly address: BrokerAddress
  readonly groupId: string | undefined
  readonly autoOffsetReset: 'latest' | 'earliest' | 'none'
  readonly isolation: 'read_uncommitted' | 'read_committed'
  readonly keyDeserializer: unknown
  readonly valueDeserializer: unknown
  readonly apiTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMsMax: number
  readonly metadataAgeMsMax: number
  readonly fetchWaitMs: number
  readonly fetchBytesMax: number
  readonly partitionBytesMax: number
  readonly checkCrcs: boolean
}

const secrets: ReadonlySet<string> = new Set(['sasl.jaas.config', 'sasl.password', 'ssl.keystore.key', 'ssl.key.password'])

/**
 * The settings as they were checked. Numbers and booleans may be given as text, as Java programs do. Throws IllegalArgumentError, with
 * the user's line, for settings that do not exist (with the nearest name) or cannot be.
 */
export function requireKafkaParams(operator: string, given: unknown): KafkaSettings {
  const params = readKafkaParams(operator, kafkaParamsTable, given)
  if (params['enable.auto.commit'] === true) {
    refuse(operator, 'enable.auto.commit must be false', 'Commit with commitAsync once the results are there; committed before, records could be lost.')
  }
  return {
    address: brokerAddress(operator, params),
    groupId: params['group.id'], autoOffsetReset: params['auto.offset.reset'], isolation: params['isolation.level'],
    keyDeserializer: params['key.deserializer'], valueDeserializer: params['value.deserializer'], apiTimeoutMs: params['default.api.timeout.ms'],
    retryBackoffMs: params['retry.backoff.ms'], retryBackoffMsMax: params['retry.backoff.max.ms'], metadataAgeMsMax: params['metadata.max.age.ms'],
    fetchWaitMs: params['fetch.max.wait.ms'], fetchBytesMax: params['fetch.max.bytes'], partitionBytesMax: params['max.partition.fetch.bytes'],
    checkCrcs: params['check.crcs'],
  }
}

/** Settings by a table of them, with defaults. Throws as `requireKafkaParams`. */
export function readKafkaParams(operator: string, table: OptionTable, given: unknown): Record<string, any> {
  return requireOptions(operator, table, readTexts(operator, table, given))
}

/** The rows of settings that say how brokers are reached, for other tables of settings. */
export const connectionParams: OptionTable = Object.fromEntries(Object.entries(kafkaParamsTable).filter(([name]) => (
  /^(?:bootstrap\.servers|client\.id|security\.protocol|sasl\..*|ssl\..*|request\.timeout\.ms|socket\..*|retry\.backoff\..*|metadata\.max\.age\.ms)$/.test(name))))

/** How brokers are reached, of settings that were checked by such a table. */
export function brokerAddress(operator: string, params: Readonly<Record<string, any>>): BrokerAddress {
  return {
    brokers: servers(operator, params['bootstrap.servers']), clientId: params['client.id'], ...security(operator, params),
    requestTimeoutMs: params['request.timeout.ms'], connectionTimeoutMs: params['socket.connection.setup.timeout.ms'],
  }
}

/** Numbers and booleans out of text. Secrets are looked at here, for what the table says shows values. */
function readTexts(operator: string, table: OptionTable, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given
  return Object.fromEntries(Object.entries(given).map(([name, value]) => {
    if (secrets.has(name) && value !== undefined && typeof value !== 'string') refuse(operator, `${name} must be a string`, table[name]!.doc)
    return [name, Object.hasOwn(table, name) ? fromText(table[name]!.kind, value) : value]
  }))
}

function fromText(kind: Option['kind'], value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (kind === 'integer' && /^-?\d{1,15}$/.test(value.trim())) return Number(value)
  if (kind === 'boolean' && /^(?:true|false)$/i.test(value.trim())) return value.trim().toLowerCase() === 'true'
  return value
}

function servers(operator: string, value: unknown): BrokerAddress['brokers'] {
  const list: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value]
  const names = list.map(each => typeof each === 'string' ? each.trim() : each).filter(each => each !== '')
  const example = "'bootstrap.servers': 'localhost:9092'"
  if (value === undefined) refuse(operator, 'the option bootstrap.servers is missing', example)
  if (names.length === 0) refuse(operator, `bootstrap.servers must name a broker at least, got ${describe(value)}`, example)
  return names.map(name => {
    const [, host, port] = typeof name === 'string' ? /^(?:[A-Za-z_]+:\/\/)?\[?([^\s/]+?)\]?:(\d{1,5})$/.exec(name) ?? [] : []
    if (host === undefined || Number(port) > 65_535) return refuse(operator, `bootstrap.servers must be a list of host:port, got ${describe(name)}`, example)
    return { host, port: Number(port) }
  })
}

function security(operator: string, params: Readonly<Record<string, any>>): Pick<BrokerAddress, 'ssl' | 'sasl'> {
  const protocol: string = params['security.protocol']
  return {
    ssl: protocol.endsWith('SSL') ? encryption(params) : undefined,
    sasl: protocol.startsWith('SASL') ? login(operator, params) : undefined,
  }
}

function encryption(params: Readonly<Record<string, any>>): Encryption {
  return {
    ca: params['ssl.truststore.certificates'], cert: params['ssl.keystore.certificate.chain'], key: params['ssl.keystore.key'],
    passphrase: params['ssl.key.password'], checksName: params['ssl.endpoint.identification.algorithm'] !== '',
  }
}

function login(operator: string, params: Readonly<Record<string, any>>): NonNullable<BrokerAddress['sasl']> {
  const jaas: string = params['sasl.jaas.config'] ?? ''
  const username = params['sasl.username'] ?? jaasField(jaas, 'username')
  const password = params['sasl.password'] ?? jaasField(jaas, 'password')
  if (username === undefined || password === undefined) {
    refuse(operator, `security.protocol ${params['security.protocol']} needs a user name and a password`,
      'Give sasl.username and sasl.password, or sasl.jaas.config with both.')
  }
  return { mechanism: params['sasl.mechanism'], username, password }
}

/** `username="me"`, with backslashes before quotes and backslashes. */
function jaasField(jaas: string, name: string): string | undefined {
  return new RegExp(`\\b${name}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(jaas)?.[1]?.replace(/\\(.)/g, '$1')
}
