/**
 * What is used of kafkajs below its public face, and nothing else of it: connections that say who they are, and the forms of
 * requests. Its own consumer only reads as a member of a group and decodes every record where it stands
 * (docs/decisions/0011). No timer of it keeps the process alive; who waits for an answer has one of their own.
 */
import * as net from 'node:net'
import * as tls from 'node:tls'
import { logFor } from '../../../base/log'
import { assembleAnswers, type Receiving } from './assemble-answers'
import type { BrokerAddress, Encryption } from './kafka-params'

const log = logFor('Kafka')

/** The requests that are sent, by kafkajs' names. */
export type Api = 'Fetch' | 'ListOffsets' | 'Metadata' | 'OffsetCommit' | 'OffsetFetch' | 'GroupCoordinator'
  | 'Produce' | 'InitProducerId' | 'AddPartitionsToTxn' | 'AddOffsetsToTxn' | 'TxnOffsetCommit' | 'EndTxn'

/** A request that kafkajs has not in this form: what follows its head, as bytes. */
export interface RawRequest {
  readonly version: number
  readonly body: Buffer
  /** False where brokers do not answer. */
  readonly isAnswered: boolean
}

interface Exchange {
  readonly request: { readonly apiVersion: number }
  readonly response: { decode(bytes: Buffer): Promise<any>, parse(decoded: any): Promise<any> }
}

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

interface Connection extends Receiving {
  readonly requestQueue: RequestQueue
  isConnected(): boolean
  connect(): Promise<unknown>
  send(exchange: Exchange & { readonly logResponseError: boolean }): Promise<any>
}

interface Broker {
  connect(): Promise<void>
  lookupRequest(apiKey: number, definitions: unknown): (values: object) => Exchange
}

interface Lower {
  readonly Broker: new (options: object) => Broker
  readonly ConnectionPool: new (options: object) => { readonly pool: readonly [Connection, Connection] }
  readonly apiKeys: Readonly<Record<Api, number>>
  readonly requests: Readonly<Record<Api, unknown>>
}

let loaded: Lower | undefined

function lower(): Lower {
  loaded ??= {
    Broker: require('kafkajs/src/broker'), ConnectionPool: require('kafkajs/src/network/connectionPool'),
    apiKeys: require('kafkajs/src/protocol/requests/apiKeys'), requests: require('kafkajs/src/protocol/requests').requests,
  }
  return loaded
}

/** Reads an answer whose form depends on the version of its request. */
export type AnswerReader = (bytes: Buffer, version: number) => object

/**
 * A broker, over two connections, so that a request which waits for records holds up no other. Not connected before `open`; what
 * has been closed or has lost a connection is not used again.
 */
export class BrokerLink {
  private readonly broker: Broker
  private readonly connections: readonly [Connection, Connection]
  private readonly sockets = new Set<net.Socket>()
  private opening: Promise<void> | undefined
  private openingSecond: Promise<unknown> | undefined
  private isClosed = false

  /** `sharesAnswers`: large answers come in memory that all threads see. */
  constructor(address: BrokerAddress, readonly host: string, readonly port: number, sharesAnswers: boolean) {
    const { Broker, ConnectionPool } = lower()
    const connectionPool = new ConnectionPool({
      host, port, clientId: address.clientId, ssl: address.ssl && tlsOptions(address.ssl), sasl: address.sasl, logger: quietLogger(),
      socketFactory: (socket: SocketArguments) => this.socket(socket), connectionTimeout: address.connectionTimeoutMs,
      // Its way to see that time is over is a timer a connection that never ends.
      requestTimeout: address.requestTimeoutMs, enforceRequestTimeout: false, maxInFlightRequests: null,
    })
    for (const connection of connectionPool.pool) {
      letRest(connection.requestQueue)
      assembleAnswers(connection, sharesAnswers)
    }
    this.connections = connectionPool.pool
    this.broker = new Broker({ connectionPool, logger: quietLogger(), allowAutoTopicCreation: false })
  }

  get name(): string { return `${this.host}:${this.port}` }

  /** Rejects with what kafkajs rejects with. */
  open(): Promise<void> { return this.opening ??= this.broker.connect() }

  /** What `read`, or kafkajs itself, makes of the answer; errors in it are left to the caller. `waits`: the answer may be made to wait. */
  async send(api: Api, values: object | RawRequest, { waits = false, read }: { readonly waits?: boolean, readonly read?: AnswerReader } = {}): Promise<any> {
    await this.open()
    if (waits) await this.openSecond()
    const { apiKeys, requests } = lower()
    const { request, response } = 'body' in values ? rawExchange(api, apiKeys[api], values as RawRequest)
      : this.broker.lookupRequest(apiKeys[api], requests[api])(values)
    const decode = read === undefined ? response.decode : async (bytes: Buffer): Promise<object> => read(bytes, request.apiVersion)
    // kafkajs' own `parse` throws the first error in an answer and what else it says away.
    const parse = async (decoded: object): Promise<object> => decoded
    return this.connections[waits ? 1 : 0].send({ request, response: { decode, parse }, logResponseError: false })
  }

  /** Two that connect at the same time would make two connections. */
  private openSecond(): Promise<unknown> { return this.openingSecond ??= this.connections[1].connect() }

  /** At once. What waits for an answer is rejected with `reason`. */
  close(reason: string): void {
    this.isClosed = true
    for (const socket of this.sockets) socket.destroy(new Error(reason))
  }

  private socket({ host, port, ssl, onConnect }: SocketArguments): net.Socket {
    const name = net.isIP(host) === 0 ? { servername: host } : {}
    const socket = ssl === null ? net.connect({ host, port }, onConnect) : tls.connect({ host, port, ...name, ...ssl }, onConnect)
    socket.setKeepAlive(true, 60_000)
    socket.setNoDelay(true)
    socket.unref()
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    if (this.isClosed) socket.destroy(new Error('closed'))
    return socket
  }
}

/** The form of kafkajs' own requests, whose encoders have these two. */
function rawExchange(apiName: Api, apiKey: number, { version, body, isAnswered }: RawRequest): Exchange {
  const request = { apiName, apiKey, apiVersion: version, expectResponse: () => isAnswered, encode: async () => ({ buf: body, buffer: body }) }
  return { request, response: { decode: async bytes => bytes, parse: async decoded => decoded } }
}

interface SocketArguments { readonly host: string, readonly port: number, readonly ssl: tls.ConnectionOptions | null, readonly onConnect: () => void }

/** After its first answer a connection looks every millisecond for requests that wait, for ever: it shall when there are some. */
function letRest(queue: RequestQueue): void {
  const look = queue.scheduleCheckPendingRequests.bind(queue)
  queue.scheduleCheckPendingRequests = () => { if (queue.pending.length > 0) look() }
}

/** What kafkajs takes as `ssl`. */
export function tlsOptions({ checksName, ...certificates }: Encryption): tls.ConnectionOptions {
  const given = Object.fromEntries(Object.entries(certificates).filter(([, value]) => value !== undefined))
  return checksName ? given : { ...given, checkServerIdentity: () => undefined }
}

/** What kafkajs calls errors are connections that come and go, which is said once, by who uses them. */
function quietLogger(): object {
  const debug = (message: unknown): void => log.debug(String(message))
  const logger = { info: debug, error: debug, warn: debug, debug, namespace: () => logger, setLogLevel() {} }
  return logger
}
