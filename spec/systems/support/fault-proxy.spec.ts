/** The proxy passes bytes unchanged, and fails as it is told. */
import * as net from 'node:net'
import { once } from 'node:events'
import { eventually } from '../../support/eventually'
import { FaultProxy } from './fault-proxy'

let echo: net.Server
let proxy: FaultProxy

beforeEach(async () => {
  echo = net.createServer(socket => socket.on('error', () => {}).pipe(socket))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  proxy = await FaultProxy.start((echo.address() as net.AddressInfo).port)
})

afterEach(async () => {
  await proxy.close()
  await new Promise(resolve => echo.close(resolve))
})

function client(): { readonly socket: net.Socket, text: () => string, isClosed: () => boolean } {
  const socket = net.connect(proxy.port, '127.0.0.1')
  let text = ''
  let isClosed = false
  socket.on('error', () => {}).on('close', () => { isClosed = true }).setEncoding('latin1').on('data', chunk => { text += chunk })
  return { socket, text: () => text, isClosed: () => isClosed }
}

test('bytes pass in order, with the end of the connection', async () => {
  const { socket, text } = client()
  const large = Buffer.alloc(3_000_000, 'abcdefghij').toString('latin1')
  socket.end(large)
  await eventually(() => text().length === large.length)
  expect(text()).toBe(large)
  await eventually(() => proxy.connectionCount === 0)
  expect(proxy.passedBytes).toEqual({ toServer: large.length, toClient: large.length })
})

test('a cut resets what is open and nothing else', async () => {
  const first = client()
  first.socket.write('x')
  await eventually(() => first.text() === 'x')
  proxy.cut()
  await eventually(() => first.isClosed())
  const second = client()
  second.socket.write('y')
  await eventually(() => second.text() === 'y')
  expect(proxy.acceptedCount).toBe(2)
  second.socket.destroy()
})

test('refused until healed', async () => {
  proxy.refuse()
  const first = client()
  await eventually(() => first.isClosed())
  proxy.heal()
  const second = client()
  second.socket.write('y')
  await eventually(() => second.text() === 'y')
  second.socket.destroy()
})

test('a black hole holds everything, and gives it back when healed', async () => {
  const { socket, text, isClosed } = client()
  socket.write('a')
  await eventually(() => text() === 'a')
  proxy.blackhole()
  socket.write('b')
  const other = client()
  other.socket.write('c')
  await eventually(() => proxy.connectionCount === 2)
  expect([text(), other.text(), isClosed()]).toEqual(['a', '', false])
  proxy.heal()
  await eventually(() => text() === 'ab' && other.text() === 'c')
  socket.destroy()
  other.socket.destroy()
})

test('delayed bytes come late and in order', async () => {
  const { socket, text } = client()
  proxy.delay(50)
  const startMs = performance.now()
  socket.write('a')
  await eventually(() => text() === 'a')
  expect(performance.now() - startMs).toBeGreaterThan(95)
  socket.write('b')
  await eventually(() => proxy.passedBytes.toServer === 2)
  proxy.heal()
  socket.write('c')
  await eventually(() => text() === 'abc')
  socket.destroy()
})

test('cut in the middle of a message', async () => {
  const { socket, text, isClosed } = client()
  proxy.cutAfter(4, 'toClient')
  socket.write('abcdefgh')
  await eventually(() => isClosed())
  expect(text().length).toBeLessThanOrEqual(4)
  expect(proxy.passedBytes).toEqual({ toServer: 8, toClient: 4 })
})
