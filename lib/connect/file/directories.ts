/**
 * The folders that a path names: itself, or every folder that its globs match. Files that match are left out,
 * and so are hidden folders (`.git`, `_temporary`) unless the path names them.
 */
import type { Disk } from '../../disk/disk'
import { globExpression, isHiddenName } from '../../disk/glob'
import { joinPath, splitPath } from '../../disk/paths'

const globCharacters = /[*?[{]/

/** In the order of their names; empty when there is none. `pattern` is a whole path. */
export async function directoriesOf(disk: Disk, pattern: string): Promise<string[]> {
  if (await isDirectory(disk, pattern)) return [pattern]
  if (!globCharacters.test(pattern)) return []
  const { root, names } = splitPath(pattern)
  let found = [root]
  for (const segment of names) {
    const next: string[] = []
    for (const base of found) next.push(...await foldersIn(disk, base, segment))
    found = next
  }
  return found
}

async function foldersIn(disk: Disk, base: string, segment: string): Promise<string[]> {
  const names = globCharacters.test(segment) ? await namesLike(disk, base, segment) : [segment]
  const folders: string[] = []
  for (const name of names) {
    const folder = joinPath(base, name)
    if (await isDirectory(disk, folder)) folders.push(folder)
  }
  return folders
}

async function namesLike(disk: Disk, base: string, segment: string): Promise<string[]> {
  const matcher = globExpression(segment)
  return (await disk.list(base)).filter(name => !isHiddenName(name) && matcher.test(name))
}

async function isDirectory(disk: Disk, folder: string): Promise<boolean> { return (await disk.stat(folder))?.isDirectory === true }
