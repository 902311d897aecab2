/** serveEvents and serveWebSocket with real clients. */
import * as http from 'node:http'
import * as net from 'node:net'
import WebSocket from 'ws'
import { type DStream, type ServeEventsOptions, type ServeOptions, type Served } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { eventually } from '../../support/eventually'
import { quietly, withStreaming, type StreamRun } from '../../support/streams'

/** A client of server-sent events that keeps what it was sent. */
class Listener {
  text = ''
  isEnded = false
  private constructor(readonly response: http.IncomingMessage) {
    response.setEncoding('utf8').on('data', (chunk: string) => { this.text += chunk })
    response.on('close', () => { this.isEnded = true })
    response.on('error', () => undefined)
  }

  static to({ address }: Served, headers: Record<string, string> = {}, path = '/events'): Promise<Listener> {
    return new Promise((resolve, reject) => {
      http.get({ host: '127.0.0.1', port: address!.port, path, headers, agent: false }, response => resolve(new Listener(response))).on('error', reject)
    })
  }

  /** The data of the events, once there are so many. */
  async data(count: number): Promise<string[]> {
    await eventually(() => this.events.length >= count)
    return this.events.map(event => event.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6)).join('\n'))
  }

  get events(): string[] { return this.text.split('\n\n').slice(0, -1).filter(event => !event.startsWith(':')) }
}

interface Serving extends StreamRun { readonly served: Served }

const withServed = <R>(master: string, batches: unknown[][], serve: (stream: DStream<any>) => Served, f: (serving: Serving) => Promise<R>): Promise<R> =>
  withStreaming(master, async run => {
    const served = serve(run.ssc.queueStream(batches))
    await run.ssc.start()
    return f({ ...run, served })
  })

const events = (options: ServeEventsOptions = {}) => (stream: DStream<any>): Served => stream.serveEvents({ port: 0, ...options })
const sockets = (options: ServeOptions = {}) => (stream: DStream<any>): Served => stream.serveWebSocket({ port: 0, ...options })

describe.each(masters)('serveEvents on %s', master => {
  test('every element of a batch is an event, to every client', () => withServed(master, [['a', { n: 1 }], [2n, ['x', undefined]]], events(), async ({ served, runBatches }) => {
    const clients = [await Listener.to(served), await Listener.to(served)]
    await eventually(() => served.clientCount === 2)
    await runBatches(2)
    for (const client of clients) expect(await client.data(4)).toEqual(['a', '{"n":1}', '"2"', '["x",null]'])
    expect(clients[0]!.events[0]).toBe('id: 1000-0\ndata: a')
    expect(clients[0]!.response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  }))

  test('line ends in what is sent do not begin other events', () => withServed(master, [['a\nb\r\nid: 5\rdata: x\n\nevent: evil']], events({ event: 'line' }), async ({ served, runBatches }) => {
    const client = await Listener.to(served)
    await eventually(() => served.clientCount === 1)
    await runBatches(1)
    await client.data(1)
    expect(client.events).toEqual(['id: 1000-0\nevent: line\ndata: a\ndata: b\ndata: id: 5\ndata: data: x\ndata: \ndata: event: evil'])
  }))

  test('a client that comes is sent the last batches, one that comes again what it has missed', () => withServed(master, [['a', 'b'], ['c', 'd'], ['e']], events({ keep: 2 }), async ({ served, runBatches }) => {
    await runBatches(3)
    expect(await (await Listener.to(served)).data(3)).toEqual(['c', 'd', 'e'])
    expect(await (await Listener.to(served, { 'Last-Event-ID': '2000-0' })).data(2)).toEqual(['d', 'e'])
    expect(await (await Listener.to(served, { 'Last-Event-ID': 'nonsense' })).data(3)).toEqual(['c', 'd', 'e'])
  }))

  test('batches as messages, empty ones too, and elements as a function makes them', () => withServed(master, [[1, 2], []], events({ batches: true, data: n => `n${n}` }), async ({ served, runBatches }) => {
    const client = await Listener.to(served)
    await eventually(() => served.clientCount === 1)
    await runBatches(2)
    expect(await client.data(2)).toEqual(['{"time":1000,"values":["n1","n2"]}', '{"time":2000,"values":[]}'])
  }))
})

describe.each(masters)('serveWebSocket on %s', master => {
  test('every element is a message to every client', () => withServed(master, [['before'], ['a', [1]]], sockets({ path: '/out' }), async ({ served, runBatches }) => {
    await runBatches(1)
    const received: string[][] = [[], []]
    const clients = received.map(list => new WebSocket(`ws://127.0.0.1:${served.address!.port}/out`).on('message', data => { list.push(String(data)) }))
    await eventually(() => served.clientCount === 2 && received.flat().length === 2)
    clients[0]!.send('what a client says is not looked at')
    await runBatches(1)
    await eventually(() => received.flat().length === 6)
    expect(received).toEqual([['before', 'a', '[1]'], ['before', 'a', '[1]']])
    for (const client of clients) client.terminate()
    await eventually(() => served.clientCount === 0)
  }))
})

test('a batch that fails sends nothing of it', () => withServed('local', [[1, 2], [3]], stream => stream.map((n: number) => {
  if (n === 2) throw new Error('not two')
  return n
}).serveEvents({ port: 0 }), async ({ served, runBatches }) => quietly(async () => {
  const client = await Listener.to(served)
  await eventually(() => served.clientCount === 1)
  await runBatches(2)
  expect(await client.data(1)).toEqual(['3'])
})))

test('a client that does not read is cut off, the others are not', () => withServed('local', Array.from({ length: 30 }, () => ['x'.repeat(1_000_000)]), events({ maxClientBytes: 2_000_000 }), async ({ served, runBatches }) => {
  const lazy = net.connect(served.address!.port, '127.0.0.1')
  lazy.on('error', () => undefined)
  lazy.pause()
  lazy.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  const reading = await Listener.to(served)
  await eventually(() => served.clientCount === 2)
  let batches = 0
  while (served.clientCount === 2) {
    await runBatches(1)
    await reading.data(++batches)
  }
  expect(batches).toBeLessThan(30)
  await runBatches(1)
  expect(await reading.data(batches + 1)).toHaveLength(batches + 1)
  lazy.destroy()
}))

test('clients hear the end of the stream, and the port is free', async () => {
  const client = await withServed('local', [['a']], events(), async ({ served, runBatches }) => {
    const listener = await Listener.to(served)
    await eventually(() => served.clientCount === 1)
    await runBatches(1)
    await listener.data(1)
    return listener
  })
  await eventually(() => client.isEnded)
  expect(client.response.complete).toBe(true)
})

test('a page is answered at /, other methods and origins are refused', () => withServed('local', [], events({ page: '<p>hello', token: 'secret' }), async ({ served }) => {
  const url = `http://127.0.0.1:${served.address!.port}`
  const page = await fetch(url)
  expect([page.headers.get('content-type'), await page.text()]).toEqual(['text/html; charset=utf-8', '<p>hello'])
  expect((await fetch(`${url}/events`)).status).toBe(401)
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(405)
  expect((await fetch(`${url}/events`, { headers: { origin: 'https://evil.example', authorization: 'Bearer secret' } })).status).toBe(403)
}))

test('a WebSocket of another page is refused', () => withServed('local', [], sockets(), async ({ served }) => {
  const refused = new WebSocket(`ws://127.0.0.1:${served.address!.port}/socket`, { origin: 'https://evil.example' })
  const message = await new Promise<string>(resolve => { refused.on('error', error => resolve(error.message)) })
  expect(message).toBe('Unexpected server response: 403')
}))

test.each([
  [{ keep: -1 }, 'serveEvents: keep must be 0 or more, got -1'],
  [{ event: 'a\nb' }, 'serveEvents: event must have no line ends, got "a\\nb"'],
  [{ evnt: 'a' }, 'serveEvents: there is no option "evnt"; did you mean event?'],
])('%j is refused at the call', (options, message) => withStreaming('local', ({ ssc }) => {
  expect(() => ssc.queueStream([[1]]).serveEvents(options as any)).toThrow(expect.objectContaining({ name: 'IllegalArgumentError', message, at: expect.stringMatching(/^serveEvents at sink\.spec\.ts:\d+$/) }))
}))
