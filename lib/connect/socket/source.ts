/**
 * Sockets as sources: lines of text, whatever a converter makes of the bytes, or blocks that were encoded by the sender.
 * A receiver connects as a client and keeps trying. While the engine does not keep up the socket is paused, so that the
 * sender waits instead of this process growing.
 */
import * as net from 'node:net'
import { IllegalArgumentError } from '../../base/errors'
import { StorageLevel } from '../../rdd/storage-level'
import { Receiver } from '../../streaming/receivers/receiver'
import { ReceiverInputDStream } from '../../streaming/receivers/receiver-input-dstream'
import { StreamingContext } from '../../streaming/streaming-context'

declare module '../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the lines (UTF-8, ended by \n or \r\n) that the server at `host:port` sends. When nothing listens
     * there, or the connection ends, it says so and tries again every 2 seconds (spark.streaming.receiverRestartDelay).
     * Counterpart: StreamingContext.socketTextStream.
     */
    socketTextStream(host: string, port: number, level?: StorageLevel): ReceiverInputDStream<string>
  }
}

export class SocketTextReceiver extends Receiver<string> {
  private socket: net.Socket | undefined

  constructor(private readonly host: string, private readonly port: number, level: StorageLevel) { super(level) }

  override onStart(): void {
    const { host, port, supervisor } = this
    const socket = net.connect({ host, port })
    this.socket = socket
    let isConnected = false
    let isEnded = false
    const end = (message: string, error?: unknown): void => {
      if (isEnded) return
      isEnded = true
      socket.destroy()
      supervisor.text.end()
      if (!supervisor.isStopped) supervisor.restart(message, error)
    }
    socket.once('connect', () => { isConnected = true })
    socket.on('data', chunk => {
      try {
        supervisor.text.add(chunk)
      } catch (error) {
        end('Error receiving data', error)
        return
      }
      if (!supervisor.isFull) return
      socket.pause()
      void supervisor.drained().then(() => socket.resume())
    })
    socket.once('end', () => end('Socket data stream had no more data. Trying to connect again'))
    socket.once('error', error => {
      end(isConnected ? 'Error receiving data' : `Could not connect to ${host}:${port}. Start a server there, for example: nc -lk ${port}`, error)
    })
    socket.once('close', () => end('The connection was closed. Trying to connect again'))
  }

  override onStop(): void {
    this.socket?.removeAllListeners('end')
    this.socket?.destroy()
  }
}

StreamingContext.prototype.socketTextStream = function (host: string, port: number, level = StorageLevel.MEMORY_AND_DISK_SER_2) {
  requireAddress('socketTextStream', host, port)
  return new ReceiverInputDStream<string>(this, new SocketTextReceiver(host, port, level), 'socketTextStream')
}

export function requireAddress(operator: string, host: unknown, port: unknown): void {
  if (typeof host !== 'string' || host === '') throw new IllegalArgumentError(`${operator}: the host must be a name or an address, got ${String(host)}`)
  if (!Number.isInteger(port) || (port as number) < 1 || (port as number) > 65_535) {
    throw new IllegalArgumentError(`${operator}: the port must be a whole number from 1 to 65535, got ${String(port)}`)
  }
}

