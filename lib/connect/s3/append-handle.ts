/**
 * Appending where nothing can be appended: sync() and close() make the file anew, of what was there and what has come. What is
 * long is copied by S3 itself. Readers see the file as it was, or whole with what was synced, and nothing between.
 */
import type { AppendHandle } from '../../disk/disk'
import { attempt, placeOf, type S3Connection } from './client'
import { partBytesMin, S3Upload, S3Uploads } from './upload'

export class S3AppendHandle implements AppendHandle {
  /** What is there as an object and not in `kept`. */
  private longBytes: number
  private kept: Buffer[]
  private keptBytes: number
  private upload: S3Upload | undefined
  private isChanged: boolean
  private failure: unknown

  /** `found` is what is there: its bytes where they are few, else their number. */
  constructor(private readonly s3: S3Connection, private readonly path: string, found: Uint8Array | number | undefined) {
    this.longBytes = typeof found === 'number' ? found : 0
    this.kept = typeof found === 'object' ? [Buffer.from(found)] : []
    this.keptBytes = this.kept[0]?.length ?? 0
    this.isChanged = found === undefined
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.guarded(async () => {
      if (bytes.length === 0) return
      this.isChanged = true
      if (this.upload === undefined && this.longBytes === 0 && this.keptBytes + bytes.length <= partBytesMin) {
        this.kept.push(Buffer.from(bytes))
        this.keptBytes += bytes.length
        return
      }
      this.upload ??= await this.begin()
      await this.upload.append(bytes)
    })
  }

  private async begin(): Promise<S3Upload> {
    const upload = await S3Upload.begin(this.s3, this.path)
    if (this.longBytes > 0) await upload.copyFrom(placeOf(this.path), this.longBytes)
    for (const piece of this.kept) await upload.append(piece)
    this.kept = []
    this.keptBytes = 0
    return upload
  }

  sync(): Promise<void> {
    return this.guarded(async () => {
      if (!this.isChanged) return
      if (this.upload !== undefined) {
        const ticket = await this.upload.finish()
        await new S3Uploads(this.s3).complete(ticket)
        this.longBytes = ticket.sizeBytes
        this.upload = undefined
      } else {
        const { bucket: Bucket, key: Key } = placeOf(this.path)
        const Body = Buffer.concat(this.kept)
        await attempt('write to', this.path, () => this.s3.client.send(new this.s3.sdk.PutObjectCommand({ Bucket, Key, Body })))
      }
      this.isChanged = false
    })
  }

  async close(): Promise<void> {
    if (this.failure === undefined) await this.sync()
    else await this.upload?.abort()
  }

  /** After a failure nobody knows what has been stored. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    if (this.failure !== undefined) throw this.failure
    try { await work() } catch (error) {
      this.failure = error
      throw error
    }
  }
}
