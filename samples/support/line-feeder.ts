/** A server that sends lines of text to whoever connects, ten a second, as `nc -lk` does by hand. */
import * as net from 'node:net'

const text = [
  'the mill turns the wheel and the wheel turns the mill',
  'water comes in and flour goes out',
  'the race carries the water to the wheel',
  'grain by grain and batch by batch',
]

export interface LineFeeder {
  readonly port: number
  stop(): Promise<void>
}

export function startLineFeeder(): Promise<LineFeeder> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer(socket => {
    sockets.add(socket)
    let next = 0
    const timer = setInterval(() => socket.write(`${text[next++ % text.length]}\n`), 100)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      clearInterval(timer)
      sockets.delete(socket)
    })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve({
      port: (server.address() as net.AddressInfo).port,
      stop: () => new Promise(done => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
    }))
  })
}
