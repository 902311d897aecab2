/**
 * File systems that users have registered, for tasks in threads: they are the driver's objects, so threads ask the driver, by
 * messages, and get what the disk gave. Handles stay in the driver and are closed when the thread's context ends.
 */
import type { MessagePort } from 'node:worker_threads'
import type {
  AppendHandle, Disk, DiskEntry, DiskRules, ListedEntry, MakeOptions, PutOptions, ReadHandle, Upload, UploadTicket,
} from './disk'
import { openFileSystem } from './file-systems'
import { postError, readPostedError, type PostedDiskError } from './posted-error'

/** `handle` says whose method it is: undefined for the disk's own, `uploads` for its uploads'. */
interface Question {
  readonly id: number
  readonly scheme: string
  readonly handle: number | 'uploads' | undefined
  readonly method: string
  readonly values: readonly unknown[]
}

interface Answer {
  readonly id: number
  readonly value?: unknown
  /** The value is a handle, which has this number. */
  readonly handle?: number
  readonly error?: PostedDiskError
}

const methods = new Set<string>([
  'readFile', 'openRead', 'openAppend', 'list', 'listEntries', 'stat', 'makeDirectory', 'put', 'rename', 'remove', 'removeFiles', 'truncate',
  'syncDirectory', 'begin', 'complete', 'abort', 'abortBelow', 'append', 'sync', 'close', 'read', 'size', 'finish',
])
const opening = new Set<string>(['openRead', 'openAppend', 'begin'])

/** Answers a thread until `port` closes. In the driver. */
export function serveFiles(port: MessagePort): void {
  const handles = new Map<number, object>()
  let opened = 0
  const answer = async ({ id, scheme, handle, method, values }: Question): Promise<Answer> => {
    try {
      const disk = openFileSystem(scheme, `${scheme}://`)
      // An upload that is finished is given up by its ticket.
      if (method === 'abort' && typeof handle === 'number' && !handles.has(handle)) return { id }
      const object = handle === undefined ? disk : handle === 'uploads' ? disk.uploads : handles.get(handle)
      if (object === undefined || !methods.has(method)) throw new Error(`${scheme}: there is nothing that could ${method}`)
      const value: unknown = await (object as Record<string, (...all: readonly unknown[]) => unknown>)[method]!(...values)
      // Uploads end by being finished or given up, all else by being closed.
      const isEnd = method === 'finish' || method === 'abort' || method === 'close' && !('finish' in object)
      if (isEnd && typeof handle === 'number') handles.delete(handle)
      if (!opening.has(method)) return { id, value }
      handles.set(opened, value as object)
      return { id, handle: opened++ }
    } catch (error) { return { id, error: postError(error) } }
  }
  port.on('message', (question: Question) => { void answer(question).then(given => port.postMessage(given)) })
  port.on('close', () => {
    for (const handle of handles.values()) Promise.resolve((handle as Partial<AppendHandle>).close?.()).catch(() => undefined)
  })
  port.unref()
}

/** One port to the driver, in a thread. */
export class DriverFiles {
  private readonly waiting = new Map<number, (answer: Answer) => void>()
  private asked = 0

  constructor(private readonly port: MessagePort) {
    port.on('message', (answer: Answer) => {
      this.waiting.get(answer.id)?.(answer)
      this.waiting.delete(answer.id)
    })
    port.unref()
  }

  async ask(scheme: string, handle: Question['handle'], method: string, values: readonly unknown[]): Promise<Answer> {
    const id = this.asked++
    const answer = await new Promise<Answer>(resolve => {
      this.waiting.set(id, resolve)
      const question: Question = { id, scheme, handle, method, values }
      this.port.postMessage(question)
    })
    if (answer.error !== undefined) throw readPostedError(answer.error)
    return answer
  }

  close(): void { this.port.close() }
}

/** Tasks do not choose by the rules of such a disk: the driver has chosen. Whoever asks gets the most careful ones. */
const careful: DiskRules = { commit: 'upload', logs: 'put', isShared: true }

/** A file system of the driver's, in a thread. */
export class DriverDisk implements Disk {
  constructor(private readonly driver: DriverFiles, private readonly scheme: string) {}

  readonly uploads = {
    begin: async (path: string): Promise<Upload> => this.handle('uploads', 'begin', [path]),
    complete: (ticket: UploadTicket): Promise<void> => this.value('uploads', 'complete', [ticket]),
    abort: (ticket: UploadTicket): Promise<void> => this.value('uploads', 'abort', [ticket]),
    abortBelow: (directory: string): Promise<void> => this.value('uploads', 'abortBelow', [directory]),
  }

  rules(): DiskRules { return careful }
  readFile(path: string): Promise<Uint8Array> { return this.value(undefined, 'readFile', [path]) }
  openRead(path: string): Promise<ReadHandle> { return this.handle(undefined, 'openRead', [path]) }
  openAppend(path: string, options?: MakeOptions): Promise<AppendHandle> { return this.handle(undefined, 'openAppend', [path, options]) }
  list(directory: string): Promise<string[]> { return this.value(undefined, 'list', [directory]) }
  listEntries(directory: string, options?: object): Promise<ListedEntry[]> { return this.value(undefined, 'listEntries', [directory, options]) }
  stat(path: string): Promise<DiskEntry | undefined> { return this.value(undefined, 'stat', [path]) }
  makeDirectory(path: string, options?: MakeOptions): Promise<void> { return this.value(undefined, 'makeDirectory', [path, options]) }
  put(path: string, bytes: Uint8Array, options?: PutOptions): Promise<void> { return this.value(undefined, 'put', [path, bytes, options]) }
  rename(from: string, to: string): Promise<void> { return this.value(undefined, 'rename', [from, to]) }
  remove(path: string): Promise<void> { return this.value(undefined, 'remove', [path]) }
  removeFiles(files: readonly string[]): Promise<void> { return this.value(undefined, 'removeFiles', [files]) }
  truncate(path: string, sizeBytes: number): Promise<void> { return this.value(undefined, 'truncate', [path, sizeBytes]) }
  syncDirectory(path: string): Promise<void> { return this.value(undefined, 'syncDirectory', [path]) }

  private async value<T>(handle: Question['handle'], method: string, values: readonly unknown[]): Promise<T> {
    return (await this.driver.ask(this.scheme, handle, method, values)).value as T
  }

  private async handle(owner: Question['handle'], method: string, values: readonly unknown[]): Promise<ReadHandle & Upload> {
    const { handle } = await this.driver.ask(this.scheme, owner, method, values)
    const value = <T>(name: string, ...all: readonly unknown[]): Promise<T> => this.value(handle, name, all)
    return {
      read: (offset, length) => value('read', offset, length),
      size: () => value('size'),
      append: bytes => value('append', bytes),
      sync: () => value('sync'),
      close: () => value('close'),
      finish: () => value('finish'),
      abort: () => value('abort'),
    }
  }
}
