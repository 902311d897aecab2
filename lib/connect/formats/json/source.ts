/** jsonFile and jsonFileStream: JSON lines, or JSON documents, as values. */
import { isGzipPath } from '../../../codec/gzip'
import type { FoundFile } from '../../../disk/glob'
import { SparkContext } from '../../../rdd/context/spark-context'
import { defineSource } from '../../../rdd/plan'
import type { RDD } from '../../../rdd/rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from '../../../rdd/sources/input-files'
import { splitFiles, type Split } from '../../../rdd/sources/splits'
import { StreamingContext } from '../../../streaming/streaming-context'
import { FileInputDStream } from '../../file/file-input-dstream'
import { requireOptions } from '../../support/option-table'
import { fileStreamOf, type FormatStreamOptions } from '../file-stream'
import { jsonFileTable, type CheckedJsonOptions, type JsonOptions } from './options'
import { readJsonDocument, readJsonLines, type JsonRules } from './read-json'

declare module '../../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The values of files of JSON lines, an element a line; paths as for `textFile`, `.gz` is decompressed, empty lines are left
     * out. A line that is no JSON fails the job with file and place, unless `mode` says otherwise. Whole numbers beyond 2^53
     * are bigints. With `multiLine` each file is one document. Throws IllegalArgumentError for options that are wrong.
     * Counterpart: `spark.read.json`, as an RDD. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'orders')
     * await sc.parallelize([{ id: 1, item: 'flour' }, { id: 2, item: 'bran' }], 1).saveAsJsonFile('orders')
     * console.log(await sc.jsonFile<{ item: string }>('orders').map(order => order.item).collect()) // [ 'flour', 'bran' ]
     * await sc.stop()
     * ```
     */
    jsonFile<T = any>(path: string, options?: JsonOptions): RDD<T>
  }
}

declare module '../../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the values of the files of JSON lines that are new in `directory`: files as for `fileStream`, lines as for
     * `sc.jsonFile`. Counterpart: `fileStream` with a JSON reader.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'orders', Seconds(1))
     * ssc.jsonFileStream<{ item: string }>('incoming').map(order => order.item).countByValue().print()
     * ```
     */
    jsonFileStream<T = any>(directory: string, options?: JsonOptions & FormatStreamOptions): FileInputDStream<T>
  }
}

interface JsonFile extends FileArguments<Split> { readonly minPartitions: number, readonly rules: JsonRules }

const cut = (files: readonly FoundFile[], { minPartitions, rules }: JsonFile): Split[] =>
  splitFiles(files, { minPartitions, isWhole: rules.multiLine ? () => true : isGzipPath })

export const jsonFileNode = defineSource<JsonFile>('jsonFile', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => {
    const split = cutsOf(args, cut)[partition]!
    return { kind: 'asyncChunks', values: args.rules.multiLine ? readJsonDocument(split, args.rules) : readJsonLines(split, args.rules) }
  },
})

function jsonRdd(context: SparkContext, pattern: string | readonly string[], checked: CheckedJsonOptions, minPartitions: number): RDD<any> {
  const { mode, columnNameOfCorruptRecord, numbers, multiLine } = checked
  const args: JsonFile = { pattern, minPartitions, rules: { mode, columnNameOfCorruptRecord, numbers, multiLine }, cuts: undefined }
  return fileSource(context, jsonFileNode, args, cut)
}

SparkContext.prototype.jsonFile = function (this: SparkContext, path: string, options?: JsonOptions): RDD<any> {
  const checked = requireOptions<CheckedJsonOptions>('jsonFile', jsonFileTable, options)
  return jsonRdd(this, requirePath('jsonFile', path), checked, checked.minPartitions ?? this.defaultMinPartitions)
}

StreamingContext.prototype.jsonFileStream = function (this: StreamingContext, directory: string, options: JsonOptions & FormatStreamOptions = {}) {
  return fileStreamOf(this, 'jsonFileStream', directory, options, rest => {
    const checked = requireOptions<CheckedJsonOptions>('jsonFileStream', jsonFileTable, rest)
    return files => jsonRdd(this.sparkContext, files, checked, checked.minPartitions ?? 1)
  })
}
