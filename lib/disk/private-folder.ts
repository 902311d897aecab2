/**
 * A folder of the process' own (0700) into which files are copied while it runs, synchronously, since the
 * callers' functions are. Nothing in it is durable; it is removed at the end, and when the process exits.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { DiskError } from './disk'

function attempt<T>(operation: string, file: string, run: () => T): T {
  try { return run() } catch (error) {
    throw new DiskError(operation, file, String((error as NodeJS.ErrnoException).code ?? 'EIO'), error)
  }
}

const folders = new Set<PrivateFolder>()
let isWatchingExit = false

export class PrivateFolder {
  readonly path: string

  /** Makes the folder below `parent`, which is made when absent. */
  constructor(parent: string, prefix: string) {
    this.path = attempt('make folder', parent, () => {
      fs.mkdirSync(parent, { recursive: true })
      return fs.mkdtempSync(path.join(parent, prefix))
    })
    folders.add(this)
    if (isWatchingExit) return
    isWatchingExit = true
    process.once('exit', () => { for (const folder of [...folders]) folder.remove() })
  }

  /** What is at `source`: a file or a folder. Throws DiskError when nothing is. */
  kindOf(source: string): 'file' | 'folder' {
    return attempt('look at', source, () => fs.statSync(source)).isDirectory() ? 'folder' : 'file'
  }

  /** Copies a file, or a folder with all it holds, to `name` in this folder. */
  copyIn(source: string, name: string): void {
    attempt('copy', source, () => fs.cpSync(source, path.join(this.path, name), { recursive: true }))
  }

  /** True when `name` was copied in before. */
  has(name: string): boolean { return fs.existsSync(path.join(this.path, name)) }

  /** True when the file `name` holds the same bytes as the file at `source`. */
  holdsSame(source: string, name: string): boolean {
    return attempt('read', source, () =>
      fs.readFileSync(source).equals(fs.readFileSync(path.join(this.path, name))))
  }

  /** Removes the folder with all it holds. Quiet when done before. */
  remove(): void {
    folders.delete(this)
    fs.rmSync(this.path, { recursive: true, force: true })
  }
}
