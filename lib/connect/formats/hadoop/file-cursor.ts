/**
 * A file read forward: `need` fetches what is to be looked at next, and the rest is done without waiting. A length that a file
 * claims is compared with the size of the file before anything is made of it.
 */
import type { ReadHandle } from '../../../disk/disk'
import { allFiles } from '../../../disk/files'
import { damaged } from '../modes'

const pieceBytes = 1024 * 1024

export class FileCursor {
  private bytes: Buffer = Buffer.alloc(0)
  private at = 0

  private constructor(readonly path: string, private readonly handle: ReadHandle, readonly sizeBytes: number, private fetchedUntil: number) {}

  static async open(path: string, from = 0): Promise<FileCursor> {
    const handle = await allFiles.openRead(path)
    try { return new FileCursor(path, handle, await handle.size(), from) } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** The position in the file of what is taken next. */
  get offset(): number { return this.fetchedUntil - this.bytes.length + this.at }

  get isAtEnd(): boolean { return this.offset >= this.sizeBytes }

  /** True when so many bytes can be taken now. */
  has(count: number): boolean { return this.bytes.length - this.at >= count }

  /** Waits until `count` bytes can be taken. Throws MR_INPUT_DAMAGED where the file ends before. */
  async need(count: number, what: string): Promise<void> {
    if (this.has(count)) return
    if (this.offset + count > this.sizeBytes) throw damaged(`the file ends within ${what}: ${count} bytes should follow, ${this.sizeBytes - this.offset} do`, this.place)
    await this.fetch(count)
    if (!this.has(count)) throw damaged(`the file has become shorter while it was read, within ${what}`, this.place)
  }

  /** Waits until `count` bytes can be taken, or all that there are. */
  async fetch(count: number): Promise<void> {
    while (!this.has(count)) {
      const wanted = Math.min(this.sizeBytes - this.fetchedUntil, Math.max(pieceBytes, count - (this.bytes.length - this.at)))
      const piece = wanted <= 0 ? new Uint8Array(0) : await this.handle.read(this.fetchedUntil, wanted)
      if (piece.length === 0) return
      this.bytes = this.has(1) ? Buffer.concat([this.bytes.subarray(this.at), piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      this.at = 0
      this.fetchedUntil += piece.length
    }
  }

  /** All that is fetched, as a view that holds until the next fetch. */
  peek(): Buffer { return this.bytes.subarray(this.at) }

  skip(count: number): void { this.at += count }

  take(count: number): Buffer {
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }

  int32(): number {
    this.at += 4
    return this.bytes.readInt32BE(this.at - 4)
  }

  get place(): { readonly path: string, readonly offset: number } { return { path: this.path, offset: this.offset } }

  close(): Promise<void> { return this.handle.close() }
}
