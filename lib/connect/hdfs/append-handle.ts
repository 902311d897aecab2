/**
 * Writing to a file of HDFS. What is short is kept until sync() or close() and then written in one request, which another
 * DataNode can take over; what is longer streams to one. HDFS shows a file's end, and keeps it for certain, when the request
 * that wrote it has ended: so sync() ends it, and what comes later is appended by another.
 */
import { DiskError, type AppendHandle, type MakeOptions } from '../../disk/disk'
import { limits } from '../../base/limits'
import { HttpFailure, type HttpUpload } from './http'
import type { Question, WebHdfs } from './web-hdfs'

export class HdfsAppendHandle implements AppendHandle {
  private kept: Buffer[] = []
  private keptBytes = 0
  private stream: { readonly question: Question, readonly upload: HttpUpload } | undefined
  private failure: unknown

  /** `isNew`: there is no such file, and there is one after the first sync(). */
  constructor(private readonly client: WebHdfs, private readonly path: string, private isNew: boolean, private readonly options: MakeOptions = {}) {}

  async append(bytes: Uint8Array): Promise<void> {
    this.requireWhole()
    if (this.stream !== undefined) return this.guarded(() => this.stream!.upload.write(bytes))
    if (this.keptBytes + bytes.length <= limits.remoteBufferBytesMax) {
      this.kept.push(Buffer.from(bytes))
      this.keptBytes += bytes.length
      return
    }
    await this.guarded(async () => {
      const question = this.question()
      const upload = await this.client.stream(question)
      this.stream = { question, upload }
      for (const piece of this.taken()) await upload.write(piece)
      await upload.write(bytes)
    })
  }

  async sync(): Promise<void> {
    this.requireWhole()
    await this.guarded(async () => {
      if (this.stream !== undefined) {
        const { question, upload } = this.stream
        await this.client.endStream(question, upload)
        this.stream = undefined
        this.isNew = false
      } else if (this.isNew || this.keptBytes > 0) {
        await this.write(Buffer.concat(this.kept))
        this.taken()
        this.isNew = false
      }
    })
  }

  async close(): Promise<void> {
    if (this.failure === undefined) await this.sync()
    else this.stream?.upload.destroy()
  }

  /** A file made anew may be made again; bytes are appended once. */
  private async write(bytes: Buffer): Promise<void> {
    const question = this.question()
    if (this.isNew) return this.client.withDataNode(question, url => this.client.send(question, url, bytes))
    const upload = await this.client.stream(question)
    await upload.write(bytes)
    await this.client.endStream(question, upload)
  }

  private question(): Question {
    const { path, isNew, options: { isPrivate } } = this
    return isNew ? createQuestion(path, isPrivate === true) : { operation: 'write to', path, method: 'POST', op: 'APPEND' }
  }

  private taken(): Buffer[] {
    const { kept } = this
    this.kept = []
    this.keptBytes = 0
    return kept
  }

  private requireWhole(): void { if (this.failure !== undefined) throw this.failure }

  /** After a failure nobody knows what the file holds. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try { await work() } catch (error) {
      this.failure = error instanceof HttpFailure ? lost(this.path, error) : error
      throw this.failure
    }
  }
}

/** The file is made, its folder is not; one that is there is replaced. */
export function createQuestion(path: string, isPrivate: boolean): Question {
  return {
    operation: 'write to', path, method: 'PUT', op: 'CREATE',
    parameters: { overwrite: 'true', createparent: 'false', ...(isPrivate ? { permission: '600' } : {}) },
  }
}

function lost(path: string, cause: HttpFailure): DiskError {
  return new DiskError('write to', path, 'EIO', cause, {
    reason: cause.message, retriable: true,
    hint: 'The DataNode that took the file is gone. A task that is tried again writes it anew: local[N, 4] tries four times.',
  })
}
