/** The body of a request: whole, decompressed, and never larger than it may be. */
import type { IncomingMessage } from 'node:http'
import { createGunzip, createInflate } from 'node:zlib'
import type { Readable } from 'node:stream'

/** A body that cannot be taken, with the status that says so. */
export class BodyRefused extends Error {
  constructor(readonly status: 400 | 413 | 415, message: string) { super(message) }
}

/** Throws BodyRefused for bodies that are too large, damaged or of an unknown encoding. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): BodyRefused => new BodyRefused(413, `The body is larger than ${maxBytes} bytes (maxBodyBytes).`)
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of decoded(request) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw tooLarge()
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof BodyRefused) throw error
    throw new BodyRefused(400, `The body cannot be read: ${String((error as Error).message)}`)
  }
  const body = Buffer.concat(chunks)
  return new Uint8Array(body.buffer, body.byteOffset, body.length)
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const through = (decoder: Readable & NodeJS.WritableStream): Readable => {
    request.on('error', error => decoder.destroy(error))
    return request.pipe(decoder) as Readable
  }
  switch (encoding) {
    case 'identity': return request
    case 'gzip': return through(createGunzip())
    case 'deflate': return through(createInflate())
    default: throw new BodyRefused(415, `The content encoding ${JSON.stringify(encoding)} is unknown; gzip, deflate and identity are known.`)
  }
}
