/**
 * A receiver that connects to a server as a client, and connects again when that fails or ends. What it does
 * with the bytes is its subclass's. While the engine does not keep up the socket is paused, so that the
 * sender waits instead of this process growing.
 */
import * as net from 'node:net'
import { IllegalArgumentError } from '../../base/errors'
import { CallSite } from '../../base/call-site'
import type { StorageLevel } from '../../rdd/storage-level'
import { requireLevel } from '../../streaming/receivers/receiver-input-dstream'
import { Receiver } from '../../streaming/receivers/receiver'
import type { ReceiverSupervisor } from '../../streaming/receivers/receiver-supervisor'

/** One connection, as a subclass sees it. */
export interface Connection {
  readonly socket: net.Socket
  /** True once the receiver is done with this connection, for whatever reason. */
  readonly isEnded: boolean
  /** Ends this connection and lets the receiver try again. Only the first call counts. */
  end(message: string, error?: unknown): void
}

export interface Address { readonly host: string, readonly port: number, readonly level: StorageLevel }

export abstract class SocketReceiver<T> extends Receiver<T> {
  private socket: net.Socket | undefined

  constructor(private readonly address: Address) { super(address.level) }

  /** The connection is there. */
  protected abstract onConnect(connection: Connection): void

  /** The connection has ended: as it should, or by an error or a stop. */
  protected onEnd(_isClean: boolean): void { return }

  override onStart(): void {
    const { host, port } = this.address
    const socket = net.connect({ host, port, keepAlive: true })
    this.socket = socket
    const connection = this.connectionOf(socket)
    let isConnected = false
    socket.once('connect', () => {
      isConnected = true
      this.onConnect(connection)
    })
    socket.on('error', error => {
      const refused = `Could not connect to ${host}:${port}. Start a server there, for example: nc -lk ${port}`
      connection.end(isConnected ? 'Error receiving data' : refused, error)
    })
  }

  private connectionOf(socket: net.Socket): Connection & { isEnded: boolean } {
    const connection = {
      socket,
      isEnded: false,
      end: (message: string, error?: unknown): void => {
        if (connection.isEnded) return
        connection.isEnded = true
        socket.destroy()
        this.onEnd(error === undefined && !this.isStopped())
        this.restart(message, error)
      },
    }
    return connection
  }

  override onStop(): void { this.socket?.destroy() }
}

/**
 * Reads chunk by chunk; what `take` throws ends the connection. The socket rests while the receiver holds too
 * much.
 */
export function readChunks(connection: Connection, supervisor: ReceiverSupervisor, take: (chunk: Uint8Array) => void): void {
  const { socket } = connection
  socket.on('data', chunk => {
    if (connection.isEnded) return
    try {
      take(chunk)
    } catch (error) {
      connection.end('Error receiving data', error)
      return
    }
    if (!supervisor.isFull) return
    socket.pause()
    void supervisor.drained().then(() => socket.resume())
  })
  socket.once('end', () => connection.end('Socket data stream had no more data. Trying to connect again'))
  socket.once('close', () => connection.end('The connection was closed. Trying to connect again'))
}

/** Throws IllegalArgumentError unless these are an address and a storage level. */
export function requireAddress(operator: string, host: unknown, port: unknown, level: unknown): Address {
  const at = CallSite.capture(operator).toString()
  if (typeof host !== 'string' || host === '') {
    throw new IllegalArgumentError(`${operator}: the host must be a name or an address, got ${String(host)}`, { at })
  }
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65_535) {
    throw new IllegalArgumentError(`${operator}: the port must be a whole number from 1 to 65535, got ${String(port)}`, { at })
  }
  return { host, port: port as number, level: requireLevel(operator, level) }
}
