/** saveAsTextFiles: every batch in a folder of its own, its elements as lines of text. */
import { saveTextFile } from '../../rdd/saving/save-as-text-file'
import { DStream } from '../dstream'
import { directoryOf, requireBatchDirectory } from './batch-directory'
import { output } from './foreach-rdd'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds: its
     * elements as lines of text, as `print` shows them, one file a partition. The folder appears whole, with
     * `_SUCCESS`, and replaces what an earlier run of the same batch left. A missing suffix is left out with
     * its dot, a missing prefix with its hyphen. Counterpart: DStream.saveAsTextFiles.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * ssc.queueStream([['a', 'b']]).saveAsTextFiles('words', 'txt') // words-1700000001000.txt/part-00000
     * ```
     */
    saveAsTextFiles(prefix: string | null, suffix?: string): void
  }
}

DStream.prototype.saveAsTextFiles = function (this: DStream<any>, prefix, suffix) {
  const directory = requireBatchDirectory('saveAsTextFiles', prefix, suffix)
  output('saveAsTextFiles', this, (rdd, time, { isRerun }) =>
    saveTextFile(rdd, directoryOf(directory, time), { replace: true, isRerun }))
}
