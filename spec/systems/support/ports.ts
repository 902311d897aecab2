/**
 * Free ports on loopback, below those that the operating system gives to outgoing connections: a client that calls a killed
 * server's port again and again would otherwise be given that very port, and be connected to itself.
 */
import { randomInt } from 'node:crypto'
import * as net from 'node:net'

const lowest = 15_000
const highest = 32_000

/** Whether nobody listens on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** As many different ports that are free now. Who starts a server on them must be ready to find one taken. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(lowest, highest)
    if (!found.has(port) && await isFree(port)) found.add(port)
  }
  return [...found]
}

/** Whether something accepts connections there. */
export function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1')
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}
