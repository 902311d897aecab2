/**
 * Requests as a receiver: a request is answered with 200 when what it brought is stored, which with the write-ahead log means
 * that it is durable; any other answer means that nothing of it was stored. Requests that come at the same time are
 * logged together, so that many small ones do not make as many blocks.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock } from '../../base/clock'
import { MillraceError } from '../../base/errors'
import { Receiver } from '../../streaming/receivers/receiver'
import { originHeaders, refusalOf } from './admission'
import { elementsOf, type Elements } from './elements'
import type { CheckedStreamOptions } from './options'
import { BodyRefused, readBody } from './request-body'
import { answer } from './shared-server'

interface Waiting { readonly elements: Elements, readonly done: (error?: unknown) => void }

/** How long the first of several requests waits for others, in milliseconds. */
const gatherMs = 5

export class HttpReceiver<T> extends Receiver<T> {
  private waiting: Waiting[] = []
  private waitingBytes = 0

  constructor(private readonly options: CheckedStreamOptions) { super() }

  override onStart(): void { return }

  override onStop(): void {
    for (const { done } of this.waiting.splice(0)) done(new Error('the stream has stopped'))
  }

  /** Answers one request. */
  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.serve(request, response).catch((error: unknown) => {
      const status = statusOf(error)
      const headers = status === 503 ? { 'Retry-After': '1' } : {}
      answer(response, status, { error: String((error as Error | undefined)?.message ?? error) }, { Connection: 'close', ...headers, ...originHeaders(request) })
      request.resume()
    })
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { options } = this
    const refusal = refusalOf(request, options)
    if (refusal !== undefined) return answer(response, refusal.status, { error: refusal.error }, { Connection: 'close' })
    if (request.method === 'OPTIONS') return answerPreflight(request, response)
    if (request.method !== 'POST') return answer(response, 405, { error: 'POST is what it takes.' }, { Allow: 'POST, OPTIONS', Connection: 'close' })
    if (!this.isOpen) throw new Error('the stream is not running')
    if (this.waitingBytes > options.maxWaitingBytes) throw new Error('the stream does not keep up; try again later')
    const body = await readBody(request, options.maxBodyBytes)
    this.waitingBytes += body.length
    try {
      await this.stored(elementsOf(body, request.headers, options))
    } finally { this.waitingBytes -= body.length }
    answer(response, 200, { stored: true }, originHeaders(request))
  }

  private get isOpen(): boolean { return this.streamId >= 0 && this.isStarted() }

  /** Resolves when it is stored, and there is room for more. */
  private async stored(elements: Elements): Promise<void> {
    const { supervisor } = this
    if (!this.isOpen) throw new Error('the stream has stopped')
    if (supervisor.isLogged) return this.logged(elements)
    if (elements.kind === 'text') supervisor.addText(elements.text)
    else await Promise.all(elements.values.map(value => this.store(value as T)))
    if (supervisor.isFull) await supervisor.drained()
  }

  private logged(elements: Elements): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ elements, done: error => error === undefined ? resolve() : reject(error as Error) })
      if (this.waiting.length === 1) systemClock.schedule(systemClock.now() + gatherMs, () => this.flush())
    })
  }

  private async flush(): Promise<void> {
    const waiting = this.waiting.splice(0)
    const texts = waiting.flatMap(({ elements }) => elements.kind === 'text' ? [elements.text] : [])
    const values = waiting.flatMap(({ elements }) => elements.kind === 'values' ? elements.values : [])
    try {
      if (texts.some(text => text.length > 0)) await this.storeBytes(Buffer.concat(texts))
      if (values.length > 0) await this.storeMultiple(values as T[])
      for (const { done } of waiting) done()
    } catch (error) { for (const { done } of waiting) done(error) }
  }
}

function statusOf(error: unknown): number {
  if (error instanceof BodyRefused) return error.status
  // A line that is too long is too long again when it is sent again.
  return MillraceError.is(error) && error.code === 'MR_LIMIT' ? 413 : 503
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    ...originHeaders(request), 'Access-Control-Allow-Methods': 'POST', 'Access-Control-Allow-Headers': 'Authorization, Content-Type, Content-Encoding',
  })
  response.end()
}
