/** saveAsTextFile: one line an element, as `print` shows it, one file a partition. */
import { gzipBytes } from '../../codec/gzip'
import type { AppendHandle } from '../../disk/disk'
import { show } from '../../base/show'
import { describe, refuse } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import type { TaskContext } from '../task-context'
import { saveParts, writePart, type PartArguments, type SaveOptions } from './output-directory'
import { pullPieces } from './pull'

export type TextCodec = 'gzip'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Writes the elements as lines of UTF-8 text, as `print` shows them, into `part-00000`, `part-00001`, ...
     * of a new folder, one file a partition, compressed with `codec` ('gzip') into `part-00000.gz`. The
     * folder appears whole, with an empty file `_SUCCESS`, when everything is durably written; after a
     * failure it is not there. Rejects with FileAlreadyExistsError when the folder is there already.
     * Counterpart: RDD.saveAsTextFile.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'save')
     * await sc.parallelize([['a', 1], ['b', 2]], 2).saveAsTextFile('counts')
     * console.log(await sc.textFile('counts').collect()) // [ '(a,1)', '(b,2)' ]
     * await sc.stop()
     * ```
     */
    saveAsTextFile(directory: string, codec?: TextCodec): Promise<void>
  }
}

export interface SaveTextOptions extends SaveOptions { readonly codec?: TextCodec | undefined }

interface WriteText extends PartArguments { readonly codec: TextCodec | undefined }

const pieceCharacters = 256 * 1024

export const writeTextNode = definePartition<WriteText>('saveAsTextFile', {
  compute: (args, [values], partition, task) => (
    writePart(args, partition, task, handle => writeLines(handle, args, values!, task))
  ),
})

async function writeLines(
  handle: AppendHandle, { codec }: WriteText, values: Iterable<unknown>, task: TaskContext,
): Promise<void> {
  let text = ''
  let isEmpty = true
  const take = (value: unknown): boolean => {
    text += `${show(value)}\n`
    return text.length >= pieceCharacters
  }
  await pullPieces(task, values, take, async () => {
    // A compressed file has one member at least: no bytes at all would be a damaged one.
    if (text === '' && !(codec === 'gzip' && isEmpty)) return
    const bytes = Buffer.from(text)
    text = ''
    isEmpty = false
    await handle.append(codec === 'gzip' ? await gzipBytes(bytes) : bytes)
  })
  await handle.sync()
  await handle.close()
}

/** Internal: saveAsTextFile with the right to replace, for outputs of streaming batches. */
export async function saveTextFile(
  rdd: RDD<any>, directory: string, options: SaveTextOptions = {},
): Promise<void> {
  const { codec } = options
  if (codec !== undefined && codec !== 'gzip') {
    refuse('saveAsTextFile', `the codec must be 'gzip' or left out, got ${describe(codec)}`)
  }
  await saveParts<WriteText>(rdd, directory, {
    operator: 'saveAsTextFile', definition: writeTextNode, options,
    args: { codec, extension: codec === 'gzip' ? '.gz' : '', isPrivate: false },
  })
}

RDD.prototype.saveAsTextFile = function (
  this: RDD<any>, directory: string, codec?: TextCodec,
): Promise<void> {
  return saveTextFile(this, directory, { codec })
}
