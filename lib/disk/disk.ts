/**
 * Files as an interface: everything that Millrace keeps or reads goes through a Disk, so that the same code runs on the
 * machine's files, on other file systems (docs/file-systems.md), in memory and on a disk that crashes. Nothing here promises
 * durability by itself: bytes are durable after the handle's sync(), names after syncDirectory() of the folder that holds
 * them, and what put() has written when it resolves.
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
  /**
   * True makes it readable by its owner alone (0600, folders 0700). Default: as the process' umask says. File systems
   * without permissions of their own (S3) leave it to the bucket.
   */
  readonly isPrivate?: boolean
}

/** How put() writes a file. */
export interface PutOptions extends MakeOptions {
  /** True refuses, with kind 'exists', to replace a file; of several that try at once one succeeds. Default false. */
  readonly ifAbsent?: boolean
}

/** What a folder holds under `name`: a path below the folder, with `/` between names. */
export interface ListedEntry extends DiskEntry {
  readonly name: string
}

/** What a file system can do. Whoever writes outputs or logs chooses by these how to do it safely. */
export interface DiskRules {
  /**
   * How outputs get their names. 'rename': rename() moves a file or a folder in one step. 'upload': it does not (it copies and
   * removes), and outputs are uploads that nobody sees before they are completed; then the disk has `uploads`.
   */
  readonly commit: 'rename' | 'upload'
  /**
   * How logs grow. 'append': in place, by append() and sync(). 'put': each commit is a file of its own, put if absent, so that
   * none is torn and of two writers one fails.
   */
  readonly logs: 'append' | 'put'
  /** True when another machine may write to the same files. */
  readonly isShared: boolean
}

/** An upload that is written and not completed, as plain data: tasks begin uploads, the driver completes them. */
export interface UploadTicket {
  readonly path: string
  readonly uploadId: string
  readonly parts: readonly string[]
  readonly sizeBytes: number
}

/** A file that is being uploaded: nobody sees it, and nothing of it is lost or counts, until it is completed. */
export interface Upload extends AppendHandle {
  /** What complete() and abort() need. Everything that was appended is stored when it resolves. */
  finish(): Promise<UploadTicket>
  /** Gives up; quiet. */
  abort(): Promise<void>
}

/** Files that appear whole when told to, on disks that cannot rename. */
export interface Uploads {
  begin(path: string): Promise<Upload>
  /** The file is there, whole, in the place of what was there before. Completing it again does nothing. */
  complete(ticket: UploadTicket): Promise<void>
  /** Quiet when it is completed, or gone. */
  abort(ticket: UploadTicket): Promise<void>
  /** Aborts every upload below a folder, whoever began it. */
  abortBelow(directory: string): Promise<void>
}

/** Answers at once, for the few places that cannot wait. */
export interface SyncLook {
  /** As Disk.stat. */
  stat(path: string): DiskEntry | undefined
  /** As Disk.list. */
  list(directory: string): string[]
}

/**
 * The files that Millrace works on. Every refusal is a DiskError whose `kind` says what it was. Paths are the system's, where
 * relative ones start at the working directory, or URLs; a disk gets them whole, with their scheme. Bytes that are given out
 * are the caller's, bytes that are taken are not kept. A name that put(), a handle's close() or a rename has made is seen by
 * every later list() and stat(), by whomever.
 */
export interface Disk {
  /** What can be relied on at `path`. */
  rules(path: string): DiskRules
  /** The whole file. */
  readFile(path: string): Promise<Uint8Array>
  openRead(path: string): Promise<ReadHandle>
  /**
   * Opens a file for appending, making it when absent; where folders are real, the folder must exist. What was appended is
   * seen by readers after sync() or close() at the latest.
   */
  openAppend(path: string, options?: MakeOptions): Promise<AppendHandle>
  /**
   * Names in a folder, sorted by code unit, without `.` and `..`. A missing folder is a DiskError of kind
   * 'not found'.
   */
  list(directory: string): Promise<string[]>
  /**
   * The same with what stat() says of each, in as few questions as the system allows; what goes meanwhile is left out. With
   * `isDeep` all files below the folder and no folders, sorted by their paths. Links are followed.
   */
  listEntries(directory: string, options?: { readonly isDeep?: boolean }): Promise<ListedEntry[]>
  /** What is at `path`, links followed; undefined when nothing is. */
  stat(path: string): Promise<DiskEntry | undefined>
  /** Makes a folder and those above it, with durable names; quiet when it exists. */
  makeDirectory(path: string, options?: MakeOptions): Promise<void>
  /**
   * Writes a whole file: a crash leaves the old one, the new one or, where there was none, nothing. Durable, with its name,
   * when it resolves. The folder must exist, where folders are real.
   */
  put(path: string, bytes: Uint8Array, options?: PutOptions): Promise<void>
  /**
   * Moves a file or folder, in one step where the rules say so. A file at `to` is replaced by a file, an empty folder by a
   * folder.
   */
  rename(from: string, to: string): Promise<void>
  /** Removes a file, or a folder with all it holds, also what others make in it meanwhile. Quiet when nothing is there. */
  remove(path: string): Promise<void>
  /** Removes files, in any order, in as few steps as the system allows. Quiet where nothing is there. */
  removeFiles(files: readonly string[]): Promise<void>
  /** Cuts a file to `sizeBytes` and makes that durable. */
  truncate(path: string, sizeBytes: number): Promise<void>
  /** Makes the names in a folder durable: creations, renames and removals in it. */
  syncDirectory(path: string): Promise<void>
  /** Uploads, on disks whose outputs are committed by them. */
  readonly uploads?: Uploads
  /** For disks that can look without waiting. */
  readonly lookSync?: SyncLook
  /** Gives connections back. The disk is not used any more. */
  release?(): void
}

/** What a disk's refusal was, whatever the system calls it. */
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

  /** `details.reason` is what the system itself says, where that is more than its code. */
  constructor(
    readonly operation: string, readonly path: string, readonly errno: string, cause?: unknown,
    details: { readonly reason?: string | undefined, readonly hint?: string | undefined, readonly retriable?: boolean } = {},
  ) {
    const kind = kinds[errno] ?? 'input/output'
    const hint = details.hint ?? hints[kind]
    const reason = details.reason === undefined ? '' : `: ${details.reason}`
    super('MR_DISK', `Cannot ${operation} ${path}: ${kind} (${errno})${reason}`, {
      cause, ...(hint === undefined ? {} : { hint }), ...(details.retriable === undefined ? {} : { retriable: details.retriable }),
    })
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
