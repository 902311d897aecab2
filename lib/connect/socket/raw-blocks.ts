/**
 * Blocks of elements that were encoded by the sender, as a socket carries them. They are decoded in tasks
 * only.
 *
 *   stream = block*
 *   block  = length:u32be payload        the payload is what encodeValues of lib/codec makes of an array
 *
 * No block is longer than frameBytesMax, so that a wrong length cannot ask for memory.
 */
import { IllegalArgumentError, MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { encodeValues } from '../../codec/values'
import { readChunks, SocketReceiver, type Connection } from './socket-receiver'

const log = logFor('RawSocketReceiver')
const lengthBytes = 4

/**
 * The bytes to send to a `rawSocketStream` so that it receives `values` as one block.
 * Throws MillraceError (MR_LIMIT) when they take more than 64 MiB.
 * @example
 * ```ts
 * import * as net from 'node:net'
 * import { rawSocketBlock } from 'millrace'
 * net.createServer(socket => { socket.end(rawSocketBlock(['a', ['b', 1]])) }).listen(9999)
 * ```
 */
export function rawSocketBlock(values: Iterable<unknown>): Uint8Array {
  if (typeof values?.[Symbol.iterator] !== 'function') {
    throw new IllegalArgumentError('rawSocketBlock takes an array or another iterable')
  }
  const payload = encodeValues(Array.from(values))
  if (payload.length > limits.frameBytesMax) throw tooLong(payload.length)
  const block = Buffer.allocUnsafe(lengthBytes + payload.length)
  block.writeUInt32BE(payload.length)
  block.set(payload, lengthBytes)
  return block
}

/** Puts blocks together again, however the connection has cut them. */
export class RawBlockReader {
  private chunks: Uint8Array[] = []
  private gatheredBytes = 0
  /** The length of the block that is coming in; undefined until its four bytes are there. */
  private payloadBytes: number | undefined

  constructor(private readonly push: (payload: Uint8Array) => void) {}

  /** Bytes of a block that is not whole yet. */
  get waitingBytes(): number { return this.gatheredBytes + (this.payloadBytes === undefined ? 0 : lengthBytes) }

  /** Throws MR_LIMIT when the length of a block cannot be. */
  add(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.gatheredBytes += chunk.length
    for (;;) {
      const wanted = this.payloadBytes ?? lengthBytes
      if (this.gatheredBytes < wanted) return
      const taken = this.take(wanted)
      if (this.payloadBytes === undefined) {
        this.payloadBytes = Buffer.from(taken.buffer, taken.byteOffset, lengthBytes).readUInt32BE()
        if (this.payloadBytes > limits.frameBytesMax) throw tooLong(this.payloadBytes)
      } else {
        this.payloadBytes = undefined
        if (wanted > 0) this.push(taken)
      }
    }
  }

  private take(count: number): Uint8Array {
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks, this.gatheredBytes)
    this.chunks = count === all.length ? [] : [all.subarray(count)]
    this.gatheredBytes -= count
    return all.subarray(0, count)
  }
}

export class RawSocketReceiver<T> extends SocketReceiver<T> {
  private reader: RawBlockReader | undefined

  protected override onConnect(connection: Connection): void {
    const { supervisor } = this
    const reader = new RawBlockReader(payload => { supervisor.storeEncoded(payload).catch(() => undefined) })
    this.reader = reader
    readChunks(connection, supervisor, chunk => reader.add(chunk))
  }

  protected override onEnd(): void {
    const droppedBytes = this.reader?.waitingBytes ?? 0
    this.reader = undefined
    if (droppedBytes > 0) log.warn(`the connection ended within a block: ${droppedBytes} bytes of it are dropped`)
  }
}

function tooLong(bytes: number): MillraceError {
  return new MillraceError('MR_LIMIT', `a block of ${bytes} bytes is longer than frameBytesMax, ${limits.frameBytesMax}`, {
    hint: 'Each block begins with its length, 4 bytes, big-endian; rawSocketBlock(values) makes one. Put fewer values in.',
  })
}
