/**
 * Server-sent events: a response that stays open, to which every message is written. A client that does not read is cut off
 * before it fills the memory; browsers come again by themselves and say what they saw last.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock, type Timer } from '../../base/clock'
import { originHeaders, refusalOf } from './admission'
import type { CheckedServeOptions } from './options'
import type { Channel, Message, PublishedBatch } from './published'
import { answer, openRoutes, type HttpAddress, type OpenRoutes, type Route } from './shared-server'

/** Proxies close connections on which nothing is said. */
const heartbeatMs = 15_000

export class EventChannel implements Channel {
  private readonly clients = new Set<ServerResponse>()
  private routes: OpenRoutes | undefined
  private heartbeat: Timer | undefined
  private isOpen = false

  constructor(private readonly options: CheckedServeOptions, private readonly missedSince: (lastId: string | undefined) => readonly Message[]) {}

  get address(): HttpAddress | undefined { return this.routes }
  get clientCount(): number { return this.clients.size }

  async open(): Promise<void> {
    const { host, port, path, page } = this.options
    this.isOpen = true
    this.beat()
    if (port === undefined) return
    const pages: Route[] = page === undefined ? [] : [{ path: '/', handle: (request, response) => this.servePage(page, request, response) }]
    this.routes = await openRoutes({ host, port }, [{ path, handle: this.handle }, ...pages])
  }

  private beat(): void {
    this.heartbeat = systemClock.schedule(systemClock.now() + heartbeatMs, () => {
      for (const client of this.clients) this.write(client, ': \n\n')
      this.beat()
    }, { unref: true })
  }

  /** Answers a client that wants events. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    const refusal = refusalOf(request, this.options)
    if (refusal !== undefined) return answer(response, refusal.status, { error: refusal.error })
    if (request.method !== 'GET') return answer(response, 405, { error: 'GET is what it takes.' }, { Allow: 'GET' })
    if (!this.isOpen) return answer(response, 503, { error: 'the stream is not running' }, { 'Retry-After': '1' })
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', ...originHeaders(request) })
    response.on('close', () => this.clients.delete(response))
    response.on('error', () => response.destroy())
    this.clients.add(response)
    const lastId = request.headers['last-event-id']
    response.flushHeaders()
    for (const message of this.missedSince(typeof lastId === 'string' ? lastId : undefined)) this.write(response, this.eventOf(message))
  }

  private servePage(page: string, request: IncomingMessage, response: ServerResponse): void {
    request.resume()
    const refusal = refusalOf(request, { ...this.options, token: undefined })
    if (refusal !== undefined) return answer(response, refusal.status, { error: refusal.error })
    if (request.method !== 'GET') return answer(response, 405, { error: 'GET is what it takes.' }, { Allow: 'GET' })
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' })
    response.end(page)
  }

  send({ messages }: PublishedBatch): void {
    const text = messages.map(message => this.eventOf(message)).join('')
    if (text !== '') for (const client of this.clients) this.write(client, text)
  }

  private eventOf({ id, text }: Message): string {
    const { event } = this.options
    // A line end within the data begins another data line, or it would begin another event.
    const lines = text.split(/\r\n|\r|\n/).map(line => `data: ${line}\n`).join('')
    return `id: ${id}\n${event === undefined ? '' : `event: ${event}\n`}${lines}\n`
  }

  private write(client: ServerResponse, text: string): void {
    client.write(text)
    if (client.writableLength > this.options.maxClientBytes) client.destroy()
  }

  async close(): Promise<void> {
    this.isOpen = false
    this.heartbeat?.cancel()
    await Promise.all(Array.from(this.clients, client => new Promise<void>(resolve => {
      client.once('close', () => resolve())
      // A client that has not read so far will not now.
      if (client.writableNeedDrain) client.destroy()
      else client.end()
    })))
    await this.routes?.close()
    this.routes = undefined
  }
}
