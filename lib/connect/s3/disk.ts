/**
 * S3 as a Disk. An object is a file; a folder is there as long as objects are below it, or one whose key ends in `/`. Every put
 * is whole, at once and for everybody; nothing can be renamed or appended to in one step, so outputs are uploads and logs are
 * sequences of objects.
 */
import { limits } from '../../base/limits'
import {
  DiskError, sortNames, type AppendHandle, type Disk, type DiskEntry, type DiskRules, type ListedEntry, type PutOptions,
  type ReadHandle, type Uploads,
} from '../../disk/disk'
import type { FileSystemSettings } from '../../disk/file-systems'
import { sortEntries } from '../../disk/list-entries'
import { isBelow, resolvePath } from '../../disk/paths'
import { S3AppendHandle } from './append-handle'
import { attempt, attemptsOf, hasName, placeOf, S3Connection, type S3Place } from './client'
import { S3Objects, type S3Object } from './objects'
import { partBytesMin, S3Upload, S3Uploads } from './upload'

const rules: DiskRules = { commit: 'upload', logs: 'put', isShared: true }

export class S3Disk implements Disk {
  readonly uploads: Uploads
  private readonly s3: S3Connection
  private readonly objects: S3Objects

  constructor(settings: FileSystemSettings) {
    this.s3 = new S3Connection(settings)
    this.objects = new S3Objects(this.s3)
    this.uploads = new S3Uploads(this.s3)
  }

  rules(): DiskRules { return rules }
  release(): void { this.s3.close() }

  readFile(path: string): Promise<Uint8Array> {
    return attempt('read', path, async () => {
      const place = placeOf(path)
      const bytes = place.key === '' ? undefined : await this.objects.get(place)
      if (bytes !== undefined) return bytes
      throw new DiskError('read', path, await this.isFolder(place) ? 'EISDIR' : 'ENOENT')
    })
  }

  openRead(path: string): Promise<ReadHandle> {
    return attempt('read', path, async () => {
      const place = placeOf(path)
      const { sizeBytes, etag } = await this.objectAt('read', path)
      return {
        read: async (offset, length) => {
          const wanted = Math.min(length, sizeBytes - offset)
          return wanted <= 0 ? new Uint8Array(0) : attempt('read', path, () => this.objects.read(path, place, offset, wanted, etag))
        },
        size: async () => sizeBytes,
        close: async () => undefined,
      }
    })
  }

  /** Throws unless an object is there. */
  private async objectAt(operation: string, path: string): Promise<S3Object & { readonly etag: string | undefined }> {
    const place = placeOf(path)
    const found = place.key === '' ? undefined : await this.objects.head(place)
    if (found !== undefined) return found
    if (await this.isFolder(place)) throw new DiskError(operation, path, 'EISDIR')
    throw new DiskError(operation, path, 'ENOENT')
  }

  /** A bucket is one; asking for one that is not there throws. */
  private async isFolder(place: S3Place): Promise<boolean> {
    const { objects } = await this.objects.list(below(place), true, 1)
    return place.key === '' || objects.length > 0
  }

  openAppend(path: string): Promise<AppendHandle> {
    return attempt('write to', path, async () => {
      const place = placeOf(path)
      const found = place.key === '' ? undefined : await this.objects.head(place)
      if (found === undefined && await this.isFolder(place)) throw new DiskError('write to', path, 'EISDIR')
      const isShort = found !== undefined && found.sizeBytes < partBytesMin
      return new S3AppendHandle(this.s3, path, isShort ? await this.readFile(path) : found?.sizeBytes)
    })
  }

  async list(directory: string): Promise<string[]> { return sortNames((await this.listEntries(directory)).map(({ name }) => name)) }

  listEntries(directory: string, { isDeep = false }: { readonly isDeep?: boolean } = {}): Promise<ListedEntry[]> {
    return attempt('list', directory, async () => {
      const place = placeOf(directory)
      const prefix = below(place)
      const { objects, prefixes } = await this.objects.list(prefix, isDeep)
      if (objects.length + prefixes.length === 0 && place.key !== '') {
        throw new DiskError('list', directory, await this.objects.head(place) === undefined ? 'ENOENT' : 'ENOTDIR')
      }
      const nameOf = (key: string): string => key.slice(prefix.key.length)
      // Objects that end in a slash stand for folders.
      const files = objects.filter(({ key }) => !key.endsWith('/')).map(({ key, sizeBytes, modifiedMs }) => ({ name: nameOf(key), sizeBytes, modifiedMs, isDirectory: false }))
      const folders = prefixes.map(each => ({ name: nameOf(each).slice(0, -1), sizeBytes: 0, modifiedMs: 0, isDirectory: true }))
      return sortEntries([...files, ...folders])
    })
  }

  stat(path: string): Promise<DiskEntry | undefined> {
    return attempt('look at', path, async () => {
      const place = placeOf(path)
      const found = place.key === '' ? undefined : await this.objects.head(place)
      if (found !== undefined) return { sizeBytes: found.sizeBytes, modifiedMs: found.modifiedMs, isDirectory: false }
      return await this.isFolder(place) ? { sizeBytes: 0, modifiedMs: 0, isDirectory: true } : undefined
    })
  }

  makeDirectory(path: string): Promise<void> {
    return attempt('make folder', path, async () => {
      const place = placeOf(path)
      if (place.key === '') return
      const names = place.key.split('/')
      const above = names.map((_, i) => ({ ...place, key: names.slice(0, i + 1).join('/') }))
      for (const found of await Promise.all(above.map(each => this.objects.head(each)))) {
        if (found !== undefined) throw new DiskError('make folder', path, found.key === place.key ? 'EEXIST' : 'ENOTDIR')
      }
      await this.objects.put(below(place), new Uint8Array(0), false)
    })
  }

  put(path: string, bytes: Uint8Array, { ifAbsent = false }: PutOptions = {}): Promise<void> {
    return attempt('write to', path, async () => {
      try { await this.objects.put(placeOf(path), bytes, ifAbsent) } catch (error) {
        if (!hasName(error, 'PreconditionFailed')) throw error
        // The answer to an earlier attempt may have been lost: then what is there is ours.
        if (attemptsOf(error) > 1 && Buffer.from(await this.readFile(path)).equals(bytes)) return
        throw new DiskError('write to', path, 'EEXIST', error)
      }
    })
  }

  rename(from: string, to: string): Promise<void> {
    return attempt('rename', from, async () => {
      const [source, target] = [placeOf(from), placeOf(to)]
      const moved = await this.stat(from)
      if (moved === undefined) throw new DiskError('rename', from, 'ENOENT')
      if (resolvePath(from) === resolvePath(to)) return
      const replaced = await this.stat(to)
      if (moved.isDirectory && isBelow(resolvePath(to), resolvePath(from))) throw new DiskError('rename', from, 'EINVAL')
      if (!moved.isDirectory) {
        if (replaced?.isDirectory === true) throw new DiskError('rename', from, 'EISDIR')
        await this.objects.copy(to, source, target, moved.sizeBytes)
        await this.objects.remove(source.bucket, [source.key])
        return
      }
      if (replaced?.isDirectory === false) throw new DiskError('rename', from, 'ENOTDIR')
      if (replaced !== undefined && (await this.list(to)).length > 0) throw new DiskError('rename', from, 'ENOTEMPTY')
      await this.moveBelow(to, source, target)
    })
  }

  /** Everything is copied before anything is removed: a crash leaves one of the two folders whole. */
  private async moveBelow(path: string, source: S3Place, target: S3Place): Promise<void> {
    const { objects } = await this.objects.list(below(source), true)
    const keyOf = (key: string): string => below(target).key + key.slice(below(source).key.length)
    for (let at = 0; at < objects.length; at += limits.remoteRequestsMax) {
      await Promise.all(objects.slice(at, at + limits.remoteRequestsMax).map(({ key, sizeBytes }) => (
        this.objects.copy(path, { bucket: source.bucket, key }, { bucket: target.bucket, key: keyOf(key) }, sizeBytes)
      )))
    }
    // Newest first: what is left of a log after a crash here is its beginning, and not its end.
    await this.objects.remove(source.bucket, objects.map(({ key }) => key).reverse())
  }

  remove(path: string): Promise<void> {
    return attempt('remove', path, async () => {
      const place = placeOf(path)
      if (place.key === '') throw new DiskError('remove', path, 'EBUSY', undefined, { reason: 'a bucket is not removed' })
      const { objects } = await this.objects.list(below(place), true)
      await this.objects.remove(place.bucket, [place.key, ...objects.map(({ key }) => key)])
    })
  }

  async removeFiles(files: readonly string[]): Promise<void> {
    const byBucket = new Map<string, string[]>()
    for (const { bucket, key } of files.map(placeOf)) byBucket.set(bucket, [...byBucket.get(bucket) ?? [], key])
    for (const [bucket, keys] of byBucket) await attempt('remove', files[0]!, () => this.objects.remove(bucket, keys))
  }

  truncate(path: string, sizeBytes: number): Promise<void> {
    return attempt('truncate', path, async () => {
      const found = await this.objectAt('truncate', path)
      if (found.sizeBytes <= sizeBytes) return
      const place = placeOf(path)
      if (sizeBytes < partBytesMin) {
        const kept = sizeBytes === 0 ? new Uint8Array(0) : await this.objects.read(path, place, 0, sizeBytes, found.etag)
        await this.objects.put(place, kept, false)
        return
      }
      const upload = await S3Upload.begin(this.s3, path)
      await upload.copyFrom(place, sizeBytes)
      await this.uploads.complete(await upload.finish())
    })
  }

  /** Names are kept with what they name. */
  async syncDirectory(path: string): Promise<void> {
    const found = await this.stat(path)
    if (found?.isDirectory !== true) throw new DiskError('sync folder', path, found === undefined ? 'ENOENT' : 'ENOTDIR')
  }
}

/** What the keys of a folder begin with. */
function below({ bucket, key }: S3Place): S3Place { return { bucket, key: key === '' ? '' : `${key}/` } }
