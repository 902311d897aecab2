/** httpStream: what is posted to a path of an HTTP server. */
import { CallSite } from '../../base/call-site'
import { ReceiverInputDStream } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'
import { HttpReceiver } from './http-receiver'
import { requireHttpStreamOptions, type CheckedStreamOptions, type HttpStreamOptions } from './options'
import { openRoutes, type HttpAddress, type OpenRoutes, type RequestHandler } from './shared-server'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of what is posted over HTTP: lines (the default), JSON values, or bodies as bytes. A request is answered with
     * 200 when its elements are stored: with the write-ahead log (spark.streaming.receiver.writeAheadLog.enable) when they are
     * durable, so that a client that repeats what was not answered loses nothing. Other answers mean that nothing of it was
     * stored: 400 not of the format, 401 and 403 not allowed, 405 not a POST, 413 too large, 415 an unknown encoding, 503 the
     * stream does not keep up or stops; try again. Bodies may be compressed (gzip, deflate). Without a `port` nothing listens: `stream.handler`
     * is a request listener for a server of your own. `start()` rejects where the port is taken. Throws IllegalArgumentError
     * for options that cannot be. Beyond Spark.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'orders', Seconds(1))
     * const orders = ssc.httpStream<{ id: number }>({ port: 8080, path: '/orders', format: 'json' })
     * orders.map(order => order.id).print() // curl -d '[{"id":1},{"id":2}]' http://127.0.0.1:8080/orders
     * await ssc.start()
     * ```
     */
    httpStream(options: HttpStreamOptions & { readonly format?: 'lines', readonly parse?: undefined }): HttpInputDStream<string>
    httpStream(options: HttpStreamOptions & { readonly format: 'bytes', readonly parse?: undefined }): HttpInputDStream<Uint8Array>
    httpStream<T = any>(options: HttpStreamOptions<T>): HttpInputDStream<T>
  }
}

/** What `ssc.httpStream` gives: a stream, and where it is served. */
export class HttpInputDStream<T> extends ReceiverInputDStream<T> {
  private routes: OpenRoutes | undefined

  /** Internal: `ssc.httpStream` makes it. */
  constructor(context: StreamingContext, private readonly http: HttpReceiver<T>, private readonly options: CheckedStreamOptions) {
    super(context, http, 'httpStream')
  }

  /** A request listener: for a server of your own, `http.createServer(stream.handler)` or a route of a framework. */
  get handler(): RequestHandler { return this.http.handle }

  /** Where it listens; undefined while it does not. */
  get address(): HttpAddress | undefined {
    const { routes } = this
    return routes === undefined ? undefined : { host: routes.host, port: routes.port }
  }

  override async start(): Promise<void> {
    const { host, port, path } = this.options
    await super.start()
    if (port !== undefined) this.routes = await CallSite.within(this.site, () => openRoutes({ host, port }, [{ path, handle: this.handler }]))
  }

  override async stop(): Promise<void> {
    await this.routes?.close()
    this.routes = undefined
    await super.stop()
  }
}

StreamingContext.prototype.httpStream = function (this: StreamingContext, options: HttpStreamOptions): HttpInputDStream<any> {
  const checked = requireHttpStreamOptions(options)
  return new HttpInputDStream(this, new HttpReceiver(checked), checked)
}
