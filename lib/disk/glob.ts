/**
 * Input paths as Spark takes them: several with commas, globs in each segment, a folder for the files in it.
 * The result depends on names only: sorted within each path, paths in the order given.
 */
import * as path from 'node:path'
import { IllegalArgumentError, MillraceError } from '../base/errors'
import type { Disk, DiskEntry, ListedEntry, SyncLook } from './disk'
import { requireFileSystem } from './file-systems'
import { isRemotePath, joinPath, resolvePath, splitPath, withoutFileScheme } from './paths'

/** A file that a pattern names, with its size when it was found. */
export interface FoundFile { readonly path: string, readonly sizeBytes: number }

/** The files that `pattern` names. Throws MR_INPUT_NOT_FOUND when one of its paths matches nothing. */
export async function expandPaths(disk: Disk, pattern: string): Promise<string[]> {
  return (await expandFiles(disk, pattern)).map(file => file.path)
}

/** The same with sizes. */
export async function expandFiles(disk: Disk, pattern: string): Promise<FoundFile[]> {
  const search = expand(pattern)
  for (let next = search.next(); ;) {
    if (next.done === true) return next.value
    const { ask, path: at } = next.value
    next = search.next(await (ask === 'stat' ? disk.stat(at) : ask === 'list' ? disk.list(at) : disk.listEntries(at)))
  }
}

/** The same without waiting. */
export function expandFilesSync(look: SyncLook, pattern: string): FoundFile[] {
  const search = expand(pattern)
  for (let next = search.next(); ;) {
    if (next.done === true) return next.value
    const { ask, path: at } = next.value
    next = search.next(ask === 'stat' ? look.stat(at) : ask === 'list' ? look.list(at) : entriesSync(look, at))
  }
}

function entriesSync(look: SyncLook, directory: string): ListedEntry[] {
  return look.list(directory).flatMap(name => {
    const entry = look.stat(joinPath(directory, name))
    return entry === undefined ? [] : [{ ...entry, name }]
  })
}

/** What the search wants to know next. It is a generator, so that one search serves disks that wait and those that do not. */
interface Question { readonly ask: 'stat' | 'list' | 'entries', readonly path: string }
type Search<T> = Generator<Question, T, any>

function* stat(at: string): Search<DiskEntry | undefined> { return yield { ask: 'stat', path: at } }
function* list(at: string): Search<string[]> { return yield { ask: 'list', path: at } }
function* entries(at: string): Search<ListedEntry[]> { return yield { ask: 'entries', path: at } }

function* expand(pattern: string): Search<FoundFile[]> {
  const files: FoundFile[] = []
  for (const one of splitPaths(pattern)) {
    requireFileSystem(one)
    const found = yield* matches(isRemotePath(one) && !globCharacters.test(one) ? resolvePath(one) : withoutFileScheme(one))
    if (found.length === 0) throw notFound(one)
    for (const match of found) files.push(...yield* filesOf(match))
  }
  return files
}

/** True for names that inputs leave out: `.hidden`, `_SUCCESS`, `_temporary`. */
export function isHiddenName(name: string): boolean { return name.startsWith('.') || name.startsWith('_') }

function notFound(one: string): MillraceError {
  const hasGlob = globCharacters.test(one)
  return new MillraceError('MR_INPUT_NOT_FOUND', hasGlob
    ? `Input Pattern ${one} matches 0 files`
    : `Input path does not exist: ${resolvePath(one)}`, {
    hint: 'Paths are looked up when the first action runs, relative to the working directory of the program.',
  })
}

const globCharacters = /[*?[{]/

/** Cuts at commas outside of braces; `\,` is a comma in a name. */
export function splitPaths(pattern: string): string[] {
  const paths: string[] = []
  let current = ''
  let depth = 0
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!
    if (c === '\\' && pattern[i + 1] === ',' && path.sep !== '\\') current += pattern[++i]
    else if (c === ',' && depth === 0) {
      paths.push(current)
      current = ''
    } else {
      if (c === '{') depth++
      if (c === '}' && depth > 0) depth--
      current += c
    }
  }
  const all = [...paths, current].map(one => one.trim()).filter(one => one !== '')
  if (all.length === 0) throw new IllegalArgumentError('Can not create a Path from an empty string')
  return all
}

function* matches(one: string): Search<string[]> {
  if ((yield* stat(one)) !== undefined) return [one]
  if (!globCharacters.test(one)) return []
  const { root, names } = splitPath(one)
  let found = [root]
  for (const name of names) {
    const next: string[] = []
    for (const base of found) next.push(...yield* step(base, name))
    found = next
  }
  return found.sort((a, b) => a < b ? -1 : a > b ? 1 : 0)
}

function* step(base: string, segment: string): Search<string[]> {
  const at = (name: string) => base === '' ? name : joinPath(base, name)
  if (!globCharacters.test(segment)) return (yield* stat(at(segment))) === undefined ? [] : [at(segment)]
  const entry = yield* stat(base === '' ? '.' : base)
  if (entry === undefined || !entry.isDirectory) return []
  const matcher = globExpression(segment)
  const names = yield* list(base === '' ? '.' : base)
  return names.filter(name => !isHiddenName(name) && matcher.test(name)).map(at)
}

/** One path segment's glob as an expression: `* ? [abc] [^a-z] {a,b}`, `\x` for x itself. */
export function globExpression(segment: string): RegExp {
  let source = ''
  let depth = 0
  for (let i = 0; i < segment.length; i++) {
    const c = segment[i]!
    if (c === '\\' && i + 1 < segment.length) source += escaped(segment[++i]!)
    else if (c === '*') source += '[^/]*'
    else if (c === '?') source += '[^/]'
    else if (c === '[' && segment.indexOf(']', i + 2) > 0) {
      const end = segment.indexOf(']', i + 2)
      source += characterClass(segment.slice(i + 1, end))
      i = end
    } else if (c === '{') { depth++; source += '(?:' }
    else if (c === '}' && depth > 0) { depth--; source += ')' }
    else if (c === ',' && depth > 0) source += '|'
    else source += escaped(c)
  }
  if (depth > 0) throw new IllegalArgumentError(`Illegal file pattern: the brace in ${segment} is not closed`)
  return new RegExp(`^${source}$`, 'su')
}

function escaped(c: string): string { return c.replace(/[\\^$.*+?()[\]{}|/]/u, '\\$&') }

function characterClass(body: string): string {
  const isNegated = body.startsWith('^') || body.startsWith('!')
  const characters = (isNegated ? body.slice(1) : body).replace(/[\\\][^]/g, '\\$&')
  return `[${isNegated ? '^' : ''}${characters}]`
}

/** A file is itself; a folder is its files. */
function* filesOf(match: string): Search<FoundFile[]> {
  const entry = yield* stat(match)
  if (entry === undefined || !entry.isDirectory) return [{ path: match, sizeBytes: entry?.sizeBytes ?? 0 }]
  const files: FoundFile[] = []
  for (const { name, isDirectory, sizeBytes } of yield* entries(match)) {
    if (isHiddenName(name)) continue
    const file = joinPath(match, name)
    if (isDirectory) throw new MillraceError('MR_INPUT_NOT_FOUND', `Not a file: ${file}`, {
      hint: `A folder inside an input folder is not read. To read it too, give its path as well, or ${match}/*.`,
    })
    files.push({ path: file, sizeBytes })
  }
  return files
}
