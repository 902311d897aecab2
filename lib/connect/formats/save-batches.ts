/** What the outputs of all formats share: every batch in a folder of its own, which a batch that runs again replaces. */
import type { RDD } from '../../rdd/rdd'
import type { SaveOptions } from '../../rdd/saving/output-directory'
import type { DStream } from '../../streaming/dstream'
import { directoryOf, requireBatchDirectory } from '../../streaming/outputs/batch-directory'
import { output } from '../../streaming/outputs/foreach-rdd'

export function saveBatches(
  operator: string, stream: DStream<any>, prefix: string | null, suffix: string | null | undefined,
  save: (rdd: RDD<any>, directory: string, options: SaveOptions) => Promise<void>,
): void {
  const directory = requireBatchDirectory(operator, prefix, suffix)
  output(operator, stream, (rdd, time, { isRerun }) => save(rdd, directoryOf(directory, time), { replace: true, isRerun }))
}
