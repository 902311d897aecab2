/**
 * The files that a path names, found when first asked for and then fixed: an RDD's partitions do not change. The driver
 * looks before the first job; whoever asks for the number of partitions before that gets it at once.
 */
import * as path from 'node:path'
import { expandFiles, expandFilesSync, type FoundFile } from '../../disk/glob'
import { realDisk } from '../../disk/real-disk'
import { describe, refuse } from '../arguments'

export class InputFiles {
  private found: readonly FoundFile[] | undefined

  /** `pattern`: paths with commas between, each with globs, or the files themselves. */
  constructor(private readonly pattern: string | readonly FoundFile[]) {
    if (typeof pattern !== 'string') this.found = pattern
  }

  /** Looks for the files without holding the event loop. Throws MR_INPUT_NOT_FOUND when there are none. */
  async find(): Promise<void> {
    if (this.found === undefined) this.found = (await expandFiles(realDisk, this.pattern as string)).map(absolute)
  }

  get files(): readonly FoundFile[] {
    this.found ??= expandFilesSync(this.pattern as string).map(absolute)
    return this.found
  }

  get sizeBytes(): number { return this.files.reduce((sum, file) => sum + file.sizeBytes, 0) }
}

/** The working directory may change between the search and the reading. */
function absolute(file: FoundFile): FoundFile { return { path: path.resolve(file.path), sizeBytes: file.sizeBytes } }

/** Checks the path argument of a file source at the call. */
export function requirePath(operator: string, value: unknown): string {
  if (typeof value !== 'string') refuse(operator, `the path must be a string, got ${describe(value)}`)
  if ((value as string).trim() === '') refuse(operator, 'Can not create a Path from an empty string')
  return value as string
}
