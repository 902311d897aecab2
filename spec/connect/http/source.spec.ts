/** httpStream with real requests: what is answered with 200 is in a batch, and nothing else is. */
import * as http from 'node:http'
import * as net from 'node:net'
import { gzipSync } from 'node:zlib'
import { SparkError, type HttpInputDStream, type HttpStreamOptions, type StreamingContext } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { freePort } from '../../support/line-server'
import { quietly, withStreaming, type StreamRun } from '../../support/streams'

interface Answer { readonly status: number, readonly body: any }

interface Posting extends StreamRun {
  readonly batches: unknown[][]
  readonly url: string
  post(body: string | Uint8Array, headers?: Record<string, string>, method?: string): Promise<Answer>
}

const urlOf = ({ address }: HttpInputDStream<unknown>, path = '/'): string => `http://127.0.0.1:${address!.port}${path}`

async function send(url: string, body: string | Uint8Array, headers: Record<string, string> = {}, method = 'POST'): Promise<Answer> {
  const response = await fetch(url, { method, headers, ...method === 'GET' ? {} : { body: body as string } })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

const withPosting = (master: string, options: HttpStreamOptions, f: (posting: Posting) => Promise<void>, settings: Record<string, string> = {}, prepare: (ssc: StreamingContext) => void = () => undefined): Promise<void> =>
  withStreaming(master, async run => {
    prepare(run.ssc)
    const stream = run.ssc.httpStream({ port: 0, ...options })
    const batches = collectBatches(stream as HttpInputDStream<unknown>)
    await run.ssc.start()
    const url = urlOf(stream, options.path)
    await f({ ...run, batches, url, post: (body, headers, method) => send(url, body, headers, method) })
  }, { settings })

function ofNamed(body: Uint8Array, headers: Readonly<Record<string, unknown>>): string[] {
  if (headers['x-name'] === undefined) throw new Error('who are you?')
  return [`${String(headers['x-name'])} ${body.length}`]
}

describe.each(masters)('httpStream on %s', master => {
  test('lines, with or without the last line end', () => withPosting(master, {}, async ({ post, runBatches, batches }) => {
    expect(await post('größer\n🙂\r\n\nlast')).toEqual({ status: 200, body: { stored: true } })
    await post('')
    await post('next\n')
    await runBatches(1)
    expect(batches.flat()).toEqual(['größer', '🙂', '', 'last', 'next'])
  }))

  test('JSON values: an array is many elements', () => withPosting(master, { format: 'json', path: '/in' }, async ({ post, runBatches, batches }) => {
    await post('{"__proto__":1,"a":[1]}')
    await post('[1,null,[2]]')
    await post('{"n":1}\n\n{"n":2}\n', { 'content-type': 'application/x-ndjson' })
    await runBatches(1)
    expect(JSON.stringify(batches.flat())).toBe('[{"__proto__":1,"a":[1]},1,null,[2],{"n":1},{"n":2}]')
  }))

  test('bodies as bytes', () => withPosting(master, { format: 'bytes' }, async ({ post, runBatches, batches }) => {
    await post(new Uint8Array([0, 255, 10]))
    await runBatches(1)
    expect(batches.flat().map(bytes => [...bytes as Uint8Array])).toEqual([[0, 255, 10]])
  }))

  test('what a function makes of body and headers', () => withPosting(master, { parse: ofNamed }, async ({ post, runBatches, batches }) => {
    await post('four', { 'x-name': 'ann' })
    expect(await post('four')).toEqual({ status: 400, body: { error: 'who are you?' } })
    await runBatches(1)
    expect(batches.flat()).toEqual(['ann 4'])
  }))

  test('compressed bodies', () => withPosting(master, {}, async ({ post, runBatches, batches }) => {
    expect((await post(gzipSync('a\nb\n'), { 'content-encoding': 'gzip' })).status).toBe(200)
    expect((await post('a', { 'content-encoding': 'br' }))).toEqual({ status: 415, body: { error: 'The content encoding "br" is unknown; gzip, deflate and identity are known.' } })
    expect((await post('no gzip', { 'content-encoding': 'gzip' })).status).toBe(400)
    await runBatches(1)
    expect(batches.flat()).toEqual(['a', 'b'])
  }))

  test('many requests at once are all there', () => withPosting(master, {}, async ({ post, runBatches, batches }) => {
    const words = Array.from({ length: 200 }, (_, i) => `word ${i}`)
    const answers = await Promise.all(words.map(word => post(word)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await runBatches(1)
    expect(batches.flat().sort()).toEqual(words.sort())
  }))

  test('with the log, what is answered is durable, in few blocks', () => withFolder(folder => withPosting(master, {}, async ({ post, runBatches, batches }) => {
    const words = Array.from({ length: 50 }, (_, i) => `word ${i}`)
    await Promise.all(words.map(word => post(word)))
    await runBatches(1)
    expect(batches.flat().sort()).toEqual(words.sort())
  }, { 'spark.streaming.receiver.writeAheadLog.enable': 'true' }, ssc => ssc.checkpoint(folder))))
})

test('what is no JSON is answered with 400, and nothing of it is stored', () => withPosting('local', { format: 'json' }, async ({ post, runBatches, batches }) => {
  expect((await post('[1, 2')).status).toBe(400)
  expect((await post(new Uint8Array([34, 0xff, 34]))).status).toBe(400)
  expect((await post('1\nx\n', { 'content-type': 'application/x-ndjson' })).body.error).toMatch(/^line 2: /)
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
  expect(await post(nested(501))).toEqual({ status: 400, body: { error: 'The JSON nests deeper than 500 (receivedDepthMax).' } })
  await post('7')
  await runBatches(1)
  expect(batches.flat()).toEqual([7])
}))

test('too large is too large, also after decompression', () => withPosting('local', { maxBodyBytes: 100 }, async ({ post, runBatches, batches }) => {
  expect(await post('x'.repeat(101))).toEqual({ status: 413, body: { error: 'The body is larger than 100 bytes (maxBodyBytes).' } })
  expect((await post(gzipSync('x'.repeat(10_000)), { 'content-encoding': 'gzip' })).status).toBe(413)
  await post('x'.repeat(100))
  await runBatches(1)
  expect(batches.flat()).toEqual(['x'.repeat(100)])
}))

test('a body that is cut off is not stored', () => withPosting('local', {}, async ({ url, post, runBatches, batches }) => {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1')
  await new Promise<void>(resolve => socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf\n', () => resolve()))
  socket.destroy()
  await post('whole')
  await runBatches(1)
  expect(batches.flat()).toEqual(['whole'])
}))

test('other methods, paths, hosts, origins and tokens', () => withPosting('local', { path: '/in', token: 'secret', origins: ['https://friend.example'] }, async ({ url, post, runBatches, batches }) => {
  const authorization = { authorization: 'Bearer secret' }
  expect((await post('x')).status).toBe(401)
  expect((await post('x', { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await post('', authorization, 'GET')).status).toBe(405)
  expect((await send(url.replace('/in', '/other'), 'x', authorization)).status).toBe(404)
  expect((await post('x', { ...authorization, origin: 'https://evil.example' })).status).toBe(403)
  expect((await rawStatus(url, 'evil.example')).startsWith('HTTP/1.1 403')).toBe(true)
  expect((await post('friend', { ...authorization, origin: 'https://friend.example' })).status).toBe(200)
  expect((await post('same', { ...authorization, origin: new URL(url).origin })).status).toBe(200)
  await runBatches(1)
  expect(batches.flat()).toEqual(['friend', 'same'])
}))

function rawStatus(url: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url)
    const request = http.request({ hostname, port, path: pathname, method: 'POST', headers: { host } }, response => {
      response.resume()
      resolve(`HTTP/1.1 ${response.statusCode}`)
    })
    request.on('error', reject)
    request.end('x')
  })
}

test('a server of one\'s own takes the handler', () => withStreaming('local', async ({ ssc, runBatches }) => {
  const stream = ssc.httpStream({})
  const batches = collectBatches(stream)
  const server = http.createServer(stream.handler)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/anything`
  expect((await send(url, 'early')).status).toBe(503)
  await ssc.start()
  expect(stream.address).toBeUndefined()
  expect((await send(url, 'now')).status).toBe(200)
  await runBatches(1)
  await ssc.stop()
  expect((await send(url, 'late')).status).toBe(503)
  await new Promise<void>(resolve => { server.close(() => resolve()); server.closeAllConnections() })
  expect(batches.flat()).toEqual(['now'])
}))

test('two streams share a port; the same path twice is refused at the start', async () => {
  const port = await freePort()
  await withStreaming('local', async ({ ssc, runBatches }) => {
    const a = collectBatches(ssc.httpStream({ port, path: '/a' }))
    const b = collectBatches(ssc.httpStream({ port, path: '/b' }))
    await ssc.start()
    await send(`http://localhost:${port}/a`, 'to a')
    await send(`http://localhost:${port}/b?x=1`, 'to b')
    await runBatches(1)
    expect([a, b]).toEqual([[['to a']], [['to b']]])
  })
  await withStreaming('local', async ({ ssc }) => {
    collectBatches(ssc.httpStream({ port, path: '/a' }))
    collectBatches(ssc.httpStream({ port, path: '/a' }))
    await expect(ssc.start()).rejects.toThrow('/a is served already')
  })
  // The port is free again after each.
  await new Promise<void>((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen(port, '127.0.0.1', () => server.close(() => resolve()))
  })
})

test('a port that is taken fails the start', async () => {
  const taken = net.createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', () => resolve()))
  const { port } = taken.address() as net.AddressInfo
  await quietly(() => withStreaming('local', async ({ ssc }) => {
    collectBatches(ssc.httpStream({ port }))
    const error = await ssc.start().then(() => undefined, (thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SparkError)
    expect((error as SparkError).message).toMatch(new RegExp(`^Nothing can listen on 127\\.0\\.0\\.1:${port}: .*EADDRINUSE`))
  }))
  await new Promise<void>(resolve => taken.close(() => resolve()))
})

test.each([
  [{ port: 70_000 }, 'httpStream: port must be 65535 or less, got 70000'],
  [{ path: 'in' }, 'httpStream: path must begin with / and have no query, got "in"'],
  [{ format: 'xml' }, 'httpStream: format must be one of "lines", "json", "bytes", got "xml"'],
  [{ pat: '/' }, 'httpStream: there is no option "pat"; did you mean path?'],
  [{ token: '' }, 'httpStream: token must not be empty, got ""'],
])('%j is refused at the call', (options, message) => withStreaming('local', ({ ssc }) => {
  expect(() => ssc.httpStream(options as any)).toThrow(expect.objectContaining({ name: 'IllegalArgumentError', message, at: expect.stringMatching(/^httpStream at source\.spec\.ts:\d+$/) }))
}))
