/**
 * Looking at the machine's disk without waiting: for the few answers that a synchronous call must give, such
 * as how many partitions a path has. Everything else goes through a Disk.
 */
import * as fs from 'node:fs'
import { DiskError, sortNames, type DiskEntry } from './disk'

/** As Disk.stat. */
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

/** As Disk.list. */
export function listSync(directory: string): string[] {
  try { return sortNames(fs.readdirSync(directory)) } catch (error) {
    throw new DiskError('list', directory, String((error as NodeJS.ErrnoException).code ?? 'EIO'), error)
  }
}
