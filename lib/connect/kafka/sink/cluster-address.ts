/** Which cluster, and as whom: made of Kafka's own settings, by the names that its Java clients know. */
import { describe, refuse } from '../../../rdd/arguments'

/** Kafka's settings by their names, as `{ 'bootstrap.servers': 'localhost:9092' }`. */
export type KafkaParams = Readonly<Record<string, unknown>>

/** Certificates and keys are in PEM form. */
export interface Encryption {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
  /** The name in the server's certificate may be any. */
  readonly isAnyServer: boolean
}

/** Plain data: it goes to the tasks. */
export interface ClusterAddress {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly ssl: Encryption | undefined
  readonly sasl: { readonly mechanism: string, readonly username: string, readonly password: string } | undefined
  readonly requestTimeoutMs: number
  readonly metadataMaxAgeMs: number
  readonly deliveryTimeoutMs: number
}

const mechanisms = new Map([['PLAIN', 'plain'], ['SCRAM-SHA-256', 'scram-sha-256'], ['SCRAM-SHA-512', 'scram-sha-512']])

/** Throws IllegalArgumentError, with the user's line, for settings that cannot be. Values of secret ones are never shown. */
export function clusterAddress(operator: string, params: KafkaParams): ClusterAddress {
  return {
    brokers: servers(operator, params['bootstrap.servers']),
    clientId: text(operator, params, 'client.id') ?? 'millrace',
    ...security(operator, params),
    requestTimeoutMs: milliseconds(operator, params, 'request.timeout.ms', 30_000),
    metadataMaxAgeMs: milliseconds(operator, params, 'metadata.max.age.ms', 300_000),
    deliveryTimeoutMs: milliseconds(operator, params, 'delivery.timeout.ms', 120_000),
  }
}

function servers(operator: string, value: unknown): string[] {
  const list: unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : []
  const names = list.map(each => String(each).trim()).filter(each => each !== '')
  if (names.length === 0) refuse(operator, `bootstrap.servers must name a server at least, got ${describe(value)}`, "{ servers: 'localhost:9092' }")
  for (const name of names) {
    if (!/^\S+:\d{1,5}$/.test(name)) refuse(operator, `bootstrap.servers must be a list of host:port, got ${describe(name)}`, "{ servers: 'localhost:9092' }")
  }
  return names
}

function security(operator: string, params: KafkaParams): Pick<ClusterAddress, 'ssl' | 'sasl'> {
  const protocol = (text(operator, params, 'security.protocol') ?? 'PLAINTEXT').toUpperCase()
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) {
    refuse(operator, `security.protocol must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, got ${describe(protocol)}`)
  }
  return { ssl: protocol.endsWith('SSL') ? encryption(operator, params) : undefined, sasl: protocol.startsWith('SASL') ? login(operator, params) : undefined }
}

function encryption(operator: string, params: KafkaParams): Encryption {
  const ca = text(operator, params, 'ssl.truststore.certificates')
  const cert = text(operator, params, 'ssl.keystore.certificate.chain')
  const key = text(operator, params, 'ssl.keystore.key')
  const passphrase = text(operator, params, 'ssl.key.password')
  return {
    ...ca !== undefined && { ca }, ...cert !== undefined && { cert }, ...key !== undefined && { key }, ...passphrase !== undefined && { passphrase },
    isAnyServer: params['ssl.endpoint.identification.algorithm'] === '',
  }
}

function login(operator: string, params: KafkaParams): NonNullable<ClusterAddress['sasl']> {
  const name = (text(operator, params, 'sasl.mechanism') ?? 'PLAIN').toUpperCase()
  const mechanism = mechanisms.get(name)
  if (mechanism === undefined) refuse(operator, `sasl.mechanism must be ${[...mechanisms.keys()].join(', ')}, got ${describe(name)}`)
  const jaas = text(operator, params, 'sasl.jaas.config') ?? ''
  const field = (field: string): string | undefined => new RegExp(`\\b${field}\\s*=\\s*"((?:[^"\\\\]|\\\\.)*)"`).exec(jaas)?.[1]?.replace(/\\(.)/g, '$1')
  const username = field('username')
  const password = field('password')
  if (username === undefined || password === undefined) {
    refuse(operator, 'sasl.jaas.config must have a username and a password', `sasl.jaas.config: '... required username="me" password="secret";'`)
  }
  return { mechanism: mechanism!, username: username!, password: password! }
}

function text(operator: string, params: KafkaParams, name: string): string | undefined {
  const value = params[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') refuse(operator, `${name} must be a string`)
  return value as string
}

export function milliseconds(operator: string, params: KafkaParams, name: string, otherwise: number): number {
  const value = Number(params[name] ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 0) refuse(operator, `${name} must be a whole number of milliseconds, got ${describe(params[name])}`)
  return value
}
