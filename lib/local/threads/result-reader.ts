/**
 * Results of a job as they come in, up to spark.driver.maxResultSize. Large ones come in chunks, and are decoded
 * a few at a time, so that the event loop gets its turn in between; in the order in which they came.
 */
import type { CallSite } from '../../base/call-site'
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { decodeColumns, encodeColumns } from '../../codec/columns'
import { ChunkSizer, encodeChunk } from '../../rdd/saving/chunks'
import type { FromThread } from './protocol'

type Done = Extract<FromThread, { type: 'done' }>

/** Lists up to here are one chunk: they are decoded as soon as they come. */
const wholeLength = 4_096
/** Decoded in about a millisecond. */
const chunkBytes = 128 * 1024

/** The result of a task as chunks; what is no list is one of one element. */
export function encodeResult(value: unknown): Uint8Array[] {
  if (!Array.isArray(value)) return [encodeColumns([value])]
  if (value.length <= wholeLength) return [encodeColumns(value)]
  const sizer = new ChunkSizer(chunkBytes)
  const chunks: Uint8Array[] = []
  for (let from = 0; from < value.length;) {
    const until = Math.min(value.length, from + Math.max(sizer.records, 1))
    chunks.push(...encodeChunk(value.slice(from, until), sizer))
    from = until
  }
  return chunks
}

/** A collection of what was decoded may come on top of it. */
const heldMsMax = limits.eventLoopHoldMs / 2

export class ResultReader {
  private bytes = 0
  /** How long decoding has held the event loop. */
  private heldMs = 0
  private waiting: Promise<void> | undefined

  constructor(
    private readonly bytesMax: number, private readonly site: CallSite,
    private readonly onResult: (index: number, result: unknown) => void,
  ) {}

  /** Hands the result over, at once where it is small and no other is before it. */
  take({ result, more, isList }: Done, index: number): void | Promise<void> {
    const chunks = [result!, ...more]
    for (const { byteLength } of chunks) this.count(byteLength)
    if (this.waiting === undefined && chunks.length === 1 && this.heldMs < heldMsMax) {
      this.deliver(index, this.decode(result!), isList)
      return
    }
    const before = this.waiting
    const read = (async () => {
      await before
      await this.read(chunks, index, isList)
    })()
    // Whoever comes next waits for this one, whether it succeeds or not; the error is its own stage's.
    const settled = read.then(() => undefined, () => undefined).then(() => {
      if (this.waiting === settled) this.waiting = undefined
    })
    this.waiting = settled
    return read
  }

  private async read(chunks: readonly Uint8Array[], index: number, isList: boolean): Promise<void> {
    const values: unknown[] = []
    for (const chunk of chunks) {
      if (this.heldMs >= heldMsMax) await this.turn()
      const part = this.decode(chunk)
      for (let i = 0; i < part.length; i++) values.push(part[i])
    }
    this.deliver(index, values, isList)
  }

  private deliver(index: number, values: unknown[], isList: boolean): void {
    this.onResult(index, isList ? values : values[0])
  }

  private decode(chunk: Uint8Array): unknown[] {
    const startMs = performance.now()
    try { return decodeColumns(chunk) } finally { this.heldMs += performance.now() - startMs }
  }

  private async turn(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve))
    this.heldMs = 0
  }

  private count(bytes: number): void {
    this.bytes += bytes
    if (this.bytesMax <= 0 || this.bytes <= this.bytesMax) return
    throw new MillraceError('MR_LIMIT',
      `Total size of serialized results (${this.bytes} bytes) is bigger than spark.driver.maxResultSize `
      + `(${this.bytesMax} bytes)`, {
        at: this.site.toString(),
        hint: 'Reduce on the threads before collecting, save instead of collecting, or raise the setting.',
      })
  }
}
