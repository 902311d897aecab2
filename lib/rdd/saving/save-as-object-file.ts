/** saveAsObjectFile: the elements themselves, encoded in framed files that `sc.objectFile` reads. */
import { FrameWriter } from '../../codec/frames'
import type { AppendHandle } from '../../disk/disk'
import { definePartition } from '../plan'
import { RDD } from '../rdd'
import type { TaskContext } from '../task-context'
import { ChunkSizer, encodeChunk } from './chunks'
import { saveParts, writePart, type PartArguments, type SaveOptions } from './output-directory'
import { pullPieces } from './pull'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * Writes the elements, encoded and with checksums, into `part-00000`, ... of a new folder, which appears
     * whole, with `_SUCCESS`. `sc.objectFile(directory)` reads them back. Rejects with FileAlreadyExistsError
     * when the folder is there already. Counterpart: RDD.saveAsObjectFile.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'objects')
     * await sc.parallelize([['a', new Date(0)]]).saveAsObjectFile('objects')
     * console.log(await sc.objectFile('objects').collect()) // [ [ 'a', 1970-01-01T00:00:00.000Z ] ]
     * await sc.stop()
     * ```
     */
    saveAsObjectFile(directory: string): Promise<void>
  }
}

export const writeObjectsNode = definePartition<PartArguments>('saveAsObjectFile', {
  compute: (args, [values], partition, task) => (
    writePart(args, partition, task, handle => writeFrames(handle, values!, task))
  ),
})

async function writeFrames(
  handle: AppendHandle, values: Iterable<unknown>, task: TaskContext,
): Promise<void> {
  const writer = new FrameWriter(handle)
  const sizer = new ChunkSizer()
  let records: unknown[] = []
  const take = (value: unknown): boolean => records.push(value) >= sizer.records
  await pullPieces(task, values, take, async () => {
    if (records.length === 0) return
    const chunks = encodeChunk(records, sizer)
    records = []
    for (const chunk of chunks) await writer.write(chunk)
  })
  await writer.close()
}

/** Internal: saveAsObjectFile with the right to replace, for outputs of streaming batches. */
export async function saveObjectFile(
  rdd: RDD<any>, directory: string,
  options: SaveOptions & { readonly operator?: string, readonly isPrivate?: boolean } = {},
): Promise<void> {
  await saveParts<PartArguments>(rdd, directory, {
    operator: options.operator ?? 'saveAsObjectFile', definition: writeObjectsNode, options,
    args: { extension: '', isPrivate: options.isPrivate === true },
  })
}

RDD.prototype.saveAsObjectFile = function (this: RDD<any>, directory: string): Promise<void> {
  return saveObjectFile(this, directory)
}
