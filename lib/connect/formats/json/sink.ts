/** saveAsJsonFile and saveAsJsonFiles: a line of JSON an element, one file a partition. */
import { definePartition } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import { saveParts, writePart, type PartArguments, type SaveOptions } from '../../../rdd/saving/output-directory'
import type { TextCodec } from '../../../rdd/saving/save-as-text-file'
import { DStream } from '../../../streaming/dstream'
import { saveBatches } from '../save-batches'
import { extensionOf, requireTextCodec, writeText } from '../write-text'
import { jsonLine } from './json-text'

declare module '../../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Writes the elements as lines of JSON into `part-00000.json`, ... of a new folder, one file a partition, compressed with
     * `codec` ('gzip') into `part-00000.json.gz`. As JSON.stringify writes them, and besides: bigints as whole numbers, bytes
     * as base64, a Map as an object, a Set as an array. The folder appears whole, with `_SUCCESS`. Rejects with
     * FileAlreadyExistsError when the folder is there already, and fails where an element has no JSON.
     * Counterpart: `df.write.json`. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'save')
     * await sc.parallelize([{ at: new Date(0), id: 9007199254740993n }]).saveAsJsonFile('orders')
     * console.log(await sc.textFile('orders').collect()) // [ '{"at":"1970-01-01T00:00:00.000Z","id":9007199254740993}' ]
     * await sc.stop()
     * ```
     */
    saveAsJsonFile(directory: string, codec?: TextCodec): Promise<void>
  }
}

declare module '../../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds, as `saveAsJsonFile`
     * does. It replaces what an earlier run of the same batch left. A missing suffix is left out with its dot, a missing
     * prefix with its hyphen. Counterpart: `saveAsTextFiles` of JSON.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * ssc.queueStream([[{ id: 1 }]]).saveAsJsonFiles('orders') // orders-1700000001000/part-00000.json
     * ```
     */
    saveAsJsonFiles(prefix: string | null, suffix?: string | null, codec?: TextCodec): void
  }
}

interface WriteJson extends PartArguments { readonly codec: TextCodec | undefined }

export const writeJsonNode = definePartition<WriteJson>('saveAsJsonFile', {
  compute: (args, [values], partition, task) => writePart(args, partition, task, handle => (
    writeText(handle, values!, task, args.codec, value => `${jsonLine(value)}\n`))),
})

function save(rdd: RDD<any>, directory: string, codec: TextCodec | undefined, options: SaveOptions): Promise<void> {
  return saveParts<WriteJson>(rdd, directory, {
    operator: 'saveAsJsonFile', definition: writeJsonNode, options, args: { codec, extension: extensionOf('json', codec), isPrivate: false },
  })
}

RDD.prototype.saveAsJsonFile = async function (this: RDD<any>, directory: string, codec?: TextCodec): Promise<void> {
  return save(this, directory, requireTextCodec('saveAsJsonFile', codec), {})
}

DStream.prototype.saveAsJsonFiles = function (this: DStream<any>, prefix, suffix, codec?: TextCodec): void {
  requireTextCodec('saveAsJsonFiles', codec)
  saveBatches('saveAsJsonFiles', this, prefix, suffix, (rdd, directory, options) => save(rdd, directory, codec, options))
}
