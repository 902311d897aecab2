/** Folders that are written to, as paths of this machine. */
import * as path from 'node:path'
import { describe, refuse } from '../arguments'

/**
 * The absolute path of an output folder, `file:` taken off. Throws IllegalArgumentError for what is no path
 * of this machine.
 */
export function outputPath(operator: string, directory: unknown, what = 'the output folder'): string {
  if (typeof directory !== 'string' || directory.trim() === '') {
    refuse(operator, `${what} must be a path, got ${describe(directory)}`)
  }
  const text = (directory as string).replace(/^file:\/*(?=\/)/, '')
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(text)?.[1]
  if (scheme !== undefined) {
    refuse(operator, `No FileSystem for scheme "${scheme}": ${text}`, 'Give a path of this machine.')
  }
  return path.resolve(text)
}
