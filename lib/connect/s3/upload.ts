/**
 * A multipart upload: a file of any size, sent in parts, that nobody sees before it is completed. One part is on its way while
 * the next fills. Parts double in size every thousand, so that 10,000 of them are enough for the largest object there may be.
 */
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { DiskError, type Upload, type Uploads, type UploadTicket } from '../../disk/disk'
import { attempt, hasName, isMissing, placeOf, type S3Connection, type S3Place } from './client'

const log = logFor('S3')
const partsPerSize = 1_000
const partBytesMax = 512 * 1024 * 1024
/** S3 takes no part shorter than this but the last. */
export const partBytesMin = 5 * 1024 * 1024

/** What completing needs of a part. */
interface Part { readonly PartNumber: number, readonly ETag: string | undefined, readonly ChecksumCRC32: string | undefined }

export class S3Upload implements Upload {
  private readonly parts: Part[] = []
  private pieces: Buffer[] = []
  private piecesBytes = 0
  private sizeBytes = 0
  private count = 0
  private sending: Promise<void> = Promise.resolve()

  private constructor(
    private readonly s3: S3Connection, private readonly path: string, private readonly place: S3Place, private readonly uploadId: string,
  ) {}

  static async begin(s3: S3Connection, path: string): Promise<S3Upload> {
    const place = placeOf(path)
    const { bucket: Bucket, key: Key } = place
    const { UploadId } = await attempt('write to', path, () => s3.client.send(new s3.sdk.CreateMultipartUploadCommand({ Bucket, Key })))
    return new S3Upload(s3, path, place, UploadId!)
  }

  async append(bytes: Uint8Array): Promise<void> {
    this.sizeBytes += bytes.length
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.subarray(at, at + this.partBytes - this.piecesBytes)
      this.pieces.push(Buffer.from(taken))
      this.piecesBytes += taken.length
      at += taken.length
      if (this.piecesBytes === this.partBytes) await this.send()
    }
  }

  private get partBytes(): number { return Math.min(partBytesMax, this.s3.partBytes * 2 ** Math.floor(this.count / partsPerSize)) }

  /** Starts to send what has gathered, when the part before it is there. */
  private async send(): Promise<void> {
    const Body = this.pieces.length === 1 ? this.pieces[0]! : Buffer.concat(this.pieces)
    this.pieces = []
    this.piecesBytes = 0
    await this.sending
    const PartNumber = ++this.count
    const { sdk, client } = this.s3
    const { bucket: Bucket, key: Key } = this.place
    this.sending = attempt('write to', this.path, async () => {
      const sent = await client.send(new sdk.UploadPartCommand({ Bucket, Key, UploadId: this.uploadId, PartNumber, Body }))
      this.parts.push({ PartNumber, ETag: sent.ETag, ChecksumCRC32: sent.ChecksumCRC32 })
    })
    this.sending.catch(() => undefined)
  }

  /** Adds `length` bytes of an object that is there, copied by S3 itself. Nothing may have gathered before. */
  async copyFrom(source: S3Place, length: number): Promise<void> {
    const { sdk, client } = this.s3
    const { bucket: Bucket, key: Key } = this.place
    for (let from = 0; from < length; from += partBytesMax) {
      const PartNumber = ++this.count
      const CopySourceRange = `bytes=${from}-${Math.min(length, from + partBytesMax) - 1}`
      await attempt('write to', this.path, async () => {
        const command = new sdk.UploadPartCopyCommand({ Bucket, Key, UploadId: this.uploadId, PartNumber, CopySource: sourceOf(source), CopySourceRange })
        const { CopyPartResult: copied } = await client.send(command)
        this.parts.push({ PartNumber, ETag: copied?.ETag, ChecksumCRC32: copied?.ChecksumCRC32 })
      })
    }
    this.sizeBytes += length
  }

  async sync(): Promise<void> { await this.sending }
  async close(): Promise<void> { return }

  async finish(): Promise<UploadTicket> {
    // A file without bytes has one part without bytes.
    if (this.piecesBytes > 0 || this.count === 0) await this.send()
    await this.sending
    const { path, uploadId, sizeBytes } = this
    return { path, uploadId, sizeBytes, parts: this.parts.map(part => JSON.stringify(part)) }
  }

  async abort(): Promise<void> {
    await this.sending.catch(() => undefined)
    await abortUpload(this.s3, this.path, this.place, this.uploadId).catch(() => undefined)
  }
}

/** As CopySource is written: every name encoded. */
export function sourceOf({ bucket, key }: S3Place): string { return `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}` }

async function abortUpload(s3: S3Connection, path: string, { bucket, key }: S3Place, UploadId: string): Promise<void> {
  await attempt('abort the upload to', path, async () => {
    try {
      await s3.client.send(new s3.sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId }))
    } catch (error) { if (!hasName(error, 'NoSuchUpload')) throw error }
  })
}

export class S3Uploads implements Uploads {
  private hasWarned = false

  constructor(private readonly s3: S3Connection) {}

  begin(path: string): Promise<S3Upload> { return S3Upload.begin(this.s3, path) }

  async complete({ path, uploadId, parts, sizeBytes }: UploadTicket): Promise<void> {
    const { sdk, client } = this.s3
    const { bucket: Bucket, key: Key } = placeOf(path)
    await attempt('complete the upload to', path, async () => {
      try {
        const MultipartUpload = { Parts: parts.map(part => JSON.parse(part) as Part) }
        await client.send(new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId: uploadId, MultipartUpload }))
      } catch (error) {
        // An upload that is not there any more was completed before, though nobody may have heard of it.
        if (!hasName(error, 'NoSuchUpload')) throw error
        const there = await client.send(new sdk.HeadObjectCommand({ Bucket, Key })).catch(missing => {
          if (!isMissing(missing)) throw missing
        })
        if (there?.ContentLength === sizeBytes) return
        throw new DiskError('complete the upload to', path, 'EIO', error, {
          reason: 'the upload is gone', hint: 'Somebody aborted it: a rule of the bucket, or another program that writes the same output.',
        })
      }
    })
  }

  async abort({ path, uploadId }: UploadTicket): Promise<void> { await abortUpload(this.s3, path, placeOf(path), uploadId) }

  async abortBelow(directory: string): Promise<void> {
    const { sdk, client } = this.s3
    const { bucket: Bucket, key } = placeOf(directory)
    const Prefix = key === '' ? '' : `${key}/`
    const found: { readonly Key?: string | undefined, readonly UploadId?: string | undefined }[] = []
    try {
      for (let more: { KeyMarker?: string | undefined, UploadIdMarker?: string | undefined } | undefined = {}; more !== undefined;) {
        const page: import('@aws-sdk/client-s3').ListMultipartUploadsCommandOutput =
          await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix, ...more }))
        found.push(...page.Uploads ?? [])
        more = page.IsTruncated === true ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : undefined
      }
    } catch (error) {
      if (!hasName(error, 'AccessDenied', 'NotImplemented')) await attempt('list the uploads below', directory, () => Promise.reject(error as Error))
      if (!this.hasWarned) {
        log.warn(`the uploads below ${directory} cannot be listed (${String((error as Error).name)}): those that are given up stay until`
          + ' a rule of the bucket removes them')
      }
      this.hasWarned = true
    }
    for (let at = 0; at < found.length; at += limits.remoteRequestsMax) {
      const some = found.slice(at, at + limits.remoteRequestsMax).filter(({ Key = '' }) => Key.startsWith(Prefix))
      await Promise.all(some.map(({ Key, UploadId }) => abortUpload(this.s3, directory, { bucket: Bucket, key: Key! }, UploadId!)))
    }
  }
}
