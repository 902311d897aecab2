/** Stands before a real HTTP server and passes requests on, except those that a spec wants to fail: answered 503, cut off, or with their answer lost. */
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What happens to a request. 'pass'; a status: answered so, and not passed on; 'cut': the connection ends and nothing is passed
 * on; 'lose': it is passed on and its answer is not; 'half': half of the answer's body comes.
 */
export type Fate = 'pass' | 'cut' | 'lose' | 'half' | number

export interface SeenRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
}

export class HttpProxy {
  readonly seen: SeenRequest[] = []
  /** How the next requests fare. Reset it when a spec is done. */
  fate: (request: SeenRequest) => Fate = () => 'pass'

  private constructor(private readonly server: http.Server) {}

  static async start(port: number): Promise<HttpProxy> {
    const agent = new http.Agent({ keepAlive: true })
    const server = http.createServer((request, response) => {
      const seen = { method: request.method!, url: request.url! }
      proxy.seen.push(seen)
      const fate = proxy.fate(seen)
      if (fate === 'cut') return void request.socket.destroy()
      if (typeof fate === 'number') {
        request.resume()
        response.writeHead(fate, { 'content-type': 'application/xml' })
        response.end(`<?xml version="1.0"?><Error><Code>${fate === 503 ? 'SlowDown' : 'InternalError'}</Code><Message>Please reduce your request rate.</Message></Error>`)
        return
      }
      const passed = http.request({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: request.headers, agent }, answer => {
        if (fate === 'lose') {
          answer.resume()
          answer.on('end', () => request.socket.destroy())
          return
        }
        response.writeHead(answer.statusCode!, answer.headers)
        if (fate !== 'half') return void answer.pipe(response)
        const pieces: Buffer[] = []
        answer.on('data', piece => pieces.push(piece as Buffer))
        answer.on('end', () => {
          const body = Buffer.concat(pieces)
          response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy())
        })
      })
      passed.on('error', () => request.socket.destroy())
      request.pipe(passed)
    })
    const proxy = new HttpProxy(server)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    server.unref()
    return proxy
  }

  /** `127.0.0.1:PORT`. */
  get address(): string { return `127.0.0.1:${(this.server.address() as AddressInfo).port}` }

  close(): void {
    this.server.closeAllConnections()
    this.server.close()
  }
}
