/** A connection to an Avro RPC server, as a client has it: one call at a time. */
import * as net from 'node:net'
import { systemClock, type Timer } from '../../base/clock'
import { SparkError } from '../../base/errors'
import { AvroReader, AvroWriter, damaged } from './avro-bytes'
import { encodeFrame, FrameReader, type Message } from './frames'
import { readAnswer, writeHandshake } from './handshake'
import type { AvroProtocol } from './protocols'

const keepAliveMs = 60_000

export interface RpcAddress { readonly host: string, readonly port: number }

interface Waiting {
  readonly serial: number
  readonly resolve: (bytes: Buffer) => void
  readonly reject: (error: unknown) => void
  readonly timer: Timer | undefined
}

export class RpcClient {
  private readonly frames = new FrameReader()
  private waiting: Waiting | undefined
  private serial = 0
  private isKnown = false
  private serverHash: Uint8Array
  private failure: unknown

  private constructor(private readonly socket: net.Socket, private readonly protocol: AvroProtocol) {
    this.serverHash = protocol.hash
    socket.setNoDelay(true)
    // A peer whose machine is gone shows by that alone while it is waited for.
    socket.setKeepAlive(true, keepAliveMs)
    socket.on('data', chunk => this.take(chunk))
    socket.on('error', error => this.end(error))
    socket.once('close', () => this.end(new SparkError('the connection was closed')))
  }

  /** Rejects when nobody listens at `address` within `waitMs`. */
  static connect({ host, port }: RpcAddress, protocol: AvroProtocol, waitMs: number): Promise<RpcClient> {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port })
      const fail = (error: unknown): void => {
        timer.cancel()
        socket.destroy()
        reject(error)
      }
      const timer = systemClock.schedule(systemClock.now() + waitMs, () => fail(new SparkError(`no connection within ${waitMs} ms`)))
      socket.once('error', fail)
      socket.once('connect', () => {
        timer.cancel()
        socket.off('error', fail)
        resolve(new RpcClient(socket, protocol))
      })
    })
  }

  /** Calls `name` and gives the response to read. Rejects when the server says that it failed, or says nothing for `waitMs`, if given. */
  async call(name: string, request: AvroWriter, waitMs?: number): Promise<AvroReader> {
    const call = new AvroWriter().empty().string(name).fixed(request.finish()).finish()
    // A server that does not know the protocol asks for it once; it is sent with every handshake anyway.
    for (let attempt = 0; attempt < 2; attempt++) {
      const reader = new AvroReader(await this.exchange(call, waitMs))
      if (!this.isKnown) {
        const { isMade, serverHash } = readAnswer(reader, this.protocol)
        if (serverHash !== undefined) this.serverHash = serverHash
        this.isKnown = isMade
        if (!isMade) continue
      }
      reader.map(() => reader.bytesOf())
      if (reader.boolean()) throw new SparkError(reader.long() === 0 ? reader.string() : `${name} failed`)
      return reader
    }
    return damaged('the server does not take the protocol')
  }

  private exchange(call: Buffer, waitMs: number | undefined): Promise<Buffer> {
    if (this.failure !== undefined) return Promise.reject(this.failure)
    const writer = new AvroWriter()
    if (!this.isKnown) writeHandshake(writer, this.protocol, this.serverHash)
    const message: Message = { serial: this.serial = (this.serial + 1) % 2 ** 31, bytes: writer.fixed(call).finish() }
    return new Promise((resolve, reject) => {
      const timer = waitMs === undefined ? undefined : systemClock.schedule(systemClock.now() + waitMs, () => this.end(new SparkError(`no answer within ${waitMs} ms`)))
      this.waiting = { serial: message.serial, resolve, reject, timer }
      this.socket.write(encodeFrame(message))
    })
  }

  private take(chunk: Buffer): void {
    try {
      for (const { serial, bytes } of this.frames.feed(chunk)) {
        const { waiting } = this
        if (waiting?.serial !== serial) continue
        this.waiting = undefined
        waiting.timer?.cancel()
        waiting.resolve(bytes)
      }
    } catch (error) { this.end(error) }
  }

  end(error: unknown = new SparkError('the connection was ended')): void {
    if (this.failure !== undefined) return
    this.failure = error
    this.socket.destroy()
    this.waiting?.timer?.cancel()
    this.waiting?.reject(error)
  }
}
