/** The other ends of Flume streams, by avsc: an agent's Avro sink, and an agent with Spark's own sink. */
import * as net from 'node:net'
import { Duplex } from 'node:stream'
import * as zlib from 'node:zlib'
import { avroSourceProtocol, sparkFlumeProtocol } from '../../../lib/connect/flume/protocols'
import { eventually } from '../../support/eventually'

const avro = require('avsc')

export interface Event { readonly headers: Record<string, string>, readonly body: Buffer }

export const event = (text: string, headers: Record<string, string> = {}): Event => ({ headers, body: Buffer.from(text) })

export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Sends events as an Avro sink does. */
export class Sink {
  private constructor(readonly socket: net.Socket, private readonly client: any) {}

  /** Connects as soon as somebody listens. */
  static async connect(port: number, { compressed = false } = {}): Promise<Sink> {
    const socket = await eventually(() => new Promise<net.Socket>((resolve, reject) => {
      const trying = net.connect(port, '127.0.0.1', () => resolve(trying)).on('error', reject)
    }))
    socket.on('error', () => undefined)
    const client = avro.Service.forProtocol(JSON.parse(avroSourceProtocol.text)).createClient()
    client.createChannel(compressed ? deflated(socket) : socket).on('error', () => undefined)
    return new Sink(socket, client)
  }

  append(one: Event): Promise<string> { return this.call('append', one) }
  appendBatch(events: readonly Event[]): Promise<string> { return this.call('appendBatch', events) }

  private call(name: string, argument: unknown): Promise<string> {
    return new Promise((resolve, reject) => {
      const closed = (): void => reject(new Error('closed'))
      this.socket.once('close', closed)
      this.client[name](argument, (error: unknown, status: string) => {
        this.socket.off('close', closed)
        if (error === null || error === undefined) resolve(status)
        else reject(error)
      })
    })
  }

  close(): void { this.socket.destroy() }
}

function deflated(socket: net.Socket): Duplex {
  const inflate = zlib.createInflate()
  const deflate = zlib.createDeflate({ flush: zlib.constants.Z_SYNC_FLUSH })
  for (const each of [inflate, deflate]) each.on('error', () => undefined)
  socket.pipe(inflate)
  deflate.pipe(socket)
  return Duplex.from({ readable: inflate, writable: deflate }).on('error', () => undefined)
}

/** Spark's sink: transactions over what a channel holds. What is not acknowledged goes back to its head. */
export class SparkSink {
  readonly acknowledged: string[] = []
  nacks = 0
  private readonly open = new Map<string, Event[]>()
  private sequence = 0
  private readonly sockets = new Set<net.Socket>()
  private server: net.Server | undefined

  constructor(readonly channel: Event[]) {}

  async listen(port: number): Promise<this> {
    const service = avro.Service.forProtocol(JSON.parse(sparkFlumeProtocol.text))
    this.server = net.createServer(socket => this.accept(service, socket))
    await new Promise<void>(resolve => this.server!.listen(port, '127.0.0.1', resolve))
    return this
  }

  private accept(service: any, socket: net.Socket): void {
    const mine = new Set<string>()
    const rpc = service.createServer()
      .onGetEventBatch((n: number, done: (error: unknown, batch?: object) => void) => {
        const sequenceNumber = `s${this.sequence++}`
        const events = this.channel.splice(0, n)
        if (events.length === 0) return done(null, { errorMsg: 'the channel is empty', sequenceNumber: '', events })
        this.open.set(sequenceNumber, events)
        mine.add(sequenceNumber)
        done(null, { errorMsg: '', sequenceNumber, events })
      })
      .onAck((sequenceNumber: string, done: (error: unknown) => void) => {
        this.acknowledged.push(...(this.open.get(sequenceNumber) ?? []).map(({ body }) => body.toString()))
        this.open.delete(sequenceNumber)
        done(null)
      })
      .onNack((sequenceNumber: string, done: (error: unknown) => void) => {
        this.nacks++
        this.rollBack(sequenceNumber)
        done(null)
      })
    this.sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => {
      this.sockets.delete(socket)
      // The real one waits for its time-out first.
      for (const sequenceNumber of mine) this.rollBack(sequenceNumber)
    })
    rpc.createChannel(socket)
  }

  get port(): number { return (this.server!.address() as net.AddressInfo).port }

  private rollBack(sequenceNumber: string): void {
    this.channel.unshift(...this.open.get(sequenceNumber) ?? [])
    this.open.delete(sequenceNumber)
  }

  /** Ends all connections, as an agent that dies and whose transactions are rolled back. */
  async stop(): Promise<void> {
    for (const sequenceNumber of this.open.keys()) this.rollBack(sequenceNumber)
    for (const socket of this.sockets) socket.destroy()
    await new Promise(resolve => this.server!.close(resolve))
  }
}
