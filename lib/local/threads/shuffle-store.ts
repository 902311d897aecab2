/**
 * What map tasks have written, as the driver holds it: bytes that all threads see, up to a limit, and beyond it
 * the names of files. It is kept as long as the plan that asked for it is alive, and at most until the engine
 * stops.
 */
import { compact, weighShared } from '../../base/shared-bytes'
import { HandedFolders, removeHandedFile } from '../../disk/scratch'
import { freshSeed } from '../../base/random'
import { directoriesOf } from '../blocks/scratch-space'
import type { PostedOutput, PostedPart } from './protocol'

/** The output of one map task. */
export class StoredOutput {
  constructor(readonly posted: PostedOutput) {}

  /** What it has for a reduce partition. */
  part(partition: number): PostedPart {
    const { posted } = this
    if (posted.kind === 'bytes') {
      const from = partition === 0 ? 0 : posted.ends[partition - 1]!
      return { kind: 'bytes', bytes: compact(posted.bytes.subarray(from, posted.ends[partition])) }
    }
    const runs = posted.runs.map(run => ({ positions: run.positions[partition]!, records: run.records[partition]! }))
    return { kind: 'file', path: posted.path, runs: runs.filter(({ records }) => records > 0) }
  }
}

export class ShuffleStore {
  private readonly folders: HandedFolders
  private heldBytes = 0
  private readonly whenGarbage = new FinalizationRegistry<Held>(held => this.release(held))

  /** `limitBytes`: how many bytes may be held in memory before map tasks write files. */
  constructor(private readonly limitBytes: number, localDirectories: string) {
    this.folders = new HandedFolders(directoriesOf(localDirectories), `millrace-shuffle-${process.pid}-${freshSeed().toString(36)}`)
  }

  /** Where threads write the files that they hand over. */
  get directories(): string { return this.folders.paths.join(',') }

  get isFull(): boolean { return this.heldBytes > this.limitBytes }

  /** Bytes in memory now, for specs and for whoever looks for leaks. */
  get memoryBytes(): number { return this.heldBytes }

  take(posted: PostedOutput): StoredOutput {
    const stored = new StoredOutput(posted)
    const held: Held = posted.kind === 'bytes' ? { bytes: posted.sizeBytes } : { path: posted.path }
    if (posted.kind === 'bytes') {
      weighShared(posted.bytes)
      this.heldBytes += posted.sizeBytes
    }
    this.whenGarbage.register(stored, held)
    return stored
  }

  /** The output of a task that nobody waits for any more. */
  discard(posted: PostedOutput): void { if (posted.kind === 'file') removeHandedFile(posted.path) }

  private release(held: Held): void {
    if ('path' in held) removeHandedFile(held.path)
    else this.heldBytes -= held.bytes
  }

  stop(): void { this.folders.remove() }
}

type Held = { readonly bytes: number } | { readonly path: string }
