/** A socket whose bytes are compressed both ways (zlib), as `compression-type = deflate` of Flume's Avro sink has it. */
import { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import { constants, createDeflate, createInflate } from 'node:zlib'

/** What is written goes out at once. */
export function deflated(socket: Socket): Duplex {
  const inflate = createInflate({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH })
  const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH })
  const stream = Duplex.from({ readable: inflate, writable: deflate })
  const failed = (error: Error): void => { stream.destroy(error) }
  inflate.on('error', failed)
  deflate.on('error', failed)
  socket.pipe(inflate)
  deflate.pipe(socket)
  return stream
}
