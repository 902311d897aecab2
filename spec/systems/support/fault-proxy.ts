/**
 * A network that fails on command: a TCP proxy on loopback between a client and a system. Bytes pass in order and unchanged, or late,
 * or not at all; a connection that is cut is reset on both sides, as when a cable or a process dies.
 */
import * as net from 'node:net'

interface Pair {
  readonly client: net.Socket
  readonly server: net.Socket
}

export type Direction = 'toServer' | 'toClient'

export class FaultProxy {
  private readonly pairs = new Set<Pair>()
  private readonly passed = { toServer: 0, toClient: 0 }
  private delayMs = 0
  private isHeld = false
  private isRefusing = false
  private limit: { readonly direction: Direction, leftBytes: number } | undefined
  private accepted = 0
  private target: number | undefined
  private readonly server = net.createServer({ allowHalfOpen: true }, client => this.join(client))

  private constructor() {}

  /** Listens on a free port and passes on to `target`; without one, call `to` before anybody connects. */
  static async start(target?: number): Promise<FaultProxy> {
    const proxy = new FaultProxy()
    proxy.target = target
    await new Promise<void>((resolve, reject) => proxy.server.once('error', reject).listen(0, '127.0.0.1', resolve))
    proxy.server.unref()
    return proxy
  }

  get port(): number { return (this.server.address() as net.AddressInfo).port }

  /** `127.0.0.1:PORT`, for clients. */
  get address(): string { return `127.0.0.1:${this.port}` }

  /** Connections that are open now. */
  get connectionCount(): number { return this.pairs.size }

  /** Connections that were accepted since the start. */
  get acceptedCount(): number { return this.accepted }

  /** Bytes that have passed since the start. */
  get passedBytes(): Readonly<Record<Direction, number>> { return { ...this.passed } }

  /** New connections go to this port from now on. */
  to(target: number): void { this.target = target }

  /** Resets all open connections. New ones are as before. */
  cut(): void {
    for (const pair of [...this.pairs]) reset(pair)
  }

  /** Resets all open connections, and new ones as soon as they come, until `heal`. */
  refuse(): void {
    this.isRefusing = true
    this.cut()
  }

  /** Connections are accepted and stay open, but not a byte passes in either direction until `heal`, which lets them all go on. */
  blackhole(): void { this.isHeld = true }

  /** What arrives from now on waits so long before it passes, in each direction; 0 ends it. */
  delay(ms: number): void { this.delayMs = ms }

  /** Lets so many more bytes pass in this direction, over all connections, then resets the connection that brought them: in the middle of a message. */
  cutAfter(bytes: number, direction: Direction): void { this.limit = { direction, leftBytes: bytes } }

  /** Everything passes again, at once; what was held back passes first. */
  heal(): void {
    this.isRefusing = false
    this.delayMs = 0
    this.limit = undefined
    this.isHeld = false
    for (const { client, server } of this.pairs) {
      client.resume()
      server.resume()
    }
  }

  /** Resets what is open and listens no more. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.server.close(() => resolve()))
    this.cut()
    await closed
  }

  private join(client: net.Socket): void {
    this.accepted++
    if (this.isRefusing || this.target === undefined) {
      client.on('error', () => {})
      client.resetAndDestroy()
      return
    }
    const server = net.connect({ port: this.target, host: '127.0.0.1', allowHalfOpen: true })
    const pair = { client, server }
    this.pairs.add(pair)
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => reset(pair)).on('close', () => {
        this.pairs.delete(pair)
        if (client.destroyed && server.destroyed) return
        // Both have said all they had to: an end that was passed on is no reset.
        if (client.writableEnded && server.writableEnded) return
        reset(pair)
      })
    }
    this.pass(pair, client, server, 'toServer')
    this.pass(pair, server, client, 'toClient')
  }

  private pass(pair: Pair, from: net.Socket, to: net.Socket, direction: Direction): void {
    let last = Promise.resolve()
    /** In order: what came before passes before, whatever the delay was then. */
    const inOrder = (act: () => void): void => {
      const { delayMs } = this
      const waited = delayMs === 0 ? undefined : new Promise<void>(resolve => setTimeout(resolve, delayMs))
      last = last.then(() => waited).then(act)
    }
    from.on('data', chunk => {
      if (this.isHeld) {
        from.pause()
        from.unshift(chunk)
        return
      }
      inOrder(() => {
        const allowed = this.allow(chunk, direction)
        this.passed[direction] += allowed.length
        if (!to.destroyed && !to.writableEnded && !to.write(allowed)) {
          from.pause()
          to.once('drain', () => { if (!this.isHeld) from.resume() })
        }
        if (allowed.length < chunk.length) to.write('', () => reset(pair))
      })
    })
    from.on('end', () => inOrder(() => to.end()))
  }

  private allow(chunk: Buffer, direction: Direction): Buffer {
    const { limit } = this
    if (limit === undefined || limit.direction !== direction) return chunk
    const allowed = chunk.subarray(0, limit.leftBytes)
    limit.leftBytes -= allowed.length
    if (allowed.length < chunk.length) this.limit = undefined
    return allowed
  }
}

function reset({ client, server }: Pair): void {
  for (const socket of [client, server]) resetSocket(socket)
}

/** A socket that is reset while its end is on its way would never close, and Node would wait for it when it exits, for ever. */
function resetSocket(socket: net.Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy()
  else if (!socket.destroyed) socket.resetAndDestroy()
}
