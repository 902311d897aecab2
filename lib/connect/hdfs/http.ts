/**
 * HTTP to HDFS by node:http: fetch cannot write there, for DataNodes send `100 Continue` unasked. A request ends with an answer
 * or with an error that says how far it came; nothing is tried again here.
 */
import * as http from 'node:http'
import { systemClock } from '../../base/clock'
import type { HdfsOptions } from './options'

export interface HttpAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly body: Buffer
}

/** The connection failed, or ended before the answer did. */
export class HttpFailure extends Error {
  /** `isUnsent`: no connection was made, so nothing can have happened there. */
  constructor(readonly host: string, readonly isUnsent: boolean, cause: Error) {
    super(`${host}: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`, { cause })
  }
}

type Timeouts = Pick<HdfsOptions, 'connectTimeoutMs' | 'readTimeoutMs'>

/** NameNodes answer many small questions: their connections are kept. DataNodes close theirs after each. */
export function keptConnections(): http.Agent { return new http.Agent({ keepAlive: true, maxSockets: 64, timeout: 30_000 }) }

/** One request whose body, if any, is at hand. */
export function request(
  method: string, url: string, { connectTimeoutMs, readTimeoutMs }: Timeouts, more: { readonly agent?: http.Agent, readonly body?: Uint8Array } = {},
): Promise<HttpAnswer> {
  const upload = new HttpUpload(method, url, { connectTimeoutMs, readTimeoutMs }, { agent: more.agent, length: more.body?.length ?? 0 })
  return upload.end(more.body)
}

/** A request whose body is written in pieces, of any number. */
export class HttpUpload {
  private readonly request: http.ClientRequest
  private readonly answer: Promise<HttpAnswer>
  private failure: Error | undefined
  private onFailure: (() => void) | undefined

  constructor(method: string, url: string, timeouts: Timeouts, { agent, length }: { readonly agent?: http.Agent | undefined, readonly length?: number } = {}) {
    const { host } = new URL(url)
    const hasBody = method !== 'GET' && method !== 'DELETE'
    const headers = !hasBody ? {} : { 'Content-Type': 'application/octet-stream', ...(length === undefined ? {} : { 'Content-Length': length }) }
    const sent = http.request(url, { method, headers, agent })
    this.request = sent
    let isConnected = false
    this.answer = new Promise((resolve, reject) => {
      const fail = (cause: Error): void => {
        this.failure ??= new HttpFailure(host, !isConnected, cause)
        this.onFailure?.()
        reject(this.failure)
      }
      sent.setTimeout(timeouts.readTimeoutMs, () => sent.destroy(new Error(`no answer in ${timeouts.readTimeoutMs} ms`)))
      sent.on('socket', socket => {
        isConnected = !socket.connecting
        if (isConnected) return
        const timer = systemClock.schedule(systemClock.now() + timeouts.connectTimeoutMs, () => {
          sent.destroy(new Error(`no connection in ${timeouts.connectTimeoutMs} ms`))
        }, { unref: true })
        socket.once('connect', () => { isConnected = true })
        socket.once('connect', () => timer.cancel())
        socket.once('close', () => timer.cancel())
      })
      sent.on('error', fail)
      sent.on('response', response => collect(response).then(body => resolve({
        status: response.statusCode!, location: response.headers.location, body,
      }), fail))
    })
    // Whoever writes hears of it with the next piece, or at the end.
    this.answer.catch(() => undefined)
  }

  /** Resolves when the piece has left: its bytes may be used again. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.failure === undefined) {
      await new Promise<void>(resolve => {
        this.onFailure = resolve
        this.request.write(bytes, () => resolve())
      })
      this.onFailure = undefined
    }
    if (this.failure !== undefined) throw this.failure
  }

  /** Sends the end, after `last`, and resolves with the answer, whatever its status. */
  end(last?: Uint8Array): Promise<HttpAnswer> {
    if (last === undefined) this.request.end()
    else this.request.end(last)
    return this.answer
  }

  destroy(): void { this.request.destroy(new Error('given up')) }
}

async function collect(response: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of response) pieces.push(piece as Buffer)
  if (!response.complete) throw new Error('the connection ended within the answer')
  const body = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)
  const expected = response.headers['content-length']
  if (expected !== undefined && body.length !== Number(expected)) throw new Error(`${body.length} of ${expected} bytes came`)
  return body
}
