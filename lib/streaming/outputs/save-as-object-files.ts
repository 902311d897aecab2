/** saveAsObjectFiles: every batch in a folder of its own, its elements, encoded for `sc.objectFile`. */
import { saveObjectFile } from '../../rdd/saving/save-as-object-file'
import { DStream } from '../dstream'
import { directoryOf, requireBatchDirectory } from './batch-directory'
import { output } from './foreach-rdd'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds: its
     * elements, encoded for `sc.objectFile`, one file a partition. The folder appears whole, with `_SUCCESS`,
     * and replaces what an earlier run of the same batch left. A missing suffix is left out with its dot, a
     * missing prefix with its hyphen. Counterpart: DStream.saveAsObjectFiles.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * ssc.queueStream([['a', 'b']]).saveAsObjectFiles('words', 'bin') // words-1700000001000.bin/part-00000
     * ```
     */
    saveAsObjectFiles(prefix: string | null, suffix?: string): void
  }
}

DStream.prototype.saveAsObjectFiles = function (this: DStream<any>, prefix, suffix) {
  const directory = requireBatchDirectory('saveAsObjectFiles', prefix, suffix)
  output('saveAsObjectFiles', this, (rdd, time, { isRerun }) =>
    saveObjectFile(rdd, directoryOf(directory, time), { replace: true, isRerun }))
}
