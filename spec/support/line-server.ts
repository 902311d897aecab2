/** A real TCP server on loopback that sends what a test tells it to. */
import * as net from 'node:net'

export class TestServer {
  readonly sockets: net.Socket[] = []
  private readonly server: net.Server

  private constructor(private readonly onConnect: (socket: net.Socket) => void) {
    this.server = net.createServer({ allowHalfOpen: true }, socket => {
      this.sockets.push(socket)
      socket.on('error', () => socket.destroy())
      socket.on('end', () => socket.end())
      socket.resume()
      this.onConnect(socket)
    })
  }

  static async start(onConnect: (socket: net.Socket) => void = () => undefined, port = 0): Promise<TestServer> {
    const started = new TestServer(onConnect)
    await new Promise<void>((resolve, reject) => {
      started.server.once('error', reject)
      started.server.listen(port, '127.0.0.1', resolve)
    })
    return started
  }

  get port(): number { return (this.server.address() as net.AddressInfo).port }

  /** The connection that was made last. */
  get socket(): net.Socket | undefined { return this.sockets.at(-1) }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise<void>(resolve => this.server.close(() => resolve()))
  }
}

/** A port on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = await TestServer.start()
  const { port } = server
  await server.stop()
  return port
}
