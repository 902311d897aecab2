/**
 * The disk of the machine. Short writes are continued, every system error becomes a DiskError that names what
 * was tried, and sync() is fdatasync: the data and the file's length are on the device when it resolves.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import {
  DiskError, sortNames, type AppendHandle, type Disk, type DiskEntry, type DiskRules, type ListedEntry, type MakeOptions,
  type PutOptions, type ReadHandle,
} from './disk'
import { listByLooking } from './list-entries'
import { listSync, statSync } from './look-sync'

const rules: DiskRules = { commit: 'rename', logs: 'append', isShared: false }

async function attempt<T>(operation: string, path: string, run: () => Promise<T>): Promise<T> {
  try { return await run() } catch (error) {
    throw new DiskError(operation, path, String((error as NodeJS.ErrnoException).code ?? 'EIO'), error)
  }
}

class RealAppendHandle implements AppendHandle {
  constructor(private readonly handle: fs.FileHandle, private readonly path: string) {}

  append(bytes: Uint8Array): Promise<void> {
    return attempt('write to', this.path, async () => {
      for (let done = 0; done < bytes.length;) {
        done += (await this.handle.write(bytes, done, bytes.length - done)).bytesWritten
      }
    })
  }

  sync(): Promise<void> { return attempt('sync', this.path, () => this.handle.datasync()) }
  close(): Promise<void> { return attempt('close', this.path, () => this.handle.close()) }
}

class RealReadHandle implements ReadHandle {
  constructor(private readonly handle: fs.FileHandle, private readonly path: string) {}

  read(offset: number, length: number): Promise<Uint8Array> {
    return attempt('read', this.path, async () => {
      const bytes = new Uint8Array(length)
      let done = 0
      while (done < length) {
        const { bytesRead } = await this.handle.read(bytes, done, length - done, offset + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
      return done === length ? bytes : bytes.subarray(0, done)
    })
  }

  size(): Promise<number> { return attempt('read', this.path, async () => (await this.handle.stat()).size) }
  close(): Promise<void> { return attempt('close', this.path, () => this.handle.close()) }
}

class RealDisk implements Disk {
  readonly lookSync = { stat: statSync, list: listSync }

  rules(): DiskRules { return rules }

  readFile(path: string): Promise<Uint8Array> { return attempt('read', path, () => fs.readFile(path)) }

  openRead(path: string): Promise<ReadHandle> {
    return attempt('read', path, async () => {
      const handle = await fs.open(path, 'r')
      if (!(await handle.stat()).isDirectory()) return new RealReadHandle(handle, path)
      await handle.close()
      throw Object.assign(new Error('is a directory'), { code: 'EISDIR' })
    })
  }

  openAppend(path: string, options?: MakeOptions): Promise<AppendHandle> {
    const mode = options?.isPrivate === true ? 0o600 : 0o666
    return attempt('write to', path, async () => new RealAppendHandle(await fs.open(path, 'a', mode), path))
  }

  list(directory: string): Promise<string[]> {
    return attempt('list', directory, async () => sortNames(await fs.readdir(directory)))
  }

  listEntries(directory: string, options?: { readonly isDeep?: boolean }): Promise<ListedEntry[]> { return listByLooking(this, directory, options) }

  async stat(path: string): Promise<DiskEntry | undefined> {
    try {
      const found = await attempt('look at', path, () => fs.stat(path))
      return {
        sizeBytes: found.size, modifiedMs: Math.floor(found.mtimeMs), isDirectory: found.isDirectory(), ownerId: found.uid,
      }
    } catch (error) {
      const kind = (error as DiskError).kind
      if (kind === 'not found' || kind === 'not a directory') return undefined
      throw error
    }
  }

  makeDirectory(path: string, options?: MakeOptions): Promise<void> {
    const mode = options?.isPrivate === true ? 0o700 : 0o777
    return attempt('make folder', path, async () => {
      const first = await fs.mkdir(path, { recursive: true, mode })
      if (first === undefined) return
      // Every folder that is new has its name in the one above.
      const top = resolve(first)
      for (let made = resolve(path); made.length >= top.length; made = dirname(made)) await this.syncDirectory(dirname(made))
    })
  }

  async put(path: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    // Hidden from inputs, and of no other writer.
    const aside = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
    try {
      await attempt('write to', path, () => writeNew(aside, bytes, options))
      if (options?.ifAbsent === true) await attempt('write to', path, () => fs.link(aside, path))
      else await this.rename(aside, path)
      await this.syncDirectory(dirname(path))
    } finally { await fs.rm(aside, { force: true }).catch(() => undefined) }
  }

  rename(from: string, to: string): Promise<void> { return attempt('rename', from, () => fs.rename(from, to)) }
  remove(path: string): Promise<void> {
    // Again where a thread has made a file in a folder meanwhile, as a task of a job that has failed may.
    return attempt('remove', path, () => fs.rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 10 }))
  }

  async removeFiles(files: readonly string[]): Promise<void> { for (const file of files) await this.remove(file) }

  truncate(path: string, sizeBytes: number): Promise<void> {
    return attempt('truncate', path, async () => {
      const handle = await fs.open(path, 'r+')
      try {
        await handle.truncate(sizeBytes)
        await handle.sync()
      } finally { await handle.close() }
    })
  }

  syncDirectory(path: string): Promise<void> {
    // A folder cannot be opened on Windows, where the file system's own journal keeps names.
    if (process.platform === 'win32') return Promise.resolve()
    return attempt('sync folder', path, async () => {
      const handle = await fs.open(path, 'r')
      try { await handle.sync() } finally { await handle.close() }
    })
  }
}

async function writeNew(path: string, bytes: Uint8Array, options?: MakeOptions): Promise<void> {
  const handle = await fs.open(path, 'wx', options?.isPrivate === true ? 0o600 : 0o666)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally { await handle.close() }
}

/** The machine's own disk. */
export const realDisk: Disk = new RealDisk()
