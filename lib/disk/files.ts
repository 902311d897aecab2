/**
 * All files there are, as one Disk: each path goes to the disk of its scheme, and paths without one, or of the scheme `file`,
 * to the machine's. Handles are those of the disk itself, so that reading costs no detour.
 */
import { IllegalArgumentError } from '../base/errors'
import type {
  AppendHandle, Disk, DiskEntry, DiskRules, ListedEntry, MakeOptions, PutOptions, ReadHandle, SyncLook, Upload, Uploads, UploadTicket,
} from './disk'
import { openFileSystem } from './file-systems'
import { schemeOf, withoutFileScheme } from './paths'
import { realDisk } from './real-disk'

/** The disk that serves `path`. Throws IllegalArgumentError when no file system has its scheme. */
export function diskOf(path: string): Disk {
  const scheme = schemeOf(path)
  return scheme === undefined || scheme === 'file' ? realDisk : openFileSystem(scheme, path)
}

class RoutedUploads implements Uploads {
  async begin(path: string): Promise<Upload> { return this.of(path).begin(path) }
  async complete(ticket: UploadTicket): Promise<void> { return this.of(ticket.path).complete(ticket) }
  async abort(ticket: UploadTicket): Promise<void> { return this.of(ticket.path).abort(ticket) }
  async abortBelow(directory: string): Promise<void> { return this.of(directory).abortBelow(directory) }

  private of(path: string): Uploads {
    const { uploads } = diskOf(path)
    if (uploads === undefined) throw new IllegalArgumentError(`The file system of ${path} has no uploads: its outputs are committed by renaming`)
    return uploads
  }
}

class RoutedLook implements SyncLook {
  stat(path: string): DiskEntry | undefined { return this.of(path).stat(withoutFileScheme(path)) }
  list(directory: string): string[] { return this.of(directory).list(withoutFileScheme(directory)) }

  private of(path: string): SyncLook {
    const { lookSync } = diskOf(path)
    if (lookSync === undefined) throw new IllegalArgumentError(`The file system of ${path} cannot be looked at without waiting`)
    return lookSync
  }
}

class RoutedDisk implements Disk {
  readonly uploads = new RoutedUploads()
  readonly lookSync = new RoutedLook()

  rules(path: string): DiskRules { return diskOf(path).rules(path) }
  async readFile(path: string): Promise<Uint8Array> { return diskOf(path).readFile(withoutFileScheme(path)) }
  async openRead(path: string): Promise<ReadHandle> { return diskOf(path).openRead(withoutFileScheme(path)) }
  async openAppend(path: string, options?: MakeOptions): Promise<AppendHandle> { return diskOf(path).openAppend(withoutFileScheme(path), options) }
  async list(directory: string): Promise<string[]> { return diskOf(directory).list(withoutFileScheme(directory)) }
  async stat(path: string): Promise<DiskEntry | undefined> { return diskOf(path).stat(withoutFileScheme(path)) }
  async remove(path: string): Promise<void> { return diskOf(path).remove(withoutFileScheme(path)) }
  async truncate(path: string, sizeBytes: number): Promise<void> { return diskOf(path).truncate(withoutFileScheme(path), sizeBytes) }
  async syncDirectory(path: string): Promise<void> { return diskOf(path).syncDirectory(withoutFileScheme(path)) }

  async listEntries(directory: string, options?: { readonly isDeep?: boolean }): Promise<ListedEntry[]> {
    return diskOf(directory).listEntries(withoutFileScheme(directory), options)
  }

  async makeDirectory(path: string, options?: MakeOptions): Promise<void> { return diskOf(path).makeDirectory(withoutFileScheme(path), options) }

  async put(path: string, bytes: Uint8Array, options?: PutOptions): Promise<void> { return diskOf(path).put(withoutFileScheme(path), bytes, options) }

  async rename(from: string, to: string): Promise<void> {
    const disk = diskOf(from)
    if (disk !== diskOf(to)) {
      throw new IllegalArgumentError(`${from} cannot be renamed to ${to}: they are on different file systems`, { hint: 'Write it there and remove it here.' })
    }
    return disk.rename(withoutFileScheme(from), withoutFileScheme(to))
  }

  async removeFiles(files: readonly string[]): Promise<void> {
    const byDisk = new Map<Disk, string[]>()
    for (const file of files) {
      const disk = diskOf(file)
      const own = byDisk.get(disk) ?? []
      own.push(withoutFileScheme(file))
      byDisk.set(disk, own)
    }
    for (const [disk, own] of byDisk) await disk.removeFiles(own)
  }
}

/** The files of the machine and of every registered file system. */
export const allFiles: Disk = new RoutedDisk()
