/**
 * The lower layers of kafkajs: connections to brokers, over which any request can be sent. Its own producer encodes records several
 * times slower than they are here. Connections keep no process alive: what waits for an answer does.
 */
import * as net from 'node:net'
import * as tls from 'node:tls'
import { logFor } from '../../../base/log'
import { optionalPackage } from '../../support/optional-package'
import type { ClusterAddress, Encryption } from './cluster-address'

const log = logFor('Kafka')

/** What is used of kafkajs, which has no types for it. */
export interface Cluster {
  readonly connectionPoolBuilder: { build(options?: object): Promise<{ readonly pool: readonly { readonly requestQueue: RequestQueue }[] }> }
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  addMultipleTargetTopics(topics: string[]): Promise<void>
  findTopicPartitionMetadata(topic: string): { partitionId: number, leader: number }[]
  findBroker(node: { nodeId: string | number }): Promise<Broker>
  findControllerBroker(): Promise<Broker>
  findGroupCoordinator(group: { groupId: string, coordinatorType: 0 | 1 }): Promise<Broker>
}

interface RequestQueue {
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

export interface Broker {
  readonly connectionPool: { send(request: RawRequest): Promise<any> }
  initProducerId(request: { transactionalId?: string, transactionTimeout: number }): Promise<{ producerId: string, producerEpoch: number }>
  addPartitionsToTxn(request: Transaction & { topics: { topic: string, partitions: number[] }[] }): Promise<unknown>
  addOffsetsToTxn(request: Transaction & { groupId: string }): Promise<unknown>
  txnOffsetCommit(request: Transaction & { groupId: string, topics: GroupTopic[] }): Promise<unknown>
  endTxn(request: Transaction & { transactionResult: boolean }): Promise<unknown>
}

export interface Transaction { readonly transactionalId: string, readonly producerId: string, readonly producerEpoch: number }

interface GroupTopic { readonly topic: string, readonly partitions: { partition: number, offset: string, metadata: string }[] }

/** A request in the form in which kafkajs' connections take it. */
export interface RawRequest {
  readonly request: {
    readonly apiKey: number, readonly apiVersion: number, readonly apiName: string
    expectResponse(): boolean
    encode(): Promise<unknown>
  }
  readonly response: { decode(bytes: Buffer): Promise<any>, parse(decoded: any): Promise<any> }
  readonly logResponseError: boolean
}

interface Lower {
  readonly Cluster: new (options: object) => Cluster
  readonly Encoder: new (sizeBytes: number) => { writeBufferInternal(bytes: Buffer): void }
}

let loaded: Lower | undefined

function lower(): Lower {
  loaded ??= optionalPackage('kafkajs', 'Writing to Kafka', () => ({
    Cluster: require('kafkajs/src/cluster') as Lower['Cluster'],
    Encoder: require('kafkajs/src/protocol/encoder') as Lower['Encoder'],
  }))
  return loaded
}

/** A cluster that is not connected yet. `sockets` gets every connection that is made. */
export function newCluster({ brokers, clientId, ssl, sasl, requestTimeoutMs, metadataMaxAgeMs }: ClusterAddress, sockets: Set<net.Socket>): Cluster {
  const logger = quietLogger()
  const cluster = new (lower().Cluster)({
    logger, brokers: async () => brokers, clientId, ssl: ssl && tlsOptions(ssl), sasl,
    socketFactory: socketFactory(sockets),
    connectionTimeout: Math.min(requestTimeoutMs, 10_000), authenticationTimeout: 10_000, requestTimeout: requestTimeoutMs,
    // Its timeouts are timers that keep the process alive for as long as the connection is open.
    enforceRequestTimeout: false,
    metadataMaxAge: metadataMaxAgeMs, allowAutoTopicCreation: true, maxInFlightRequests: null,
    retry: { retries: 2, initialRetryTime: 50, maxRetryTime: 500 },
  })
  letConnectionsRest(cluster)
  return cluster
}

/** After its first answer a connection looks every millisecond for requests that wait, for ever: it shall when there are some. */
function letConnectionsRest(cluster: Cluster): void {
  const builder = cluster.connectionPoolBuilder
  const build = builder.build.bind(builder)
  builder.build = async options => {
    const connections = await build(options)
    for (const { requestQueue } of connections.pool) {
      const look = requestQueue.scheduleCheckPendingRequests.bind(requestQueue)
      requestQueue.scheduleCheckPendingRequests = () => { if (requestQueue.pending.length > 0) look() }
    }
    return connections
  }
}

/** What kafkajs' connections send as it is. */
export function encoded(bytes: Buffer): unknown {
  const encoder = new (lower().Encoder)(bytes.length)
  encoder.writeBufferInternal(bytes)
  return encoder
}

/** What kafkajs takes as `ssl`. */
export function tlsOptions({ isAnyServer, ...certificates }: Encryption): tls.ConnectionOptions {
  return isAnyServer ? { ...certificates, checkServerIdentity: () => undefined } : certificates
}

interface SocketArguments { readonly host: string, readonly port: number, readonly ssl: tls.ConnectionOptions | undefined, readonly onConnect: () => void }

function socketFactory(sockets: Set<net.Socket>) {
  return ({ host, port, ssl, onConnect }: SocketArguments): net.Socket => {
    const name = net.isIP(host) === 0 ? { servername: host } : {}
    const socket = ssl ? tls.connect({ host, port, ...name, ...ssl }, onConnect) : net.connect({ host, port }, onConnect)
    socket.setKeepAlive(true, 60_000)
    socket.setNoDelay(true)
    socket.unref()
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return socket
  }
}

/** What kafkajs says of connections that are lost and found again is of no interest to who only wants to write. */
function quietLogger(): object {
  const debug = (message: string): void => log.debug(message)
  const logger = { info: debug, error: debug, warn: debug, debug, namespace: () => logger, setLogLevel() {} }
  return logger
}
