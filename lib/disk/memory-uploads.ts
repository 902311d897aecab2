/** Uploads to a disk in memory: kept aside until they are completed, and gone with it. */
import type { Disk, Upload, Uploads, UploadTicket } from './disk'
import { isBelow, parentPath, resolvePath } from './paths'

export class MemoryUploads implements Uploads {
  private readonly waiting = new Map<string, { readonly path: string, pieces: Uint8Array[] }>()
  private begun = 0

  constructor(private readonly disk: Disk) {}

  async begin(path: string): Promise<Upload> {
    const uploadId = String(this.begun++)
    const upload = { path, pieces: [] as Uint8Array[] }
    this.waiting.set(uploadId, upload)
    const sizeBytes = (): number => upload.pieces.reduce((sum, piece) => sum + piece.length, 0)
    return {
      append: async bytes => { upload.pieces.push(Buffer.from(bytes)) },
      sync: async () => undefined,
      close: async () => undefined,
      finish: async () => ({ path, uploadId, parts: [], sizeBytes: sizeBytes() }),
      abort: async () => { this.waiting.delete(uploadId) },
    }
  }

  async complete({ path, uploadId }: UploadTicket): Promise<void> {
    const upload = this.waiting.get(uploadId)
    if (upload === undefined) return
    await this.disk.makeDirectory(parentPath(path))
    await this.disk.put(path, Buffer.concat(upload.pieces))
    this.waiting.delete(uploadId)
  }

  async abort({ uploadId }: UploadTicket): Promise<void> { this.waiting.delete(uploadId) }

  async abortBelow(directory: string): Promise<void> {
    const outer = resolvePath(directory)
    for (const [uploadId, { path }] of this.waiting) if (isBelow(resolvePath(path), outer)) this.waiting.delete(uploadId)
  }

  /** How many wait to be completed. */
  get count(): number { return this.waiting.size }
}
