/** What a file stream can be told, and the checks of it. */
import { baseName } from '../../disk/paths'
import { describe, refuse, requireCallable, requireTaskFunction } from '../../rdd/arguments'
import { outputPath } from '../../rdd/saving/output-path'

/** A new file, as a reader gets it. */
export interface FileContent {
  /** The whole file; one whose name ends in `.gz` is decompressed. */
  bytes(): Promise<Uint8Array>
  /** The same in pieces, for files that are larger than the memory. */
  chunks(): AsyncIterable<Uint8Array>
}

type Elements<T> = Iterable<T> | AsyncIterable<T>

/** Makes elements of a new file. It runs in a task, once a file, and may be async. */
export type FileReader<T> = (path: string, content: FileContent) => Elements<T> | Promise<Elements<T>>

/** What `ssc.fileStream` may be told. */
export interface FileStreamOptions<T = string> {
  /** Which files count, by their full path. Default: those whose name does not begin with a dot. */
  readonly filter?: (path: string) => boolean
  /** Whether files that were there before the start are left out. Default true. */
  readonly newFilesOnly?: boolean
  /** What to make of a file. Default: its lines. */
  readonly reader?: FileReader<T>
}

export interface CheckedOptions {
  readonly filter: (path: string) => boolean
  readonly newFilesOnly: boolean
  readonly reader: FileReader<any> | undefined
}

export function requireFileStreamOptions(operator: string, options: unknown = {}): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    refuse(operator, `the options must be an object, got ${describe(options)}`, '{ filter, newFilesOnly, reader }')
  }
  const { filter = isVisible, newFilesOnly = true, reader } = options as FileStreamOptions<any>
  requireCallable(operator, filter, 'the filter')
  if (typeof newFilesOnly !== 'boolean') refuse(operator, `newFilesOnly must be true or false, got ${describe(newFilesOnly)}`)
  return { filter, newFilesOnly, reader: reader === undefined ? undefined : requireTaskFunction(operator, reader, 'the reader') }
}

function isVisible(file: string): boolean { return !baseName(file).startsWith('.') }

/** The whole path of a folder that a stream reads. Throws IllegalArgumentError where no file system has its scheme. */
export function requireDirectory(operator: string, directory: unknown): string {
  if (typeof directory !== 'string' || directory.trim() === '') {
    refuse(operator, `the directory must be the path of a folder, got ${describe(directory)}`)
  }
  return outputPath(operator, directory, 'the directory')
}
