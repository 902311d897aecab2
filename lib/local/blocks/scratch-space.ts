/**
 * The scratch files of an engine: made when something is first written to them, gone when their owner is
 * garbage and at the latest when the engine stops.
 */
import type { ScratchFile as OpenFile, ScratchPosition } from '../../disk/scratch'
import { HandedFile, ScratchFile } from '../../disk/scratch'
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

  /** Closes the file for whoever is told its path; undefined when nothing was written. */
  handOver(): string | undefined { return this.file === undefined ? undefined : this.space.handOver(this.file) }

  /** Gives the space back, after the last reader that is at it now. */
  remove(): void {
    this.isUnwanted = true
    if (this.file === undefined || this.readers > 0) return
    this.space.close(this.file)
  }
}

/** The chunks in a file that another thread has handed over. */
export class HandedChunks {
  private readonly file: HandedFile

  constructor(path: string) { this.file = new HandedFile(path) }

  /** The chunks of records at these positions, read one at a time; can be iterated more than once. */
  chunks(positions: readonly ScratchPosition[]): Iterable<unknown[]> {
    const { file } = this
    return { *[Symbol.iterator]() { for (const position of positions) yield decodeChunk(readFrameSync(file, position)) } }
  }

  close(): void { this.file.close() }
}

export class ScratchSpace {
  private readonly files = new Set<OpenFile>()
  private readonly directories: readonly string[]
  private next = 0
  private readonly whenGarbage = new FinalizationRegistry<OpenFile>(file => this.close(file))

  /**
   * `directories`: spark.local.dir, one or several with commas between, which take turns. Files that are to be
   * handed over have to keep their names.
   */
  constructor(directories: string, private readonly keepsNames?: boolean) {
    this.directories = directoriesOf(directories)
  }

  /** Internal: a new file, which lives no longer than `owner`. */
  open(owner: SpillFile): OpenFile {
    const file = new ScratchFile(this.directories[this.next++ % this.directories.length]!, this.keepsNames)
    this.files.add(file)
    this.whenGarbage.register(owner, file)
    return file
  }

  close(file: OpenFile): void {
    this.files.delete(file)
    file.remove()
  }

  /** The file is another's from now on. */
  handOver(file: OpenFile): string {
    this.files.delete(file)
    return file.handOver()
  }

  /** How many files there are, for specs and for whoever looks for leaks. */
  get fileCount(): number { return this.files.size }

  closeAll(): void { for (const file of [...this.files]) this.close(file) }
}

/** The folders that spark.local.dir names. */
export function directoriesOf(setting: string): string[] {
  return setting.split(',').map(one => one.trim()).filter(one => one !== '')
}
