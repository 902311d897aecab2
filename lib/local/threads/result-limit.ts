/** Results of a job as they come in, up to spark.driver.maxResultSize. */
import type { CallSite } from '../../base/call-site'
import { MillraceError } from '../../base/errors'
import { decodeColumns } from '../../codec/columns'

export class ResultLimit {
  private bytes = 0

  constructor(private readonly bytesMax: number, private readonly site: CallSite) {}

  take(result: Uint8Array): unknown[] {
    this.bytes += result.byteLength
    if (this.bytesMax > 0 && this.bytes > this.bytesMax) {
      throw new MillraceError('MR_LIMIT',
        `Total size of serialized results (${this.bytes} bytes) is bigger than spark.driver.maxResultSize (${this.bytesMax} bytes)`, {
          at: this.site.toString(), hint: 'Reduce on the threads before collecting, save instead of collecting, or raise the setting.',
        })
    }
    return decodeColumns(result)
  }
}
