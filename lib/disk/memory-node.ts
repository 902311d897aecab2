/**
 * The files and folders that a disk in memory consists of: plain bytes and plain names, without any rules.
 */
export class MemoryFile {
  bytes = Buffer.alloc(0)
  sizeBytes = 0

  constructor(public modifiedMs: number) {}

  get content(): Buffer { return this.bytes.subarray(0, this.sizeBytes) }

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length
    if (end > this.bytes.length) {
      const larger = Buffer.alloc(Math.max(end, this.bytes.length * 2, 1024))
      larger.set(this.content)
      this.bytes = larger
    }
    this.bytes.set(bytes, offset)
    this.sizeBytes = Math.max(this.sizeBytes, end)
  }

  resize(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) this.bytes.fill(0, sizeBytes, this.sizeBytes)
    this.write(sizeBytes, new Uint8Array(0))
    this.sizeBytes = sizeBytes
  }
}

export class MemoryFolder {
  readonly entries = new Map<string, MemoryNode>()

  constructor(public modifiedMs: number) {}
}

export type MemoryNode = MemoryFile | MemoryFolder

/** One name in a folder that now stands for something else, or for nothing. */
export interface EntryChange {
  readonly folder: MemoryFolder
  readonly name: string
  readonly node: MemoryNode | undefined
}
