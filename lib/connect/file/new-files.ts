/**
 * Which files are new at a batch. A file belongs to the first batch at which all of this holds, and to no
 * other:
 *
 *   its name passes the filter
 *   it was modified after the start (or, when old files count too, at any time), and within the window before the batch
 *   it was not modified after the batch time
 *   it was not selected before, within the window
 *
 *   ------|=============================|------> time         the window is a whole number of batches, 60 s or more:
 *      ignored    window (remembered)   batch                 a file that shows up later than that is not seen
 *
 * Only names and times are looked at; a file must therefore appear whole, by being moved into its folder.
 */
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import type { Disk, DiskEntry } from '../../disk/disk'
import { joinPath } from '../../disk/paths'
import { errorText } from '../../streaming/error-text'
import { directoriesOf } from './directories'

const log = logFor('FileInputDStream')

/** A file whose name passes, and what the listing of its folder said of it, where that costs nothing. */
interface Candidate { readonly file: string, readonly entry: DiskEntry | undefined }

export interface NewFilesOptions {
  readonly disk: Disk
  readonly directory: string
  readonly filter: (path: string) => boolean
  readonly windowMs: number
}

export class NewFiles {
  /** Files modified then or before are old. Set when the stream starts. */
  ignoreUntilMs = 0
  /** The batch at which each file was selected. */
  private readonly selected = new Map<string, number>()
  private readonly warned = new Set<string>()

  constructor(private readonly options: NewFilesOptions) {}

  /** These files belong to the batch of an earlier run at that time, and so to no other. */
  restore(batchMs: number, files: readonly string[]): void {
    for (const file of files) this.selected.set(file, Math.max(batchMs, this.selected.get(file) ?? batchMs))
  }

  /**
   * The new files at a batch, which count as selected from here on. An error of the filter is the caller's.
   */
  async select(batchMs: number): Promise<string[]> {
    const oldestMs = batchMs - this.options.windowMs
    for (const [file, atMs] of this.selected) if (atMs < oldestMs) this.selected.delete(file)
    const afterMs = Math.max(this.ignoreUntilMs, oldestMs)
    const files: string[] = []
    for (const candidates of portions(await this.candidates(), limits.fileStatsMax)) {
      const areNew = await Promise.all(candidates.map(each => this.isNew(each, afterMs, batchMs)))
      files.push(...candidates.filter((_, index) => areNew[index]).map(({ file }) => file))
    }
    for (const file of files) this.selected.set(file, batchMs)
    return files
  }

  /** The files whose names pass and that were not selected, in the order of their names. */
  private async candidates(): Promise<Candidate[]> {
    const { disk, directory, filter } = this.options
    const names = await this.attempt(directory, async () => {
      const folders = await directoriesOf(disk, directory)
      const missing = `No directory to scan: ${directory} is not there (yet?). The batch is empty.`
      if (folders.length === 0) this.warnOnce(directory, missing)
      else this.warned.delete(directory)
      return folders
    })
    const files: Candidate[] = []
    for (const folder of names ?? []) {
      const inside = await this.attempt(folder, () => filesIn(disk, folder))
      files.push(...inside ?? [])
    }
    return files.filter(({ file }) => !this.selected.has(file) && filter(file))
  }

  private async isNew({ file, entry: listed }: Candidate, afterMs: number, untilMs: number): Promise<boolean> {
    const { disk } = this.options
    const entry = listed ?? await this.attempt(file, () => disk.stat(file))
    if (entry === undefined || entry.isDirectory || entry.modifiedMs <= afterMs || entry.modifiedMs > untilMs) return false
    // What cannot be opened is not selected, so that it is read when it can be, within the window.
    return await this.attempt(file, async () => {
      await (await disk.openRead(file)).close()
      return true
    }) ?? false
  }

  /**
   * What `look` gives; undefined when the disk refuses, which is logged once and leaves the file or folder
   * out.
   */
  private async attempt<T>(what: string, look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await look()
    } catch (error) {
      this.warnOnce(what, `${what} is skipped: ${errorText(error)}`)
      return undefined
    }
  }

  private warnOnce(what: string, message: string): void {
    if (this.warned.has(what)) return
    if (this.warned.size >= limits.fileWarningsMax) this.warned.clear()
    this.warned.add(what)
    log.warn(message)
  }
}

/** A listing of another file system says what each file is; on this machine only those that may be new are looked at. */
async function filesIn(disk: Disk, folder: string): Promise<Candidate[]> {
  if (disk.rules(folder).isShared) return (await disk.listEntries(folder)).map(entry => ({ file: joinPath(folder, entry.name), entry }))
  return (await disk.list(folder)).map(name => ({ file: joinPath(folder, name), entry: undefined }))
}

function* portions<T>(all: readonly T[], count: number): Iterable<T[]> {
  for (let at = 0; at < all.length; at += count) yield all.slice(at, at + count)
}
