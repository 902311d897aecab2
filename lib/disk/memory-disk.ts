/**
 * A disk in memory: the same rules as the real one, for specs and dry runs. Nothing outlives the process.
 * Every operation runs through attempt(), and every change is told to a hook: the crashing disk is made of
 * these.
 */
import { randomUUID } from 'node:crypto'
import { systemClock } from '../base/clock'
import {
  DiskError, sortNames, type AppendHandle, type Disk, type DiskEntry, type DiskRules, type ListedEntry, type MakeOptions,
  type PutOptions, type ReadHandle, type Uploads,
} from './disk'
import { listByLooking } from './list-entries'
import { MemoryUploads } from './memory-uploads'
import { baseName, isBelow, joinPath, parentPath, resolvePath, splitPath } from './paths'
import { MemoryFile, MemoryFolder, type EntryChange, type MemoryNode } from './memory-node'

export interface AttemptDetails {
  /** The generation of the handle that is used. */
  readonly generation: number
  /** What the operation does even when it fails. */
  readonly partly?: () => void
}

export interface MemoryDiskOptions {
  /** The times that files are modified at. Default: the system's clock. */
  readonly nowMs?: () => number
  /** As another file system's: for programs that write by uploads, or logs by put. Default: as the machine's. */
  readonly rules?: Partial<DiskRules>
}

const refuse = (operation: string, file: string, errno: string): never => { throw new DiskError(operation, file, errno) }

/**
 * Files in memory. Of a URL the names alone count: `mem://a/b/c` and `/b/c` are the same file.
 * @example
 * ```
 * const disk = new MemoryDisk()
 * await disk.makeDirectory('/data')
 * await replaceFile(disk, '/data/a.txt', Buffer.from('hello'))
 * ```
 */
export class MemoryDisk implements Disk {
  protected readonly root: MemoryFolder
  protected readonly nowMs: () => number
  readonly uploads?: Uploads
  readonly lookSync = { stat: (file: string) => this.lookAt(file), list: (directory: string) => this.namesIn(directory) }
  private readonly ownRules: DiskRules

  constructor(options: MemoryDiskOptions = {}) {
    this.nowMs = options.nowMs ?? (() => systemClock.now())
    this.root = new MemoryFolder(this.nowMs())
    this.ownRules = { commit: 'rename', logs: 'append', isShared: false, ...options.rules }
    if (this.ownRules.commit === 'upload') this.uploads = new MemoryUploads(this)
  }

  rules(): DiskRules { return this.ownRules }

  /** Sets when a file was modified, as `touch` does. */
  setModified(file: string, modifiedMs: number): void {
    const node = this.find(file, 'touch') ?? refuse('touch', file, 'ENOENT')
    node.modifiedMs = modifiedMs
  }

  async readFile(file: string): Promise<Uint8Array> {
    return this.attempt('read', file, () => Buffer.from(this.fileAt(file, 'read').content))
  }

  async openRead(file: string): Promise<ReadHandle> {
    const node = this.attempt('read', file, () => this.fileAt(file, 'read'))
    const generation = this.generation
    return {
      read: async (offset, length) => {
        return this.attempt('read', file, () => Buffer.from(node.content.subarray(offset, offset + length)), { generation })
      },
      size: async () => this.attempt('read', file, () => node.sizeBytes, { generation }),
      close: async () => undefined,
    }
  }

  async openAppend(file: string, _options?: MakeOptions): Promise<AppendHandle> {
    const node = this.attempt('write to', file, () => this.fileForWriting(file))
    const generation = this.generation
    const write = (bytes: Uint8Array) => {
      const offset = node.sizeBytes
      node.write(offset, bytes)
      node.modifiedMs = this.nowMs()
      this.wrote(node, offset, Buffer.from(bytes))
    }
    return {
      append: async bytes => {
        const partly = () => write(bytes.subarray(0, bytes.length >> 1))
        this.attempt('write to', file, () => write(bytes), { generation, partly })
      },
      sync: async () => {
        const partly = () => this.syncFailed(node)
        this.attempt('sync', file, () => this.synced(node), { generation, partly })
      },
      close: async () => undefined,
    }
  }

  async list(directory: string): Promise<string[]> { return this.namesIn(directory) }

  listEntries(directory: string, options?: { readonly isDeep?: boolean }): Promise<ListedEntry[]> { return listByLooking(this, directory, options) }

  private namesIn(directory: string): string[] {
    return this.attempt('list', directory, () => sortNames([...this.folderAt(directory, 'list').entries.keys()]))
  }

  async stat(file: string): Promise<DiskEntry | undefined> { return this.lookAt(file) }

  private lookAt(file: string): DiskEntry | undefined {
    return this.attempt('look at', file, () => {
      const node = this.find(file)
      if (node === undefined) return undefined
      const isDirectory = node instanceof MemoryFolder
      return { sizeBytes: isDirectory ? 0 : node.sizeBytes, modifiedMs: Math.floor(node.modifiedMs), isDirectory }
    })
  }

  async makeDirectory(directory: string, _options?: MakeOptions): Promise<void> {
    this.attempt('make folder', directory, () => {
      let folder = this.root
      const made: MemoryFolder[] = []
      for (const name of segmentsOf(directory)) {
        let next = folder.entries.get(name)
        if (next === undefined) {
          next = new MemoryFolder(this.nowMs())
          this.change([{ folder, name, node: next }])
          made.push(folder)
        }
        if (!(next instanceof MemoryFolder)) return refuse('make folder', directory, 'EEXIST')
        folder = next
      }
      for (const parent of made) this.syncedFolder(parent)
    })
  }

  /** Made of the steps that another disk would take: the crashing disk may stop after each. */
  async put(file: string, bytes: Uint8Array, options?: PutOptions): Promise<void> {
    const isTaken = (): boolean => options?.ifAbsent === true && this.find(file) !== undefined
    if (isTaken()) refuse('write to', file, 'EEXIST')
    const aside = joinPath(parentPath(file), `.${baseName(file)}.${randomUUID()}.tmp`)
    const handle = await this.openAppend(aside, options)
    await handle.append(bytes)
    await handle.sync()
    if (isTaken()) {
      await this.remove(aside)
      refuse('write to', file, 'EEXIST')
    }
    // Nothing happens between the look above and the rename, which is done when the call returns.
    await this.rename(aside, file)
    await this.syncDirectory(parentPath(file))
  }

  async rename(from: string, to: string): Promise<void> {
    this.attempt('rename', from, () => {
      const source = this.place(from, 'rename')
      const target = this.place(to, 'rename')
      const moved = source.node ?? refuse('rename', from, 'ENOENT')
      const replaced = target.node
      if (moved === replaced) return
      if (moved instanceof MemoryFolder && isBelow(resolvePath(to), resolvePath(from))) refuse('rename', from, 'EINVAL')
      if (replaced instanceof MemoryFolder) {
        if (!(moved instanceof MemoryFolder)) refuse('rename', from, 'EISDIR')
        if (replaced.entries.size > 0) refuse('rename', from, 'ENOTEMPTY')
      } else if (replaced !== undefined && moved instanceof MemoryFolder) refuse('rename', from, 'ENOTDIR')
      this.change([{ ...source, node: undefined }, { ...target, node: moved }])
    })
  }

  async remove(file: string): Promise<void> {
    this.attempt('remove', file, () => {
      const node = this.find(file)
      if (node === undefined) return
      if (node === this.root) refuse('remove', file, 'EBUSY')
      this.empty(node)
      this.change([{ ...this.place(file, 'remove'), node: undefined }])
    })
  }

  async removeFiles(files: readonly string[]): Promise<void> { for (const file of files) await this.remove(file) }

  async truncate(file: string, sizeBytes: number): Promise<void> {
    this.attempt('truncate', file, () => {
      const node = this.fileAt(file, 'truncate')
      node.resize(sizeBytes)
      node.modifiedMs = this.nowMs()
      this.resized(node, sizeBytes)
      this.synced(node)
    })
  }

  async syncDirectory(directory: string): Promise<void> {
    this.attempt('sync folder', directory, () => this.syncedFolder(this.folderAt(directory, 'sync folder')))
  }

  /** Handles belong to the generation in which they were opened. */
  protected get generation(): number { return 0 }

  /** Runs one operation. */
  protected attempt<T>(_operation: string, _path: string, effect: () => T, _details?: AttemptDetails): T { return effect() }

  // What a disk with pending writes wants to know; memory itself has none.
  protected wrote(_file: MemoryFile, _offset: number, _bytes: Buffer): void { return }
  protected resized(_file: MemoryFile, _sizeBytes: number): void { return }
  protected synced(_file: MemoryFile): void { return }
  protected syncFailed(_file: MemoryFile): void { return }
  protected changed(_changes: readonly EntryChange[]): void { return }
  protected syncedFolder(_folder: MemoryFolder): void { return }

  /** Changes names in one step. */
  private change(changes: readonly EntryChange[]): void {
    for (const { folder, name, node } of changes) {
      if (node === undefined) folder.entries.delete(name)
      else folder.entries.set(name, node)
      folder.modifiedMs = this.nowMs()
    }
    this.changed(changes)
  }

  private empty(node: MemoryNode): void {
    if (!(node instanceof MemoryFolder)) return
    for (const [name, inner] of [...node.entries]) {
      this.empty(inner)
      this.change([{ folder: node, name, node: undefined }])
    }
  }

  private fileForWriting(file: string): MemoryFile {
    const { folder, name, node } = this.place(file, 'write to')
    if (node instanceof MemoryFolder) return refuse('write to', file, 'EISDIR')
    if (node !== undefined) return node
    const made = new MemoryFile(this.nowMs())
    this.change([{ folder, name, node: made }])
    return made
  }

  /** What stands at a path, and in which folder under which name. */
  private place(file: string, operation: string): { folder: MemoryFolder, name: string, node: MemoryNode | undefined } {
    const folder = this.find(parentPath(resolvePath(file)), operation) ?? refuse(operation, file, 'ENOENT')
    if (!(folder instanceof MemoryFolder)) return refuse(operation, file, 'ENOTDIR')
    const name = baseName(resolvePath(file))
    return { folder, name, node: name === '' ? this.root : folder.entries.get(name) }
  }

  /**
   * The node at a path; where a file stands in the way, undefined, or an error when an operation is named.
   */
  private find(file: string, operation?: string): MemoryNode | undefined {
    let node: MemoryNode | undefined = this.root
    for (const name of segmentsOf(file)) {
      if (!(node instanceof MemoryFolder)) return operation === undefined ? undefined : refuse(operation, file, 'ENOTDIR')
      node = node.entries.get(name)
      if (node === undefined) return undefined
    }
    return node
  }

  private fileAt(file: string, operation: string): MemoryFile {
    const node = this.find(file, operation) ?? refuse(operation, file, 'ENOENT')
    return node instanceof MemoryFolder ? refuse(operation, file, 'EISDIR') : node
  }

  private folderAt(directory: string, operation: string): MemoryFolder {
    const node = this.find(directory, operation) ?? refuse(operation, directory, 'ENOENT')
    return node instanceof MemoryFolder ? node : refuse(operation, directory, 'ENOTDIR')
  }
}

function segmentsOf(file: string): readonly string[] { return splitPath(resolvePath(file)).names }
