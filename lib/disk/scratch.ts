/**
 * Scratch files for spills inside synchronous tasks: written and read back by this process alone, never
 * durable. The file's name is gone from the file system as soon as it is open, where the system allows it, so
 * that nothing is left behind however the process ends.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { DiskError } from './disk'

export interface ScratchPosition {
  readonly offset: number
  readonly length: number
}

function attempt<T>(operation: string, file: string, run: () => T): T {
  try { return run() } catch (error) {
    throw new DiskError(operation, file, String((error as NodeJS.ErrnoException).code ?? 'EIO'), error)
  }
}

const keepsOpenNames = process.platform === 'win32'
const openFiles = new Set<ScratchFile>()
let isWatchingExit = false

/** One file of a folder of its own (0700) below `localDirectory`, which is `spark.local.dir`. */
export class ScratchFile {
  readonly path: string
  private descriptor: number | undefined
  private end = 0

  /** With `keepsName` the file can be handed over to another thread. */
  constructor(localDirectory: string, private readonly keepsName = keepsOpenNames) {
    const folder = attempt('make folder', localDirectory, () => {
      fs.mkdirSync(localDirectory, { recursive: true, mode: 0o700 })
      return fs.mkdtempSync(path.join(localDirectory, 'millrace-scratch-'))
    })
    this.path = path.join(folder, 'spill')
    try {
      this.descriptor = attempt('write to', this.path, () => fs.openSync(this.path, 'wx+', 0o600))
    } finally {
      if (!keepsName || this.descriptor === undefined) fs.rmSync(folder, { recursive: true, force: true })
    }
    openFiles.add(this)
    if (isWatchingExit) return
    isWatchingExit = true
    process.once('exit', () => { for (const file of [...openFiles]) file.remove() })
  }

  get sizeBytes(): number { return this.end }

  /** Writes all of `bytes` at the end and says where they are. */
  append(bytes: Uint8Array): ScratchPosition {
    const offset = this.end
    attempt('write to', this.path, () => {
      for (let done = 0; done < bytes.length;) {
        done += fs.writeSync(this.open(), bytes, done, bytes.length - done, offset + done)
      }
    })
    this.end += bytes.length
    return { offset, length: bytes.length }
  }

  /** The bytes at `offset`, fewer than `length` only where the file ends. */
  read(offset: number, length: number): Uint8Array {
    return attempt('read', this.path, () => {
      return readAt(this.open(), offset, Math.max(0, Math.min(length, this.end - offset)))
    })
  }

  /** Gives the space back. Quiet when done before. */
  remove(): void {
    if (this.descriptor === undefined) return
    this.close()
    if (this.keepsName) removeHandedFile(this.path)
  }

  /** Closes the file and leaves it where it is: whoever is told its path reads it, and removes it. */
  handOver(): string {
    this.close()
    return this.path
  }

  private close(): void {
    if (this.descriptor === undefined) return
    openFiles.delete(this)
    fs.closeSync(this.descriptor)
    this.descriptor = undefined
  }

  private open(): number {
    if (this.descriptor === undefined) throw Object.assign(new Error('the file is removed'), { code: 'EBADF' })
    return this.descriptor
  }
}

function readAt(descriptor: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < bytes.length;) {
    const count = fs.readSync(descriptor, bytes, done, bytes.length - done, offset + done)
    if (count === 0) return bytes.subarray(0, done)
    done += count
  }
  return bytes
}

/** A scratch file that another thread has handed over, open for reading. It is not this thread's to remove. */
export class HandedFile {
  private descriptor: number | undefined

  constructor(readonly path: string) {
    this.descriptor = attempt('open', path, () => fs.openSync(path, 'r'))
  }

  /** The bytes at `offset`, fewer than `length` only where the file ends. */
  read(offset: number, length: number): Uint8Array {
    return attempt('read', this.path, () => {
      if (this.descriptor === undefined) throw Object.assign(new Error('the file is closed'), { code: 'EBADF' })
      return readAt(this.descriptor, offset, length)
    })
  }

  /** Quiet when done before. */
  close(): void {
    if (this.descriptor === undefined) return
    fs.closeSync(this.descriptor)
    this.descriptor = undefined
  }
}

/** Removes a file that was handed over. Quiet when it is gone. */
export function removeHandedFile(file: string): void {
  fs.rmSync(path.dirname(file), { recursive: true, force: true })
}

/**
 * The folders, one below each of the local directories, in which threads make the files that they hand over.
 * They are made when something is written there, and gone with everything in them when `remove` is called, at
 * the latest when the process exits.
 */
export class HandedFolders {
  readonly paths: readonly string[]
  private readonly onExit = (): void => this.remove()

  constructor(localDirectories: readonly string[], name: string) {
    this.paths = localDirectories.map(directory => path.join(directory, name))
    process.once('exit', this.onExit)
  }

  /** Quiet when done before. */
  remove(): void {
    process.removeListener('exit', this.onExit)
    for (const folder of this.paths) fs.rmSync(folder, { recursive: true, force: true })
  }
}
