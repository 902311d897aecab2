/** Requests to S3 that the Disk is made of: looking, listing, reading ranges, copying and removing objects. */
import { sleep, systemClock } from '../../base/clock'
import { DiskError } from '../../disk/disk'
import { hasName, isMissing, type S3Connection, type S3Place } from './client'
import { S3Upload, S3Uploads, sourceOf } from './upload'

const removedAtOnceMax = 1_000
/** S3 copies no larger object in one step. */
const copiedAtOnceBytesMax = 5 * 1024 * 1024 * 1024
const firstPauseMs = 100
const longestPauseMs = 5_000

export interface S3Object {
  readonly key: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** What is below a prefix: objects, and with `isDeep` false the names that further ones begin with, ending in `/`. */
export interface S3Listing {
  readonly objects: readonly S3Object[]
  readonly prefixes: readonly string[]
}

export class S3Objects {
  constructor(private readonly s3: S3Connection) {}

  /** Undefined when there is no such object. `etag` changes with its content. */
  async head({ bucket: Bucket, key: Key }: S3Place): Promise<(S3Object & { readonly etag: string | undefined }) | undefined> {
    try {
      const found = await this.s3.client.send(new this.s3.sdk.HeadObjectCommand({ Bucket, Key }))
      return { key: Key, sizeBytes: found.ContentLength ?? 0, modifiedMs: found.LastModified?.getTime() ?? 0, etag: found.ETag }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  /** Page after page, to the end or to `countMax` keys. */
  async list({ bucket: Bucket, key: Prefix }: S3Place, isDeep: boolean, countMax = Infinity): Promise<S3Listing> {
    const objects: S3Object[] = []
    const prefixes: string[] = []
    const request = {
      Bucket, Prefix, EncodingType: 'url' as const, ...(isDeep ? {} : { Delimiter: '/' }), ...(countMax === Infinity ? {} : { MaxKeys: countMax }),
    }
    for (let ContinuationToken: string | undefined; ;) {
      const page: import('@aws-sdk/client-s3').ListObjectsV2CommandOutput =
        await this.s3.client.send(new this.s3.sdk.ListObjectsV2Command({ ...request, ContinuationToken }))
      for (const { Key, Size, LastModified } of page.Contents ?? []) {
        objects.push({ key: decoded(Key!), sizeBytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 })
      }
      for (const { Prefix: found } of page.CommonPrefixes ?? []) prefixes.push(decoded(found!))
      ContinuationToken = page.NextContinuationToken
      if (page.IsTruncated !== true || ContinuationToken === undefined || objects.length + prefixes.length >= countMax) return { objects, prefixes }
    }
  }

  /** A whole object; undefined when there is none. */
  async get({ bucket: Bucket, key: Key }: S3Place): Promise<Uint8Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.s3.client.send(new this.s3.sdk.GetObjectCommand({ Bucket, Key })).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
      if (answer === undefined) return undefined
      try {
        const bytes = await answer.Body!.transformToByteArray()
        if (bytes.length !== answer.ContentLength) throw new Error(`${bytes.length} of ${answer.ContentLength} bytes came`)
        return bytes
      } catch (error) {
        if (attempt >= this.s3.attemptsMax) throw error
        await pause(attempt)
      }
    }
  }

  /** Exactly these bytes of the object with this etag. A connection that breaks off is made anew. */
  async read(path: string, { bucket: Bucket, key: Key }: S3Place, offset: number, length: number, IfMatch: string | undefined): Promise<Uint8Array> {
    const Range = `bytes=${offset}-${offset + length - 1}`
    for (let attempt = 1; ; attempt++) {
      const answer = await this.s3.client.send(new this.s3.sdk.GetObjectCommand({ Bucket, Key, Range, IfMatch })).catch((error: unknown) => {
        if (!hasName(error, 'PreconditionFailed')) throw error
        throw new DiskError('read', path, 'EIO', error, { reason: 'it was replaced while it was being read', hint: 'Write to another name, and let readers choose.' })
      })
      try {
        const bytes = await answer.Body!.transformToByteArray()
        if (bytes.length !== length) throw new Error(`${bytes.length} of ${length} bytes came`)
        return bytes
      } catch (error) {
        if (attempt >= this.s3.attemptsMax) throw error
        await pause(attempt)
      }
    }
  }

  /** Copies an object within S3. */
  async copy(path: string, from: S3Place, to: S3Place, sizeBytes: number): Promise<void> {
    if (sizeBytes > copiedAtOnceBytesMax) {
      const upload = await S3Upload.begin(this.s3, path)
      await upload.copyFrom(from, sizeBytes)
      await new S3Uploads(this.s3).complete(await upload.finish())
      return
    }
    await this.s3.client.send(new this.s3.sdk.CopyObjectCommand({ Bucket: to.bucket, Key: to.key, CopySource: sourceOf(from) }))
  }

  async remove(Bucket: string, keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += removedAtOnceMax) {
      const Objects = keys.slice(at, at + removedAtOnceMax).map(Key => ({ Key }))
      const { Errors = [] } = await this.s3.client.send(new this.s3.sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
      const [first] = Errors
      if (first === undefined) continue
      const httpStatusCode = first.Code === 'AccessDenied' ? 403 : 500
      throw Object.assign(new Error(`${first.Key}: ${first.Message ?? ''}`), { name: first.Code ?? 'Error', $metadata: { httpStatusCode } })
    }
  }

  /** Puts an object; with `ifAbsent`, only where there is none. Throws PreconditionFailed where there is one. */
  async put({ bucket: Bucket, key: Key }: S3Place, Body: Uint8Array, ifAbsent: boolean): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.s3.client.send(new this.s3.sdk.PutObjectCommand({ Bucket, Key, Body, ...(ifAbsent ? { IfNoneMatch: '*' } : {}) }))
        return
      } catch (error) {
        // Two at once: S3 decided for neither, or has not decided yet.
        if (!hasName(error, 'ConditionalRequestConflict') || attempt >= this.s3.attemptsMax) throw error
        await pause(attempt)
      }
    }
  }
}

function pause(attempt: number): Promise<void> { return sleep(systemClock, Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1))) }

function decoded(key: string): string { return decodeURIComponent(key.replaceAll('+', ' ')) }
