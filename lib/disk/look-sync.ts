/**
 * Looking at files without waiting: for the few answers that a synchronous call must give, such as how many partitions a path
 * has. Everything else goes through a Disk. File systems that cannot answer at once are asked by another thread, for which
 * this one stands still.
 */
import * as fs from 'node:fs'
import { UnsupportedOperationError } from '../base/errors'
import { DiskError, sortNames, type DiskEntry, type SyncLook } from './disk'
import { isBuiltInScheme, openFileSystem, requireFileSystem } from './file-systems'
import { expandFilesSync, splitPaths, type FoundFile } from './glob'
import { resolvePath, schemeOf, withoutFileScheme } from './paths'

/** As Disk.stat, on the machine. */
export function statSync(path: string): DiskEntry | undefined {
  try {
    const found = fs.statSync(path, { throwIfNoEntry: false })
    return found === undefined ? undefined : {
      sizeBytes: found.size, modifiedMs: Math.floor(found.mtimeMs),
      isDirectory: found.isDirectory(), ownerId: found.uid,
    }
  } catch (error) {
    const errno = String((error as NodeJS.ErrnoException).code ?? 'EIO')
    if (errno === 'ENOTDIR') return undefined
    throw new DiskError('look at', path, errno, error)
  }
}

/** As Disk.list, on the machine. */
export function listSync(directory: string): string[] {
  try { return sortNames(fs.readdirSync(directory)) } catch (error) {
    throw new DiskError('list', directory, String((error as NodeJS.ErrnoException).code ?? 'EIO'), error)
  }
}

/** The files of a pattern, or of paths that are no patterns (undefined where there is none), found by another thread. */
export type LookElsewhere = (wanted: { readonly pattern: string } | { readonly paths: readonly string[] }) => readonly (FoundFile | undefined)[]

let elsewhere: LookElsewhere | undefined

/** Internal: who looks at file systems that cannot answer at once. */
export function lookElsewhereBy(look: LookElsewhere): void { elsewhere = look }

const lookHere: SyncLook = {
  stat: path => lookOf(path)?.stat(withoutFileScheme(path)),
  list: directory => lookOf(directory)?.list(withoutFileScheme(directory)) ?? [],
}

/** What can look at `path` at once; undefined when nothing can. */
function lookOf(path: string): SyncLook | undefined {
  const scheme = schemeOf(path)
  return scheme === undefined || scheme === 'file' ? { stat: statSync, list: listSync } : openFileSystem(scheme, path).lookSync
}

/** The files that `pattern` names, now. */
export function findFilesSync(pattern: string): readonly FoundFile[] {
  const paths = splitPaths(pattern)
  if (canLookHere(paths)) return expandFilesSync(lookHere, pattern)
  return elsewhere!({ pattern }) as FoundFile[]
}

/** The files of these paths, which are no patterns, now; undefined where there is none. */
export function findEachSync(paths: readonly string[]): readonly (FoundFile | undefined)[] {
  if (!canLookHere(paths)) return elsewhere!({ paths })
  return paths.map(path => {
    const entry = lookHere.stat(path)
    return entry === undefined || entry.isDirectory ? undefined : { path, sizeBytes: entry.sizeBytes }
  })
}

/** Throws where nobody can look without waiting. */
function canLookHere(paths: readonly string[]): boolean {
  const slow = paths.filter(path => {
    requireFileSystem(path)
    return lookOf(path) === undefined
  })
  const unable = slow.find(path => elsewhere === undefined || !isBuiltInScheme(schemeOf(path)!))
  if (unable === undefined) return slow.length === 0
  throw new UnsupportedOperationError(`The file system of ${resolvePath(unable)} cannot say at once how many files there are`, {
    hint: 'Give the number of partitions, as in reduceByKey(f, 4), run an action first, or give the file system a lookSync.',
  })
}
