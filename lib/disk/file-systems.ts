/**
 * Which Disk serves the URLs of a scheme. Schemes are registered once a process; their disks are opened when first used,
 * with the settings of the running context, and opened anew after the settings have changed. Secrets in the settings stay
 * here: they are given to the disk that asks for them, and to nobody else.
 */
import { IllegalArgumentError } from '../base/errors'
import type { Disk } from './disk'
import { schemeOf } from './paths'

/** The settings of the running context, as its SparkConf has them: `spark.hadoop.fs.s3a.endpoint`. */
export interface FileSystemSettings {
  getOption(key: string): string | undefined
}

/** Makes the Disk of a scheme. It is called when a path of the scheme is first used, and again when settings have changed. */
export type OpenFileSystem = (settings: FileSystemSettings) => Disk

interface Registered {
  readonly open: OpenFileSystem
  /** Every thread opens its own; without it, threads ask the driver. */
  readonly isBuiltIn: boolean
  disk: Disk | undefined
}

const nameOfScheme = /^[a-z][a-z0-9+.-]+$/
const registered = new Map<string, Registered>()
let settings: ReadonlyMap<string, string> = new Map()
/** How a thread reaches what is registered in its driver. */
let elsewhere: ((scheme: string) => Disk | undefined) | undefined

/**
 * Lets every place that takes a path take `scheme://...` too. The disk is opened once, in the driver: threads of `local[N]`
 * read and write through it. Registering a scheme again replaces its disk. Returns a function that takes the scheme away
 * again. Throws IllegalArgumentError for what is no scheme, and for `file`. Counterpart: fs.<scheme>.impl of Hadoop.
 * @example
 * ```ts
 * import { registerFileSystem, type FileSystem } from 'millrace'
 * declare const archive: FileSystem // a file system of your own: see docs/file-systems.md
 * registerFileSystem('archive', () => archive)
 * // sc.textFile('archive://2024/logs').saveAsTextFile('archive://2024/copy')
 * ```
 */
export function registerFileSystem(scheme: string, open: OpenFileSystem): () => void { return register(scheme, open, false) }

/** Internal: a scheme that every thread knows by itself. */
export function registerBuiltInFileSystem(scheme: string, open: OpenFileSystem): void { register(scheme, open, true) }

function register(scheme: string, open: OpenFileSystem, isBuiltIn: boolean): () => void {
  if (typeof scheme !== 'string' || !nameOfScheme.test(scheme) || scheme === 'file') {
    throw new IllegalArgumentError(`registerFileSystem: a scheme has two or more of a-z, 0-9, + . -, and is not file, got ${String(scheme)}`)
  }
  if (typeof open !== 'function') {
    throw new IllegalArgumentError('registerFileSystem needs a function that gives the file system', { hint: `registerFileSystem('${scheme}', () => myDisk)` })
  }
  const entry: Registered = { open, isBuiltIn, disk: undefined }
  registered.get(scheme)?.disk?.release?.()
  registered.set(scheme, entry)
  return () => { if (registered.get(scheme) === entry) registered.delete(scheme) }
}

/** Internal: the settings of the context that runs now. Disks of other settings are closed. */
export function setFileSystemSettings(entries: Iterable<readonly [string, string]>): void {
  const next = new Map(entries)
  const isSame = next.size === settings.size && [...next].every(([key, value]) => settings.get(key) === value)
  if (isSame) return
  settings = next
  for (const entry of registered.values()) {
    entry.disk?.release?.()
    entry.disk = undefined
  }
}

/** Internal: the settings as they were set, for threads. */
export function fileSystemSettings(): [string, string][] { return [...settings] }

/** Internal: where a thread looks for schemes that it does not know. */
export function askElsewhere(ask: ((scheme: string) => Disk | undefined) | undefined): void { elsewhere = ask }

/** Internal: true where a thread opens the scheme's disk by itself. */
export function isBuiltInScheme(scheme: string): boolean { return registered.get(scheme)?.isBuiltIn === true }

/** Throws IllegalArgumentError, as Spark's users know it, when no file system has the scheme of `at`. */
export function requireFileSystem(at: string, operator?: string): void {
  const scheme = schemeOf(at)
  if (scheme !== undefined && scheme !== 'file' && !registered.has(scheme) && elsewhere === undefined) throw unknownScheme(scheme, at, operator)
}

/** Internal: the disk of a scheme. Throws IllegalArgumentError when there is none. */
export function openFileSystem(scheme: string, at: string): Disk {
  const entry = registered.get(scheme)
  if (entry !== undefined) return entry.disk ??= requireDisk(scheme, entry.open({ getOption: key => settings.get(key) }))
  const asked = elsewhere?.(scheme)
  if (asked === undefined) throw unknownScheme(scheme, at)
  return asked
}

/** Methods that a program would miss in its middle only. */
const needed = ['rules', 'readFile', 'openRead', 'openAppend', 'list', 'listEntries', 'stat', 'makeDirectory', 'put', 'rename', 'remove',
  'removeFiles', 'truncate', 'syncDirectory'] as const

function requireDisk(scheme: string, disk: Disk): Disk {
  const missing = needed.filter(name => typeof (disk as Partial<Disk> | undefined)?.[name] !== 'function')
  if (missing.length === 0) return disk
  throw new IllegalArgumentError(`The file system of ${scheme}:// has no ${missing.join(', ')}`, { hint: 'It must be a FileSystem: see docs/file-systems.md.' })
}

function unknownScheme(scheme: string, at: string, operator?: string): IllegalArgumentError {
  const known = ['file', ...registered.keys()].sort().join(', ')
  return new IllegalArgumentError(`${operator === undefined ? '' : `${operator}: `}No FileSystem for scheme "${scheme}": ${withoutUser(at)}`, {
    hint: `Paths of this machine need no scheme. Known are ${known}; others can be added: registerFileSystem('${scheme}', ...).`,
  })
}

function withoutUser(at: string): string { return at.replace(/:\/\/[^/]*@/, '://***@') }
