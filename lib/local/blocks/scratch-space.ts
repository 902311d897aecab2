/**
 * The scratch files of an engine: made when something is first written to them, gone when their owner is
 * garbage and at the latest when the engine stops.
 */
import type { ScratchFile as OpenFile, ScratchPosition } from '../../disk/scratch'
import { ScratchFile } from '../../disk/scratch'
import { appendFrameSync, readFrameSync } from '../../codec/frames'
import { decodeChunk } from '../../rdd/saving/chunks'

/**
 * Where frames go that do not fit into memory. Whoever reads must hold the object itself, not only positions.
 */
export class SpillFile {
  private file: OpenFile | undefined
  private readers = 0
  private isUnwanted = false

  constructor(private readonly space: ScratchSpace) {}

  get sizeBytes(): number { return this.file?.sizeBytes ?? 0 }

  append(payload: Uint8Array): ScratchPosition {
    return appendFrameSync(this.file ??= this.space.open(this), payload)
  }

  /** The chunks of records at these positions, read one at a time; can be iterated more than once. */
  chunks(positions: readonly ScratchPosition[]): Iterable<unknown[]> {
    return { [Symbol.iterator]: () => this.read(positions) }
  }

  private* read(positions: readonly ScratchPosition[]): Generator<unknown[], void> {
    this.readers++
    try {
      for (const position of positions) yield decodeChunk(readFrameSync(this.file!, position))
    } finally {
      if (--this.readers === 0 && this.isUnwanted) this.remove()
    }
  }

  /** Gives the space back, after the last reader that is at it now. */
  remove(): void {
    this.isUnwanted = true
    if (this.file === undefined || this.readers > 0) return
    this.space.close(this.file)
  }
}

export class ScratchSpace {
  private readonly files = new Set<OpenFile>()
  private readonly directories: readonly string[]
  private next = 0
  private readonly whenGarbage = new FinalizationRegistry<OpenFile>(file => this.close(file))

  /** `directories`: spark.local.dir, one or several with commas between, which take turns. */
  constructor(directories: string) {
    this.directories = directories.split(',').map(one => one.trim()).filter(one => one !== '')
  }

  /** Internal: a new file, which lives no longer than `owner`. */
  open(owner: SpillFile): OpenFile {
    const file = new ScratchFile(this.directories[this.next++ % this.directories.length]!)
    this.files.add(file)
    this.whenGarbage.register(owner, file)
    return file
  }

  close(file: OpenFile): void {
    this.files.delete(file)
    file.remove()
  }

  /** How many files there are, for specs and for whoever looks for leaks. */
  get fileCount(): number { return this.files.size }

  closeAll(): void { for (const file of [...this.files]) this.close(file) }
}
