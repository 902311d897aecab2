/**
 * The layout of a checkpoint folder, and who may write to it.
 *
 *   lock                   the process that writes here
 *   events/                what happened to batches: see events.ts
 *   state/<name>/          one log a state: see state-log.ts
 *   received/<stream>/     one log a receiver
 *   <application>-<n>/     RDDs that were marked with checkpoint(); of the run that goes on only
 *   superseded/            what a program that starts anew found here; the latest only
 *
 * Everything is readable by its owner alone. No code and no settings are in it.
 */
import { randomUUID } from 'node:crypto'
import * as os from 'node:os'
import { CheckpointError } from '../../base/errors'
import { killPoint } from '../../base/kill-points'
import { logFor } from '../../base/log'
import { replaceFile } from '../../disk/atomic-replace'
import { DiskError, type Disk } from '../../disk/disk'
import { baseName, joinPath, resolvePath } from '../../disk/paths'

const log = logFor('Checkpoint')
const kept = ['events', 'state', 'received']

/** Folders that contexts of this process write to. */
const held = new WeakMap<Disk, Set<string>>()

/** What a lock says. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  /** Tells two processes that came at the same time apart. */
  readonly id?: string
}

export class CheckpointFolder {
  private constructor(readonly disk: Disk, readonly directory: string) {}

  static of(disk: Disk, directory: string): CheckpointFolder { return new CheckpointFolder(disk, resolvePath(directory)) }

  get events(): string { return joinPath(this.directory, 'events') }
  get states(): string { return joinPath(this.directory, 'state') }
  get received(): string { return joinPath(this.directory, 'received') }
  private get lockFile(): string { return joinPath(this.directory, 'lock') }

  /** The log of a state: its name as a file name, whatever is in it. */
  state(store: string): string { return joinPath(this.states, fileNameOf(store)) }

  /** The names of the states that have a log here. */
  async stateNames(): Promise<string[]> {
    if (await this.disk.stat(this.states) === undefined) return []
    return (await this.disk.list(this.states)).map(name => decodeURIComponent(name))
  }

  /** From here on this process writes here. Throws CheckpointError when another one does. */
  async lock(): Promise<void> {
    killPoint('folder.locking')
    const { disk, directory } = this
    const mine = held.get(disk) ?? new Set<string>()
    held.set(disk, mine)
    if (mine.has(directory)) throw inUse(directory, `another StreamingContext of this process (${process.pid})`, this.lockFile)
    await disk.makeDirectory(directory, { isPrivate: true })
    const owner = await this.owner()
    if (owner !== undefined && owner.host !== os.hostname()) {
      log.warn(`${directory} was in use on ${owner.host} by process ${owner.pid}; taking it over`)
    } else if (owner !== undefined && owner.pid !== process.pid && isAlive(owner.pid)) {
      throw inUse(directory, `process ${owner.pid}`, this.lockFile)
    }
    await this.take(owner !== undefined)
    mine.add(directory)
    killPoint('folder.locked')
  }

  /**
   * Where other machines write too, two may come at once: one of them puts the lock, or is the one whose lock stays. A process
   * that lives on although another machine has taken over is stopped by its logs, whose files are there already.
   */
  private async take(isStale: boolean): Promise<void> {
    const { disk, directory, lockFile } = this
    const mark: LockOwner = { pid: process.pid, host: os.hostname(), id: randomUUID() }
    const bytes = Buffer.from(JSON.stringify(mark))
    const { isShared } = disk.rules(directory)
    if (isStale || !isShared) await replaceFile(disk, lockFile, bytes, { isPrivate: true })
    else {
      await disk.put(lockFile, bytes, { ifAbsent: true, isPrivate: true }).catch(error => {
        if (!(error instanceof DiskError) || error.kind !== 'exists') throw error
      })
    }
    if (!isShared) return
    const owner = await this.owner()
    if (owner?.id !== mark.id) throw inUse(directory, owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`, lockFile)
  }

  /** The process that says that it writes here. */
  async owner(): Promise<LockOwner | undefined> {
    if (await this.disk.stat(this.lockFile) === undefined) return undefined
    try {
      return JSON.parse(Buffer.from(await this.disk.readFile(this.lockFile)).toString()) as LockOwner
    } catch {
      return undefined // A lock that cannot be read was being written when its process died.
    }
  }

  async unlock(): Promise<void> {
    killPoint('folder.unlocking')
    held.get(this.disk)?.delete(this.directory)
    await this.disk.remove(this.lockFile)
    killPoint('folder.unlocked')
  }

  /** Moves what an earlier program kept here aside, for this one starts anew. */
  async supersede(): Promise<void> {
    const { disk, directory } = this
    const found: string[] = []
    for (const name of kept) if (await disk.stat(joinPath(directory, name)) !== undefined) found.push(name)
    if (found.length === 0) return
    const aside = joinPath(directory, 'superseded')
    await disk.remove(aside)
    await disk.makeDirectory(aside, { isPrivate: true })
    for (const name of found) {
      await disk.rename(joinPath(directory, name), joinPath(aside, name))
      killPoint('folder.moved')
    }
    killPoint('folder.superseded')
    await disk.syncDirectory(aside)
    killPoint('folder.asideSynced')
    await disk.syncDirectory(directory)
    killPoint('folder.supersededSynced')
    log.warn(`${directory} holds the checkpoint of an earlier program, and this one starts anew: what was there is kept in ${aside}.`
      + ' To go on with it, make the context with StreamingContext.getOrCreate')
  }

  /** Removes the checkpoint, and the folder itself when nothing else is in it. The folder must be locked. */
  async removeAll(): Promise<void> {
    const { disk, directory } = this
    for (const name of [...kept, 'superseded']) await disk.remove(joinPath(directory, name))
    await this.unlock()
    if ((await disk.list(directory)).length === 0) await disk.remove(directory)
  }

  /** Removes a folder of RDDs that an earlier run left. */
  async removeRdds(name: string): Promise<void> {
    if (baseName(name) === name) await this.disk.remove(joinPath(this.directory, name))
  }
}

/** A name as a file name: letters, digits and few more stay; `..` and `/` cannot come out. */
function fileNameOf(name: string): string { return encodeURIComponent(name).replace(/\./g, '%2E') }

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(directory: string, who: string, lockFile: string): CheckpointError {
  return new CheckpointError(`The checkpoint folder ${directory} is in use by ${who}`, {
    hint: `Two programs must not share a folder. If that one is not running any more, remove ${lockFile}.`,
  })
}
