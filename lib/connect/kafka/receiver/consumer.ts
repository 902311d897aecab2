/** kafkajs' consumer as receivers use it. */
import * as net from 'node:net'
import type { Socket } from 'node:net'
import * as tls from 'node:tls'
import type { Consumer as KafkaJsConsumer, EachBatchPayload, KafkaConfig, KafkaMessage } from 'kafkajs'
import { logFor } from '../../../base/log'
import { optionalPackage } from '../../support/optional-package'
import { tlsOptions } from '../client/kafkajs'
import { compressionOf } from '../records/compression'
import type { CheckedReceiver } from './options'

export type Consumer = KafkaJsConsumer
export type EachBatch = EachBatchPayload
export type Batch = EachBatchPayload['batch']
export type BatchMessage = KafkaMessage

const log = logFor('Kafka')

/** A stop waits for the fetch that is under way, which waits so long for records. */
const fetchWaitMs = 250

let loaded: typeof import('kafkajs') | undefined

function kafkajs(): typeof import('kafkajs') {
  if (loaded !== undefined) return loaded
  loaded = optionalPackage('kafkajs', 'Receiving from Kafka', () => require('kafkajs') as typeof import('kafkajs'))
  const { CompressionTypes, CompressionCodecs } = loaded
  const { Snappy, LZ4, ZSTD } = CompressionTypes
  // Those that the program has put there itself stay.
  const known = new Map(([[Snappy, 'snappy'], [LZ4, 'lz4'], [ZSTD, 'zstd']] as const).map(([type, name]) => [type, name]))
  for (const [type, name] of known) {
    if (isThere(CompressionCodecs[type])) continue
    CompressionCodecs[type] = () => ({
      compress: async ({ buffer }: { buffer: Buffer }) => compressionOf(name).compress(buffer),
      decompress: async (buffer: Buffer) => Buffer.from(compressionOf(name).decompress(buffer)),
    })
  }
  return loaded
}

/** kafkajs has functions that only throw in the places of codecs. */
function isThere(codec: (() => unknown) | undefined): boolean {
  try { return codec?.() !== undefined } catch { return false }
}

export interface CuttableConsumer {
  readonly consumer: Consumer
  /** Ends its connections at once, and lets it make none any more: what kafkajs waits for, as to join a group, it would wait for in a stop, too. */
  cut(): void
}

/** `onFailure`: the consumer has ended because of an error. */
export function createConsumer(options: CheckedReceiver, onFailure: (error: unknown) => void): CuttableConsumer {
  const { Kafka, logLevel } = kafkajs()
  const { address: { brokers, clientId, ssl, sasl, requestTimeoutMs, connectionTimeoutMs } } = options
  const sockets = new Set<Socket>()
  let isCut = false
  const kafka = new Kafka({
    brokers: brokers.map(({ host, port }) => `${host}:${port}`), clientId, connectionTimeout: connectionTimeoutMs,
    ...ssl && { ssl: tlsOptions(ssl) }, ...sasl && { sasl: sasl as NonNullable<KafkaConfig['sasl']> },
    socketFactory: ({ host, port, ssl, onConnect }) => {
      if (isCut) throw new Error('the receiver has stopped')
      const name = net.isIP(host) === 0 ? { servername: host } : {}
      const socket = ssl ? tls.connect({ host, port, ...name, ...ssl }, onConnect) : net.connect({ host, port }, onConnect)
      socket.setKeepAlive(true, 60_000)
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
    requestTimeout: requestTimeoutMs, logLevel: logLevel.INFO,
    logCreator: () => ({ log: { message } }) => log.debug(message),
  })
  const consumer = kafka.consumer({
    groupId: options.groupId, sessionTimeout: options.sessionTimeoutMs, heartbeatInterval: options.heartbeatMs,
    rebalanceTimeout: options.rebalanceTimeoutMs, maxBytesPerPartition: options.partitionBytesMax, maxBytes: options.fetchBytesMax,
    maxWaitTimeInMs: fetchWaitMs, metadataMaxAge: options.metadataAgeMsMax, readUncommitted: options.readsUncommitted, allowAutoTopicCreation: true,
    // The receiver starts again by itself, which listeners hear of.
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
  })
  consumer.on(consumer.events.CRASH, ({ payload: { error } }) => onFailure(error))
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy(new Error('the receiver has stopped'))
  }
  return { consumer, cut }
}
