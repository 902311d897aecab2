/** serveEvents and serveWebSocket: every batch of a stream to whoever listens. */
import { named } from '../../base/call-site'
import { DStream } from '../../streaming/dstream'
import type { RequestHandler, HttpAddress, UpgradeHandler } from './shared-server'
import { EventChannel } from './event-channel'
import { requireServeEventsOptions, requireServeWebSocketOptions, type ServeEventsOptions, type ServeOptions } from './options'
import { PublishingSink } from './published'
import { SocketChannel } from './socket-channel'

/** A stream that is served: where, and to how many. */
export interface Served {
  /** Where it listens; undefined while the stream does not run, or without a `port`. */
  readonly address: HttpAddress | undefined
  /** How many listen now. */
  readonly clientCount: number
}

/** What `dstream.serveEvents` gives. */
export interface ServedEvents extends Served {
  /** A request listener: for a server of your own. */
  readonly handler: RequestHandler
}

/** What `dstream.serveWebSocket` gives. */
export interface ServedWebSocket extends Served {
  /** A listener for `'upgrade'`: for a server of your own. */
  readonly upgrade: UpgradeHandler
}

declare module '../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Sends every element to all clients that are connected, as server-sent events: what a browser reads with `EventSource`, and
     * `curl -N` shows. A batch is sent whole when it has ended; a client that was away is sent what it has missed of the last
     * `keep` batches, and one that does not read is cut off at `maxClientBytes`. With `page` the same server answers `/` with a
     * page. Elements are sent as JSON, or as `data` makes them. It is an output operation, at most once to each client.
     * `start()` rejects where the port is taken. Throws IllegalArgumentError for options that cannot be. Beyond Spark.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'counts', Seconds(1))
     * const words = ssc.httpStream({ port: 8080, path: '/words' })
     * words.countByValue().serveEvents({ port: 8080, path: '/counts', batches: true }) // curl -N http://127.0.0.1:8080/counts
     * await ssc.start()
     * ```
     */
    serveEvents(options: ServeEventsOptions<T>): ServedEvents
    /**
     * Sends every element to all clients that are connected by WebSocket, one text message each. A client that comes is sent the last `keep` batches; else as
     * `serveEvents`. It needs the package `ws` (`npm install ws`). Beyond Spark.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'lines', Seconds(1))
     * ssc.socketTextStream('127.0.0.1', 9999).serveWebSocket({ port: 8080, path: '/lines' }) // ws://127.0.0.1:8080/lines
     * await ssc.start()
     * ```
     */
    serveWebSocket(options: ServeOptions<T>): ServedWebSocket
  }
}

DStream.prototype.serveEvents = function (this: DStream<any>, options: ServeEventsOptions): ServedEvents {
  const checked = requireServeEventsOptions(options)
  const channel: EventChannel = new EventChannel(checked, lastId => sink.missedSince(lastId))
  const sink: PublishingSink = new PublishingSink('serveEvents', checked, channel)
  named('serveEvents', () => this.saveTo(sink, checked.uid === undefined ? {} : { uid: checked.uid }))
  return {
    get address() { return channel.address },
    get clientCount() { return channel.clientCount },
    handler: channel.handle,
  }
}

DStream.prototype.serveWebSocket = function (this: DStream<any>, options: ServeOptions): ServedWebSocket {
  const checked = requireServeWebSocketOptions(options)
  const channel: SocketChannel = new SocketChannel(checked, () => sink.missedSince(undefined))
  const sink: PublishingSink = new PublishingSink('serveWebSocket', checked, channel)
  named('serveWebSocket', () => this.saveTo(sink, checked.uid === undefined ? {} : { uid: checked.uid }))
  return {
    get address() { return channel.address },
    get clientCount() { return channel.clientCount },
    upgrade: channel.upgrade,
  }
}
