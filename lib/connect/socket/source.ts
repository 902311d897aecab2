/**
 * Sockets as sources: lines of text, whatever a converter makes of the bytes, or blocks that were encoded by
 * the sender.
 */
import { requireCallable } from '../../rdd/arguments'
import { StorageLevel } from '../../rdd/storage-level'
import { ReceiverInputDStream } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'
import { RawSocketReceiver } from './raw-blocks'
import { SocketConvertingReceiver, type SocketConverter } from './socket-converting-receiver'
import { requireAddress } from './socket-receiver'
import { SocketTextReceiver } from './socket-text-receiver'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the lines (UTF-8, ended by \n or \r\n) that the server at `host:port` sends. When nothing
     * listens there, or the connection ends, it says so and tries again every 2 seconds
     * (spark.streaming.receiverRestartDelay). A line of more than 16 MiB is an error, after which it connects
     * anew. Throws IllegalArgumentError for what is no host, port or level. Counterpart:
     * StreamingContext.socketTextStream.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'lines', Seconds(1))
     * ssc.socketTextStream('localhost', 9999).print() // nc -lk 9999
     * ```
     */
    socketTextStream(host: string, port: number, level?: StorageLevel): ReceiverInputDStream<string>
    /**
     * A stream of what `converter` makes of the bytes that the server at `host:port` sends: an iterable or
     * async iterable over a Readable, called once a connection. It is asked for the next element when there
     * is room for it. Else like socketTextStream. Counterpart: StreamingContext.socketStream.
     * @example
     * ```ts
     * import * as readline from 'node:readline'
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'numbers', Seconds(1))
     * const numbers = ssc.socketStream('localhost', 9999, async function* (stream) {
     *   for await (const line of readline.createInterface({ input: stream })) yield Number(line)
     * })
     * numbers.print()
     * ```
     */
    socketStream<T>(host: string, port: number, converter: SocketConverter<T>, level?: StorageLevel): ReceiverInputDStream<T>
    /**
     * A stream of blocks that the server at `host:port` has encoded: each is its length, 4 bytes big-endian,
     * and then the elements as `rawSocketBlock` makes them. Fast, since nothing is decoded before a task
     * needs it; the number of records is therefore not known. Else like socketTextStream. Counterpart:
     * StreamingContext.rawSocketStream.
     */
    rawSocketStream<T>(host: string, port: number, level?: StorageLevel): ReceiverInputDStream<T>
  }
}

const defaultLevel = StorageLevel.MEMORY_AND_DISK_SER_2

StreamingContext.prototype.socketTextStream = function (this: StreamingContext, host, port, level = defaultLevel) {
  const address = requireAddress('socketTextStream', host, port, level)
  return new ReceiverInputDStream<string>(this, new SocketTextReceiver(address), 'socketTextStream')
}

StreamingContext.prototype.socketStream = function <T>(
  this: StreamingContext, host: string, port: number, converter: SocketConverter<T>, level = defaultLevel,
) {
  const address = requireAddress('socketStream', host, port, level)
  requireCallable('socketStream', converter, 'the converter')
  return new ReceiverInputDStream<T>(this, new SocketConvertingReceiver(address, converter), 'socketStream')
}

StreamingContext.prototype.rawSocketStream = function <T>(this: StreamingContext, host: string, port: number, level = defaultLevel) {
  const address = requireAddress('rawSocketStream', host, port, level)
  return new ReceiverInputDStream<T>(this, new RawSocketReceiver<T>(address), 'rawSocketStream')
}
