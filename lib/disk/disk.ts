/**
 * Files as an interface: everything that Millrace keeps or reads goes through a Disk, so that specs can run
 * the same code in memory and on a disk that crashes. Nothing here promises durability by itself: bytes are
 * durable after the handle's sync(), names after syncDirectory() of the folder that holds them.
 */
import { MillraceError } from '../base/errors'

/** What stat() tells of a file or folder. */
export interface DiskEntry {
  readonly sizeBytes: number
  /** Milliseconds since 1970, whole. */
  readonly modifiedMs: number
  readonly isDirectory: boolean
  /** The owner's user id, where the system has one. */
  readonly ownerId?: number
}

/** A file that grows at its end. One writer a file. */
export interface AppendHandle {
  /** Writes all of `bytes` at the end of the file; they may be lost by a power failure until sync(). */
  append(bytes: Uint8Array): Promise<void>
  /**
   * Resolves when everything appended so far is durable. After it failed once, nothing written here can be
   * trusted.
   */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A file read by position. */
export interface ReadHandle {
  /** The bytes at `offset`, fewer than `length` only where the file ends. */
  read(offset: number, length: number): Promise<Uint8Array>
  size(): Promise<number>
  close(): Promise<void>
}

/** How a file or folder is made. */
export interface MakeOptions {
  /** True makes it readable by its owner alone (0600, folders 0700). Default: as the process' umask says. */
  readonly isPrivate?: boolean
}

/**
 * The files that Millrace works on. Every refusal is a DiskError whose `kind` says what it was.
 * Paths are the system's; relative ones start at the working directory.
 */
export interface Disk {
  /** The whole file. */
  readFile(path: string): Promise<Uint8Array>
  openRead(path: string): Promise<ReadHandle>
  /** Opens a file for appending, making it when absent. The folder must exist. */
  openAppend(path: string, options?: MakeOptions): Promise<AppendHandle>
  /**
   * Names in a folder, sorted by code unit, without `.` and `..`. A missing folder is a DiskError of kind
   * 'not found'.
   */
  list(directory: string): Promise<string[]>
  /** What is at `path`, links followed; undefined when nothing is. */
  stat(path: string): Promise<DiskEntry | undefined>
  /** Makes a folder and those above it, with durable names; quiet when it exists. */
  makeDirectory(path: string, options?: MakeOptions): Promise<void>
  /**
   * Moves a file or folder in one step. A file at `to` is replaced by a file, an empty folder by a folder.
   */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a folder with all it holds. Quiet when nothing is there. */
  remove(path: string): Promise<void>
  /** Cuts a file to `sizeBytes` and makes that durable. */
  truncate(path: string, sizeBytes: number): Promise<void>
  /** Makes the names in a folder durable: creations, renames and removals in it. */
  syncDirectory(path: string): Promise<void>
}

export type DiskErrorKind = 'not found' | 'exists' | 'not a directory' | 'is a directory' | 'not permitted'
  | 'no space' | 'read only' | 'too many open files' | 'not empty' | 'input/output'

const kinds: Record<string, DiskErrorKind> = {
  ENOENT: 'not found', EEXIST: 'exists', ENOTDIR: 'not a directory', EISDIR: 'is a directory', EACCES: 'not permitted',
  EPERM: 'not permitted', ENOSPC: 'no space', EDQUOT: 'no space', EROFS: 'read only', EMFILE: 'too many open files',
  ENFILE: 'too many open files', ENOTEMPTY: 'not empty',
}

const hints: Partial<Record<DiskErrorKind, string>> = {
  'not permitted': 'Check the owner and the permissions of the file and of the folders above it.',
  'no space': 'Make room on the disk, or point the setting at another one.',
  'read only': 'The file system is mounted read-only.',
  'too many open files': 'Raise the limit of open files (ulimit -n).',
}

/**
 * A disk refused something: what was tried, on which path, and the system's code (`ENOENT`).
 * Its code is MR_DISK; `kind` is for programs.
 */
export class DiskError extends MillraceError {
  readonly kind: DiskErrorKind

  constructor(readonly operation: string, readonly path: string, readonly errno: string, cause?: unknown) {
    const kind = kinds[errno] ?? 'input/output'
    const hint = hints[kind]
    super('MR_DISK', `Cannot ${operation} ${path}: ${kind} (${errno})`, { cause, ...(hint === undefined ? {} : { hint }) })
    this.kind = kind
  }

  /** True when `error` says that a file or folder is not there. */
  static isNotFound(error: unknown): boolean {
    return MillraceError.is(error) && (error as Partial<DiskError>).kind === 'not found'
  }
}

/** Names in the order that every disk lists them: by UTF-16 code units, the same on every host and locale. */
export function sortNames(names: string[]): string[] {
  return names.sort((a, b) => a < b ? -1 : a > b ? 1 : 0)
}
