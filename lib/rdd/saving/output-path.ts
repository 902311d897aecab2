/** Folders that are written to, in the one form of their paths. */
import type { MillraceError } from '../../base/errors'
import { requireFileSystem } from '../../disk/file-systems'
import { resolvePath } from '../../disk/paths'
import { describe, refuse } from '../arguments'

/**
 * The whole path of an output folder, `file:` taken off. Throws IllegalArgumentError for what is no path, and where no file
 * system has its scheme.
 */
export function outputPath(operator: string, directory: unknown, what = 'the output folder'): string {
  if (typeof directory !== 'string' || directory.trim() === '') {
    refuse(operator, `${what} must be a path, got ${describe(directory)}`)
  }
  try {
    requireFileSystem(directory as string)
    return resolvePath(directory as string)
  } catch (error) { refuse(operator, (error as MillraceError).message, (error as MillraceError).hint) }
}
