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

  constructor(localDirectory: string) {
    const folder = attempt('make folder', localDirectory, () => {
      fs.mkdirSync(localDirectory, { recursive: true })
      return fs.mkdtempSync(path.join(localDirectory, 'millrace-scratch-'))
    })
    this.path = path.join(folder, 'spill')
    try {
      this.descriptor = attempt('write to', this.path, () => fs.openSync(this.path, 'wx+', 0o600))
    } finally {
      if (!keepsOpenNames || this.descriptor === undefined) fs.rmSync(folder, { recursive: true, force: true })
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
      const bytes = new Uint8Array(Math.max(0, Math.min(length, this.end - offset)))
      for (let done = 0; done < bytes.length;) {
        const count = fs.readSync(this.open(), bytes, done, bytes.length - done, offset + done)
        if (count === 0) return bytes.subarray(0, done)
        done += count
      }
      return bytes
    })
  }

  /** Gives the space back. Quiet when done before. */
  remove(): void {
    if (this.descriptor === undefined) return
    openFiles.delete(this)
    fs.closeSync(this.descriptor)
    this.descriptor = undefined
    if (keepsOpenNames) fs.rmSync(path.dirname(this.path), { recursive: true, force: true })
  }

  private open(): number {
    if (this.descriptor === undefined) throw Object.assign(new Error('the file is removed'), { code: 'EBADF' })
    return this.descriptor
  }
}
