/**
 * One connection of an Avro RPC client, as the server sees it. Calls are answered in order; the socket rests while others wait.
 * What is no Avro RPC ends the connection, and nothing else.
 */
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { MillraceError } from '../../base/errors'
import { AvroReader, AvroWriter, damaged } from './avro-bytes'
import { encodeFrame, FrameReader, type Message } from './frames'
import { readHandshake, type KnownClients } from './handshake'

export interface RpcCall {
  readonly name: string
  readonly request: AvroReader
  readonly response: AvroWriter
  /** The client is gone: nobody waits for the answer. */
  readonly isForgotten: () => boolean
}

export interface RpcConnectionOptions {
  readonly clients: KnownClients
  /** Writes the response, or throws what the client is told. What it gives is awaited after the answer, before the next call. */
  readonly answer: (call: RpcCall) => Promise<{ readonly next: () => Promise<void> }>
  /** The connection has ended, in order or not. Called once. */
  readonly onEnd: (error?: unknown) => void
}

/** A client waits for its answer before it asks on; one that does not may ask so often ahead. */
const waitingMax = 4

export class RpcConnection {
  private readonly frames = new FrameReader()
  private readonly waiting: Message[] = []
  private isWorking = false
  private isKnown = false
  private isEnded = false

  /** `stream` carries the frames, compressed or not, over `socket`. */
  constructor(private readonly socket: Socket, private readonly stream: Duplex, private readonly options: RpcConnectionOptions) {
    const failed = (error: Error): void => this.end(error)
    socket.on('error', failed)
    socket.once('close', () => this.end())
    if (stream !== socket) stream.on('error', failed)
    stream.on('data', (chunk: Buffer) => this.take(chunk))
    stream.once('end', () => this.end())
  }

  /** True when the client has shown that it speaks the protocol. */
  get isAcquainted(): boolean { return this.isKnown }

  private take(chunk: Buffer): void {
    if (this.isEnded) return
    try { this.waiting.push(...this.frames.feed(chunk)) } catch (error) { return this.end(error) }
    if (this.waiting.length >= waitingMax) this.stream.pause()
    if (!this.isWorking) void this.work()
  }

  private async work(): Promise<void> {
    this.isWorking = true
    try {
      for (let message = this.waiting.shift(); message !== undefined && !this.isEnded; message = this.waiting.shift()) {
        await this.handle(message)
        if (this.waiting.length < waitingMax) this.stream.resume()
      }
    } catch (error) {
      this.end(error)
    } finally { this.isWorking = false }
  }

  private async handle({ serial, bytes }: Message): Promise<void> {
    const reader = new AvroReader(bytes)
    const writer = new AvroWriter()
    if (!this.isKnown) {
      this.isKnown = this.options.clients.answer(readHandshake(reader), writer)
      if (!this.isKnown) return this.send({ serial, bytes: writer.finish() })
    }
    reader.map(() => reader.bytesOf())
    const name = reader.string()
    const response = new AvroWriter()
    let next: (() => Promise<void>) | undefined
    writer.empty()
    try {
      // Without a name it is only a question whether somebody is there.
      if (name !== '') ({ next } = await this.options.answer({ name, request: reader, response, isForgotten: () => this.isEnded }))
      writer.boolean(false).fixed(response.finish())
    } catch (error) {
      if (MillraceError.is(error) && error.code === 'MR_INPUT_DAMAGED') throw error
      // The first branch of every union of errors is a text.
      writer.boolean(true).long(0).string(String((error as Error | undefined)?.message ?? error))
    }
    this.send({ serial, bytes: writer.finish() })
    await next?.()
  }

  private send(message: Message): void { if (!this.isEnded) this.stream.write(encodeFrame(message)) }

  /** Ends the connection; what has not been answered never is. */
  end(error?: unknown): void {
    if (this.isEnded) return
    this.isEnded = true
    this.stream.destroy()
    this.socket.destroy()
    this.options.onEnd(error)
  }
}

/** For calls that there are not. */
export function unknownCall(name: string): never { damaged(`there is no message ${JSON.stringify(name.slice(0, 80))}`) }
