/** What HTTP sources and outputs can be told. */
import { optionTable, requireOptions, type OptionTable } from '../support/option-table'

/** Where something is served, and to whom. */
export interface ServedOptions {
  readonly port?: number
  readonly host?: string
  readonly path?: string
  readonly token?: string
  readonly origins?: readonly string[]
}

const requirePath = (value: string): string | undefined => value.startsWith('/') && !value.includes('?') ? undefined : 'begin with / and have no query'
const isOriginList = (value: unknown): string | undefined =>
  Array.isArray(value) && value.every(origin => typeof origin === 'string') ? undefined : "be a list of origins, as ['https://example.org']"

const served = (path: string): OptionTable => ({
  port: {
    kind: 'integer', minimum: 0, check: value => value > 65_535 ? 'be 65535 or less' : undefined,
    doc: 'The port to listen on; 0 takes a free one. What is served on the same host and port by one process shares a server.'
      + ' Without a port nothing listens: give `handler` to a server of your own.',
  },
  host: { kind: 'string', default: '127.0.0.1', doc: 'The address to listen on. Other machines can reach it only when this says so (`0.0.0.0`).' },
  path: { kind: 'string', default: path, check: requirePath, doc: 'The path of the URL.' },
  token: {
    kind: 'string', check: value => value === '' ? 'not be empty' : undefined,
    doc: 'When set, requests must have the header `Authorization: Bearer <token>`. Default: nobody is asked.',
  },
  origins: {
    kind: 'any', default: [], check: isOriginList,
    doc: 'Pages of these origins may use it from a browser, besides those of the same host; `*` means any. Default: none.',
  },
})

/** How a request becomes elements. */
export type HttpFormat = 'lines' | 'json' | 'bytes'

/** What `ssc.httpStream` takes. */
export interface HttpStreamOptions<T = any> extends ServedOptions {
  readonly format?: HttpFormat
  readonly parse?: (body: Uint8Array, headers: Readonly<Record<string, string | string[] | undefined>>) => Iterable<T>
  readonly maxBodyBytes?: number
  readonly maxWaitingBytes?: number
}

export type CheckedStreamOptions = HttpStreamOptions & Required<Pick<HttpStreamOptions, 'host' | 'path' | 'origins' | 'format' | 'maxBodyBytes' | 'maxWaitingBytes'>>

export const httpStreamOptions = optionTable('httpStream', {
  ...served('/'),
  format: {
    kind: 'string', values: ['lines', 'json', 'bytes'], default: 'lines',
    doc: '`lines`: each line of the body is an element; `json`: the body is a JSON value, of which an array is many elements, or'
      + ' with the type application/x-ndjson a value a line; `bytes`: the body is one element.',
  },
  parse: {
    kind: 'function',
    doc: 'Makes the elements of a request of its body and headers, on the driver, instead of `format`. What it throws is answered with 400.',
  },
  maxBodyBytes: {
    kind: 'integer', minimum: 1, unit: 'bytes', default: 8 * 1024 * 1024,
    doc: 'Larger bodies are answered with 413, also when they are so only after decompression.',
  },
  maxWaitingBytes: {
    kind: 'integer', minimum: 1, unit: 'bytes', default: 64 * 1024 * 1024,
    doc: 'So much may be received and not stored yet; above it requests are answered with 503 and Retry-After.',
  },
})

/** What `dstream.serveEvents` and `dstream.serveWebSocket` take. */
export interface ServeOptions<T = any> extends ServedOptions {
  readonly uid?: string
  readonly data?: (element: T) => unknown
  readonly batches?: boolean
  readonly keep?: number
  readonly maxClientBytes?: number
}

/** What `dstream.serveEvents` takes. */
export interface ServeEventsOptions<T = any> extends ServeOptions<T> {
  readonly event?: string
  readonly page?: string
}

export type CheckedServeOptions = ServeEventsOptions & Required<Pick<ServeEventsOptions, 'host' | 'path' | 'origins' | 'batches' | 'keep' | 'maxClientBytes'>>

const outputs = (path: string): OptionTable => ({
  ...served(path),
  uid: {
    kind: 'string', check: value => value === '' ? 'not be empty' : undefined,
    doc: 'Names the output for recovery, so that its place in the program may change.',
  },
  data: { kind: 'function', doc: 'What to send of an element, on the driver: a string as it is, anything else as JSON. Default: the element.' },
  batches: { kind: 'boolean', default: false, doc: 'Sends one message a batch, `{ time, values }`, empty batches too, instead of one an element.' },
  keep: { kind: 'integer', minimum: 0, unit: 'batches', default: 1, doc: 'A client that comes, or comes again, is sent what it has missed of so many latest batches.' },
  maxClientBytes: { kind: 'integer', minimum: 1, unit: 'bytes', default: 4 * 1024 * 1024, doc: 'A client that is so far behind is cut off; it may come again.' },
})

export const serveEventsOptions = optionTable('serveEvents', {
  ...outputs('/events'),
  event: {
    kind: 'string', check: value => /[\r\n]/.test(value) ? 'have no line ends' : undefined,
    doc: 'The name of the events. Default: none, which browsers hand to `onmessage`.',
  },
  page: { kind: 'string', doc: 'HTML that is answered at `/`, such as a page that shows the events.' },
})

export const serveWebSocketOptions = optionTable('serveWebSocket', outputs('/socket'))

export const requireHttpStreamOptions = (options: unknown): CheckedStreamOptions => requireOptions('httpStream', httpStreamOptions, options)
export const requireServeEventsOptions = (options: unknown): CheckedServeOptions => requireOptions('serveEvents', serveEventsOptions, options)
export const requireServeWebSocketOptions = (options: unknown): CheckedServeOptions => requireOptions('serveWebSocket', serveWebSocketOptions, options)
