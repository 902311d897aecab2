/** WebSockets: every message of a stream's output to every client. What a client sends is not looked at. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { optionalPackage } from '../support/optional-package'
import { refusalOf } from './admission'
import type { CheckedServeOptions } from './options'
import type { Channel, Message, PublishedBatch } from './published'
import { openRoutes, type HttpAddress, type OpenRoutes } from './shared-server'

type Ws = typeof import('ws')
type Server = import('ws').WebSocketServer
type Client = import('ws').WebSocket

/** No client has anything to say. */
const receivedBytesMax = 1024
const goingAway = 1001

export class SocketChannel implements Channel {
  private server: Server | undefined
  private routes: OpenRoutes | undefined

  constructor(private readonly options: CheckedServeOptions, private readonly kept: () => readonly Message[]) {}

  get address(): HttpAddress | undefined { return this.routes }
  get clientCount(): number { return this.server?.clients.size ?? 0 }

  async open(): Promise<void> {
    const { host, port, path } = this.options
    const { WebSocketServer } = optionalPackage<Ws>('ws', 'serveWebSocket', () => require('ws'))
    this.server = new WebSocketServer({ noServer: true, maxPayload: receivedBytesMax, clientTracking: true, perMessageDeflate: false })
    if (port !== undefined) this.routes = await openRoutes({ host, port }, [{ path, upgrade: this.upgrade }])
  }

  /** Takes over a connection that wants to become a WebSocket. */
  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const refusal = refusalOf(request, this.options)
    const { server } = this
    if (refusal !== undefined || server === undefined) {
      socket.end(`HTTP/1.1 ${refusal === undefined ? '503 Service Unavailable' : `${refusal.status} Refused`}\r\nConnection: close\r\n\r\n${refusal?.error ?? ''}\n`)
      return
    }
    server.handleUpgrade(request, socket, head, client => {
      client.on('error', () => client.terminate())
      for (const { text } of this.kept()) this.write(client, text)
    })
  }

  send({ messages }: PublishedBatch): void {
    for (const client of this.server?.clients ?? []) for (const { text } of messages) this.write(client, text)
  }

  private write(client: Client, text: string): void {
    if (client.readyState !== client.OPEN) return
    client.send(text)
    if (client.bufferedAmount > this.options.maxClientBytes) client.terminate()
  }

  async close(): Promise<void> {
    const { server } = this
    this.server = undefined
    for (const client of server?.clients ?? []) {
      client.close(goingAway, 'the stream has stopped')
      // The server goes away at once: nobody waits for clients that do not answer.
      if (client.bufferedAmount > 0) client.terminate()
    }
    server?.close()
    await this.routes?.close()
    this.routes = undefined
  }
}
