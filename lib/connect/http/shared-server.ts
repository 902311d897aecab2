/**
 * Servers by host and port: what one process serves on the same address shares a server, which listens from the first route
 * on until the last one is gone. Nothing but the paths of its routes is answered with more than 404.
 */
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { IllegalArgumentError, SparkError } from '../../base/errors'

/** Answers requests to one path. */
export type RequestHandler = (request: http.IncomingMessage, response: http.ServerResponse) => void
/** Takes over connections to one path. */
export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => void

export interface Route { readonly path: string, readonly handle?: RequestHandler, readonly upgrade?: UpgradeHandler }

/** Where something is served. */
export interface HttpAddress { readonly host: string, readonly port: number }

export interface OpenRoutes extends HttpAddress { close(): Promise<void> }

class SharedServer {
  readonly routes = new Map<string, Route>()
  readonly server = http.createServer((request, response) => {
    const { handle } = this.routes.get(pathOf(request)) ?? {}
    if (handle !== undefined) handle(request, response)
    else answer(response, 404, { error: 'There is nothing here.' })
  })

  constructor() {
    this.server.on('upgrade', (request, socket, head) => {
      const { upgrade } = this.routes.get(pathOf(request)) ?? {}
      if (upgrade !== undefined) upgrade(request, socket, head)
      else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n')
    })
  }

  listen(host: string, port: number): Promise<HttpAddress> {
    return new Promise((resolve, reject) => {
      this.server.once('error', error => reject(new SparkError(`Nothing can listen on ${host}:${port}: ${error.message}`, {
        cause: error, hint: 'Is another program using the port? Port 0 takes a free one.',
      })))
      this.server.listen(port, host, () => resolve({ host, port: (this.server.address() as AddressInfo).port }))
    })
  }

  add(routes: readonly Route[]): void {
    for (const { path } of routes) {
      if (this.routes.has(path)) throw new IllegalArgumentError(`${path} is served already`, { hint: 'Give each source and output its own `path`, or its own `port`.' })
    }
    for (const route of routes) this.routes.set(route.path, route)
  }

  close(): Promise<void> {
    return new Promise(resolve => {
      this.server.close(() => resolve())
      this.server.closeAllConnections()
    })
  }
}

const servers = new Map<string, Promise<{ readonly shared: SharedServer, readonly address: HttpAddress }>>()

/** Serves `routes` at an address. Rejects where the port is taken or a path is served there already. */
export async function openRoutes({ host, port }: HttpAddress, routes: readonly Route[]): Promise<OpenRoutes> {
  const key = JSON.stringify([host, port])
  let opening = servers.get(key)
  if (opening === undefined) {
    const fresh = new SharedServer()
    opening = fresh.listen(host, port).then(address => ({ shared: fresh, address }))
    // A free port is another one for each who asks.
    if (port !== 0) servers.set(key, opening)
    opening.catch(() => servers.delete(key))
  }
  const { shared, address } = await opening
  shared.add(routes)
  return {
    ...address,
    async close() {
      for (const { path } of routes) shared.routes.delete(path)
      if (shared.routes.size > 0) return
      if (port !== 0) servers.delete(key)
      await shared.close()
    },
  }
}

/** The path of a request, without its query. */
export function pathOf({ url = '/' }: http.IncomingMessage): string { return url.split('?', 1)[0]! }

/** Answers with JSON, and ends. */
export function answer(response: http.ServerResponse, status: number, body: object, headers: http.OutgoingHttpHeaders = {}): void {
  if (response.headersSent || response.destroyed) return
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(text), 'X-Content-Type-Options': 'nosniff', ...headers })
  response.end(text)
}
