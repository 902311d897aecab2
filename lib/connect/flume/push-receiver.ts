/**
 * Listens as the Avro source of Flume does, for the Avro sinks of agents. A sink is told OK when its events are stored (with
 * the write-ahead log: durable), and FAILED when they are not: then it sends them again. Nothing is lost on the way; what was
 * stored and whose answer was lost comes twice, as Flume promises.
 */
import * as net from 'node:net'
import { systemClock } from '../../base/clock'
import { SparkError } from '../../base/errors'
import { logFor } from '../../base/log'
import { limits } from '../../base/limits'
import { Receiver } from '../../streaming/receivers/receiver'
import type { Address } from '../socket/socket-receiver'
import { deflated } from './deflated'
import { readEvent, readEvents, type SparkFlumeEvent } from './events'
import { KnownClients } from './handshake'
import { avroSourceProtocol } from './protocols'
import { RpcConnection, unknownCall, type RpcCall } from './rpc-server'

const log = logFor('FlumeReceiver')

const status = { ok: 0, failed: 1 } as const
/** A client says who it is at once. */
const handshakeMs = 30_000

export interface PushOptions extends Address {
  readonly isCompressed: boolean
}

export class FlumeReceiver extends Receiver<SparkFlumeEvent> {
  private server: net.Server | undefined
  private readonly connections = new Set<RpcConnection>()
  private readonly clients = new KnownClients(avroSourceProtocol)

  constructor(private readonly options: PushOptions) { super(options.level) }

  override preferredLocation(): string { return this.options.host }

  override onStart(): void {
    const { host, port } = this.options
    const server = net.createServer(socket => this.accept(socket))
    server.maxConnections = limits.flumeConnectionsMax
    server.on('error', error => this.restart(`Could not listen on ${host}:${port}`, error))
    server.on('drop', () => log.warn(`${limits.flumeConnectionsMax} connections are open (flumeConnectionsMax): one more was refused`))
    server.listen(port, host)
    this.server = server
  }

  override onStop(): Promise<void> {
    for (const connection of this.connections) connection.end()
    return new Promise(resolve => {
      if (this.server?.listening === true) this.server.close(() => resolve())
      else resolve()
    })
  }

  private accept(socket: net.Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`
    socket.setNoDelay(true)
    const connection = new RpcConnection(socket, this.options.isCompressed ? deflated(socket) : socket, {
      clients: this.clients, answer: call => this.answer(call),
      onEnd: error => {
        timer.cancel()
        this.connections.delete(connection)
        if (error !== undefined) log.warn(`The connection of ${peer} was closed: ${String((error as Error).message)}`)
      },
    })
    const timer = systemClock.schedule(systemClock.now() + handshakeMs, () => {
      if (!connection.isAcquainted) connection.end(new Error(`it has said nothing for ${handshakeMs} ms`))
    }, { unref: true })
    this.connections.add(connection)
  }

  private async answer({ name, request, response, isForgotten }: RpcCall): Promise<{ readonly next: () => Promise<void> }> {
    const events = name === 'append' ? [readEvent(request)] : name === 'appendBatch' ? readEvents(request) : unknownCall(name)
    const { supervisor } = this
    try {
      await supervisor.drained()
      // Who has not waited sends them again.
      if (isForgotten()) throw new SparkError('the sink is gone')
      await supervisor.storeAnswered(events)
      response.long(status.ok)
    } catch (error) {
      if (!isForgotten()) this.reportError(`${events.length} events could not be stored; the sink sends them again`, error)
      response.long(status.failed)
    }
    return { next: async () => { await supervisor.admit(events.length) } }
  }
}
