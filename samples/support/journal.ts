/**
 * A small outside system for the sample of a connector: a journal that keeps numbered lines, and a shelf of results that appear a
 * batch at a time, over HTTP on loopback.
 *
 *   GET  /end                       how many lines there are
 *   GET  /lines?from=F&until=U      lines F to U - 1
 *   POST /lines                     appends the lines of the body
 *   PUT  /parts/BATCH/NAME          puts a part of a batch aside, unseen; again: replaces it
 *   GET  /parts                     the batches of which something is aside
 *   DELETE /parts/BATCH             throws away what is aside of a batch
 *   POST /commit/BATCH              the parts that the body names, a name a line, are seen, all at once; again: nothing happens
 *   GET  /results                   what is seen
 */
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export class Journal {
  private readonly lines: string[] = []
  private readonly aside = new Map<string, Map<string, string>>()
  private readonly seen = new Map<string, string>()
  private isAway = false
  private readonly server = http.createServer((request, response) => {
    void text(request).then(body => this.answer(request.method ?? '', new URL(request.url ?? '', this.url), body), () => undefined)
      .then(answer => response.writeHead(answer === undefined ? 404 : this.isAway ? 503 : 200, { connection: 'close' }).end(this.isAway ? '' : answer))
  })

  static async start(): Promise<Journal> {
    const journal = new Journal()
    await new Promise<void>(resolve => journal.server.listen(0, '127.0.0.1', resolve))
    return journal
  }

  get url(): string { return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` }

  get batchesAside(): string[] { return [...this.aside.keys()] }

  get results(): string[] { return [...this.seen.values()].flatMap(body => body.split('\n').filter(line => line !== '')) }

  append(lines: readonly string[]): void { this.lines.push(...lines) }

  /** Answers 503 until it is back. */
  goAway(): void { this.isAway = true }

  comeBack(): void { this.isAway = false }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise(resolve => this.server.close(resolve))
  }

  private answer(method: string, { pathname, searchParams }: URL, body: string): string | undefined {
    if (this.isAway) return ''
    const [, place, batch = '', name = ''] = pathname.split('/').map(decodeURIComponent)
    switch (`${method} ${place}`) {
      case 'GET end': return String(this.lines.length)
      case 'GET lines': return this.lines.slice(Number(searchParams.get('from')), Number(searchParams.get('until'))).map(line => `${line}\n`).join('')
      case 'POST lines': return this.lines.push(...body.split('\n').filter(line => line !== '')).toString()
      case 'PUT parts': return this.putAside(batch, name, body)
      case 'GET parts': return this.batchesAside.map(each => `${each}\n`).join('')
      case 'DELETE parts': return String(this.aside.delete(batch))
      case 'POST commit': return this.commit(batch, body.split('\n').filter(each => each !== ''))
      case 'GET results': return [...this.seen.values()].join('')
      default: return undefined
    }
  }

  private putAside(batch: string, name: string, body: string): string {
    if (!this.aside.has(batch)) this.aside.set(batch, new Map())
    this.aside.get(batch)!.set(name, body)
    return ''
  }

  private commit(batch: string, names: readonly string[]): string {
    if (!this.seen.has(batch)) this.seen.set(batch, names.map(name => this.aside.get(batch)?.get(name) ?? '').join(''))
    this.aside.delete(batch)
    return ''
  }
}
