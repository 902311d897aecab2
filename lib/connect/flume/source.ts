/** Streams of events from Flume: sent by agents, or fetched from them. */
import { describe, refuse, requireInteger } from '../../rdd/arguments'
import { StorageLevel } from '../../rdd/storage-level'
import { ReceiverInputDStream } from '../../streaming/receivers/receiver-input-dstream'
import { requireLevel } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'
import { requireAddress } from '../socket/socket-receiver'
import type { SparkFlumeEvent } from './events'
import { FlumePollingReceiver } from './polling-receiver'
import { FlumeReceiver } from './push-receiver'

/** Where an agent's sink listens. */
export interface FlumeAddress { readonly host: string, readonly port: number }

const defaultLevel = StorageLevel.MEMORY_AND_DISK_SER_2

/**
 * A stream of the events that Flume agents send to `hostname:port`, where this process listens; the agents have an Avro sink.
 * A sink is told that its events have arrived when they are stored: with the write-ahead log
 * (spark.streaming.receiver.writeAheadLog.enable) none is lost, whatever dies; those whose answer was lost come twice. Who
 * can reach the port can send events: 127.0.0.1 lets nobody else. `enableDecompression` is for sinks with
 * `compression-type = deflate`. Throws IllegalArgumentError for what is no host, port or level. Counterpart:
 * FlumeUtils.createStream.
 * @example
 * ```ts
 * import { FlumeUtils, Seconds, StreamingContext } from 'millrace'
 * const ssc = new StreamingContext('local', 'flume', Seconds(1))
 * const events = FlumeUtils.createStream(ssc, '127.0.0.1', 41414)
 * events.map(event => new TextDecoder().decode(event.body)).print()
 * ```
 */
function createStream(
  ssc: StreamingContext, hostname: string, port: number, storageLevel: StorageLevel = defaultLevel, enableDecompression = false,
): ReceiverInputDStream<SparkFlumeEvent> {
  const operator = 'FlumeUtils.createStream'
  requireContext(operator, ssc)
  const address = requireAddress(operator, hostname, port, storageLevel)
  if (typeof enableDecompression !== 'boolean') refuse(operator, `enableDecompression must be true or false, got ${describe(enableDecompression)}`)
  return new ReceiverInputDStream(ssc, new FlumeReceiver({ ...address, isCompressed: enableDecompression }), operator)
}

/**
 * A stream of the events that are fetched from agents whose sink is `org.apache.spark.streaming.flume.sink.SparkSink`, in
 * batches of up to `maxBatchSize`. An agent keeps the events of a batch until they are stored here: with the write-ahead log
 * none is lost. All agents are asked at the same time, each by one connection; `parallelism`, the threads that ask in Spark, is
 * taken for the sake of programs that have it. Throws IllegalArgumentError for what cannot be.
 * Counterpart: FlumeUtils.createPollingStream.
 * @example
 * ```ts
 * import { FlumeUtils, Seconds, StreamingContext } from 'millrace'
 * const ssc = new StreamingContext('local', 'flume', Seconds(1))
 * FlumeUtils.createPollingStream(ssc, [{ host: '127.0.0.1', port: 41415 }]).count().print()
 * ```
 */
function createPollingStream(
  ssc: StreamingContext, addresses: readonly FlumeAddress[], storageLevel?: StorageLevel, maxBatchSize?: number, parallelism?: number,
): ReceiverInputDStream<SparkFlumeEvent>
function createPollingStream(ssc: StreamingContext, hostname: string, port: number, storageLevel?: StorageLevel): ReceiverInputDStream<SparkFlumeEvent>
function createPollingStream(ssc: StreamingContext, where: readonly FlumeAddress[] | string, ...rest: any[]): ReceiverInputDStream<SparkFlumeEvent> {
  const operator = 'FlumeUtils.createPollingStream'
  requireContext(operator, ssc)
  const given = typeof where === 'string' ? [{ host: where, port: rest.shift() }] : where
  const [level = defaultLevel, maxBatchSize = 1_000, parallelism = 5] = rest as [StorageLevel?, number?, number?]
  if (!Array.isArray(given) || given.length === 0) {
    refuse(operator, `the addresses must be a list of one or more, got ${describe(given)}`, "[{ host: '127.0.0.1', port: 41415 }]")
  }
  const addresses = given.map((address: Partial<FlumeAddress> | null) => requireAddress(operator, address?.host, address?.port, level))
  requireInteger(operator, maxBatchSize, 1, 'maxBatchSize')
  requireInteger(operator, parallelism, 1, 'parallelism')
  const receiver = new FlumePollingReceiver({ addresses, level: requireLevel(operator, level), maxBatchSize })
  return new ReceiverInputDStream(ssc, receiver, operator)
}

function requireContext(operator: string, ssc: unknown): void {
  if (!(ssc instanceof StreamingContext)) refuse(operator, `the first argument must be a StreamingContext, got ${describe(ssc)}`)
}

/** Streams of events from Flume: `createStream`, to which agents send, and `createPollingStream`, which fetches. Counterpart: FlumeUtils. */
export const FlumeUtils = { createStream, createPollingStream } as const
