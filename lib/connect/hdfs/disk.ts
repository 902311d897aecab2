/**
 * HDFS as a Disk, by WebHDFS. Renames are one step and names are kept by the NameNode before it answers; bytes are with all
 * DataNodes of their block when a request has ended. Logs are files put if absent, one a commit: appending needs the one
 * DataNode that it has begun with.
 */
import { randomUUID } from 'node:crypto'
import { sleep, systemClock } from '../../base/clock'
import { limits } from '../../base/limits'
import {
  DiskError, sortNames, type AppendHandle, type Disk, type DiskEntry, type DiskRules, type ListedEntry, type MakeOptions,
  type PutOptions, type ReadHandle,
} from '../../disk/disk'
import type { FileSystemSettings } from '../../disk/file-systems'
import { sortEntries } from '../../disk/list-entries'
import { baseName, joinPath, parentPath, resolvePath, urlParts } from '../../disk/paths'
import { HdfsAppendHandle, createQuestion } from './append-handle'
import { hdfsOptions } from './options'
import { AnswerLost, WebHdfs, type Question } from './web-hdfs'

interface FileStatus {
  readonly pathSuffix: string
  readonly type: 'FILE' | 'DIRECTORY' | 'SYMLINK'
  readonly length: number
  readonly modificationTime: number
}

const rules: DiskRules = { commit: 'rename', logs: 'put', isShared: true }

export class HdfsDisk implements Disk {
  private readonly client: WebHdfs

  constructor(settings: FileSystemSettings) { this.client = new WebHdfs(hdfsOptions(settings)) }

  rules(): DiskRules { return rules }
  release(): void { this.client.close() }

  async readFile(path: string): Promise<Uint8Array> {
    const { sizeBytes } = await this.fileAt('read', path)
    return this.readRange(path, 0, sizeBytes)
  }

  async openRead(path: string): Promise<ReadHandle> {
    const { sizeBytes } = await this.fileAt('read', path)
    return {
      read: (offset, length) => this.readRange(path, offset, Math.min(length, sizeBytes - offset)),
      size: async () => sizeBytes,
      close: async () => undefined,
    }
  }

  private async readRange(path: string, offset: number, length: number): Promise<Uint8Array> {
    if (length <= 0) return new Uint8Array(0)
    const question: Question = {
      operation: 'read', path, method: 'GET', op: 'OPEN', parameters: { offset: String(offset), length: String(length) },
    }
    const bytes = await this.client.withDataNode(question, async url => {
      const found = await this.client.fetch(question, url)
      if (found.length === length) return found
      throw new DiskError('read', path, 'EIO', undefined, { reason: `${found.length} of ${length} bytes came`, retriable: true })
    })
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Throws unless a file is there. */
  private async fileAt(operation: string, path: string): Promise<DiskEntry> {
    const entry = entryOf(await this.status(operation, path))
    if (entry.isDirectory) throw new DiskError(operation, path, 'EISDIR')
    return entry
  }

  private async status(operation: string, path: string): Promise<FileStatus> {
    return (await this.client.json<{ FileStatus: FileStatus }>({ operation, path, method: 'GET', op: 'GETFILESTATUS' })).FileStatus
  }

  async openAppend(path: string, options?: MakeOptions): Promise<AppendHandle> {
    const found = await this.stat(path)
    if (found?.isDirectory === true) throw new DiskError('write to', path, 'EISDIR')
    if (found === undefined) await this.requireFolder('write to', path, parentPath(path))
    return new HdfsAppendHandle(this.client, path, found === undefined, options)
  }

  /** Throws unless `folder` is one; `path` is what needs it. */
  private async requireFolder(operation: string, path: string, folder: string): Promise<void> {
    const found = await this.stat(folder)
    if (found === undefined) throw new DiskError(operation, path, 'ENOENT')
    if (!found.isDirectory) throw new DiskError(operation, path, 'ENOTDIR')
  }

  async list(directory: string): Promise<string[]> { return sortNames((await this.statuses(directory)).map(({ pathSuffix }) => pathSuffix)) }

  async listEntries(directory: string, { isDeep = false }: { readonly isDeep?: boolean } = {}): Promise<ListedEntry[]> {
    const entries = (await this.statuses(directory)).map(status => ({ ...entryOf(status), name: status.pathSuffix }))
    if (!isDeep) return sortEntries(entries)
    const files: ListedEntry[] = entries.filter(entry => !entry.isDirectory)
    for (const { name } of entries.filter(entry => entry.isDirectory)) {
      for (const inside of await this.listEntries(joinPath(directory, name), { isDeep })) files.push({ ...inside, name: `${name}/${inside.name}` })
    }
    return sortEntries(files)
  }

  private async statuses(directory: string): Promise<readonly FileStatus[]> {
    const question: Question = { operation: 'list', path: directory, method: 'GET', op: 'LISTSTATUS' }
    const { FileStatuses: { FileStatus: found } } = await this.client.json<{ FileStatuses: { FileStatus: FileStatus[] } }>(question)
    // A file lists as itself, without a name.
    if (found.length === 1 && found[0]!.pathSuffix === '') throw new DiskError('list', directory, 'ENOTDIR')
    return found
  }

  async stat(path: string): Promise<DiskEntry | undefined> {
    try { return entryOf(await this.status('look at', path)) } catch (error) {
      const { kind } = error as DiskError
      if (kind === 'not found' || kind === 'not a directory') return undefined
      throw error
    }
  }

  async makeDirectory(path: string, options?: MakeOptions): Promise<void> {
    const permission: Record<string, string> = options?.isPrivate === true ? { permission: '700' } : {}
    await this.client.ask({ operation: 'make folder', path, method: 'PUT', op: 'MKDIRS', parameters: permission })
  }

  async put(path: string, bytes: Uint8Array, options: PutOptions = {}): Promise<void> {
    const aside = joinPath(parentPath(path), `.${baseName(path)}.${randomUUID()}.tmp`)
    const question = createQuestion(aside, options.isPrivate === true)
    try {
      await this.client.withDataNode(question, url => this.client.send(question, url, bytes))
      await this.move('write to', aside, path, options.ifAbsent === true ? 'NONE' : 'OVERWRITE')
    } catch (error) {
      await this.remove(aside).catch(() => undefined)
      if (error instanceof DiskError && error.path === aside) {
        throw new DiskError('write to', path, error.errno, error, { reason: error.message, retriable: error.retriable })
      }
      throw error
    }
  }

  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [resolvePath(from), resolvePath(to)]
    if (source === target) {
      await this.status('rename', from)
      return
    }
    try {
      await this.status('rename', from)
      await this.move('rename', source, target, 'OVERWRITE')
    } catch (error) {
      throw await this.whyNotRenamed(source, target) ?? error
    }
  }

  /** `from` is there. A lost answer is found out about: the move has happened when nothing is left to move. */
  private async move(operation: string, from: string, to: string, options: 'NONE' | 'OVERWRITE'): Promise<void> {
    const destination = `/${urlParts(to)!.names.join('/')}`
    const question: Question = { operation, path: from, method: 'PUT', op: 'RENAME', parameters: { destination, renameoptions: options } }
    for (let attempt = 0; ; attempt++) {
      try {
        await this.client.ask(question, true)
        return
      } catch (error) {
        if (!(error instanceof AnswerLost)) throw error
        if (await this.stat(from) === undefined) return
        if (attempt >= renameAttemptsMax) throw new DiskError(operation, from, 'EIO', error, { reason: error.message, retriable: true })
      }
    }
  }

  /** HDFS has one exception for much of what may be wrong with a rename. */
  private async whyNotRenamed(from: string, to: string): Promise<DiskError | undefined> {
    const refused = (errno: string): DiskError => new DiskError('rename', from, errno)
    const [source, target, folder] = await Promise.all([this.stat(from), this.stat(to), this.stat(parentPath(to))])
    if (source === undefined || folder === undefined) return refused('ENOENT')
    if (target === undefined) return undefined
    if (target.isDirectory && !source.isDirectory) return refused('EISDIR')
    if (!target.isDirectory && source.isDirectory) return refused('ENOTDIR')
    if (target.isDirectory && (await this.list(to)).length > 0) return refused('ENOTEMPTY')
    return undefined
  }

  async remove(path: string): Promise<void> {
    try {
      await this.client.ask({ operation: 'remove', path, method: 'DELETE', op: 'DELETE', parameters: { recursive: 'true' } })
    } catch (error) {
      const { kind } = error as DiskError
      if (kind !== 'not found' && kind !== 'not a directory') throw error
    }
  }

  async removeFiles(files: readonly string[]): Promise<void> {
    for (let at = 0; at < files.length; at += limits.remoteRequestsMax) {
      await Promise.all(files.slice(at, at + limits.remoteRequestsMax).map(file => this.remove(file)))
    }
  }

  async truncate(path: string, sizeBytes: number): Promise<void> {
    await this.fileAt('truncate', path)
    const question: Question = { operation: 'truncate', path, method: 'POST', op: 'TRUNCATE', parameters: { newlength: String(sizeBytes) } }
    // The last block is cut by its DataNodes, later: until then the file is as if somebody were writing to it.
    for (let attempt = 0; attempt < truncateLooksMax; attempt++) {
      try {
        if ((await this.client.json<{ boolean: boolean }>(question)).boolean) return
      } catch (error) {
        if (!(error instanceof DiskError) || error.kind !== 'input/output' || attempt === truncateLooksMax - 1) throw error
      }
      await sleep(systemClock, truncatePauseMs)
    }
    throw new DiskError('truncate', path, 'EIO', undefined, { reason: 'its last block is still being cut', retriable: true })
  }

  async syncDirectory(path: string): Promise<void> {
    const entry = entryOf(await this.status('sync folder', path))
    if (!entry.isDirectory) throw new DiskError('sync folder', path, 'ENOTDIR')
  }
}

const renameAttemptsMax = 10
const truncatePauseMs = 100
const truncateLooksMax = 600

function entryOf({ length, modificationTime, type }: FileStatus): DiskEntry {
  return { sizeBytes: length, modifiedMs: modificationTime, isDirectory: type === 'DIRECTORY' }
}
