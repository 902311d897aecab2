/** parquetFile and parquetFileStream: the rows of Parquet files as objects. */
import type { FoundFile } from '../../../disk/glob'
import { SparkContext } from '../../../rdd/context/spark-context'
import { defineSource } from '../../../rdd/plan'
import type { RDD } from '../../../rdd/rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from '../../../rdd/sources/input-files'
import { splitFiles, type Split } from '../../../rdd/sources/splits'
import { StreamingContext } from '../../../streaming/streaming-context'
import type { FileInputDStream } from '../../file/file-input-dstream'
import { fileStreamOf, type FormatStreamOptions } from '../file-stream'
import { requireParquetOptions, type CheckedParquetOptions, type ParquetOptions } from './options'
import { hyparquet } from './packages'
import { readParquet, type ParquetRules } from './read-parquet'

declare module '../../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The rows of Parquet files as objects, of all columns or of those that `columns` names; paths as for `textFile`. It needs
     * `npm install hyparquet`, and for files that are compressed with zstd or LZ4 `hyparquet-compressors`. Whole numbers of 64
     * bits are bigints and decimals text, unless `numbers` says otherwise; dates and timestamps are Dates, maps Map, what is
     * missing null. A partition has the row groups whose middle lies in its byte range. What is cut off or damaged fails the job
     * with file and byte. Counterpart: `spark.read.parquet`, as an RDD. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'rows')
     * await sc.parallelize([{ item: 'flour', sold: 2, tags: ['white'] }], 1).saveAsParquetFile('sold')
     * console.log(await sc.parquetFile('sold', { columns: ['item', 'tags'] }).collect()) // [ { item: 'flour', tags: [ 'white' ] } ]
     * await sc.stop()
     * ```
     */
    parquetFile<T = any>(path: string, options?: ParquetOptions): RDD<T>
  }
}

declare module '../../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the rows of the Parquet files that are new in `directory`: files as for `fileStream`, rows as for
     * `sc.parquetFile`. Counterpart: `fileStream` with a Parquet reader.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'orders', Seconds(1))
     * ssc.parquetFileStream<{ item: string }>('incoming', { columns: ['item'] }).map(order => order.item).countByValue().print()
     * ```
     */
    parquetFileStream<T = any>(directory: string, options?: ParquetOptions & FormatStreamOptions): FileInputDStream<T>
  }
}

interface ParquetFile extends FileArguments<Split> { readonly minPartitions: number, readonly rules: ParquetRules }

const cut = (files: readonly FoundFile[], { minPartitions }: ParquetFile): Split[] => splitFiles(files, { minPartitions })

export const parquetFileNode = defineSource<ParquetFile>('parquetFile', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({ kind: 'asyncChunks', values: readParquet(cutsOf(args, cut)[partition]!, args.rules) }),
})

function parquetRdd(context: SparkContext, pattern: string | readonly string[], { columns, numbers }: CheckedParquetOptions, minPartitions: number): RDD<any> {
  return fileSource(context, parquetFileNode, { pattern, minPartitions, rules: { columns, numbers }, cuts: undefined }, cut)
}

SparkContext.prototype.parquetFile = function (this: SparkContext, path: string, options?: ParquetOptions): RDD<any> {
  const checked = requireParquetOptions('parquetFile', options)
  const pattern = requirePath('parquetFile', path)
  hyparquet()
  return parquetRdd(this, pattern, checked, checked.minPartitions ?? this.defaultMinPartitions)
}

StreamingContext.prototype.parquetFileStream = function (this: StreamingContext, directory: string, options: ParquetOptions & FormatStreamOptions = {}) {
  return fileStreamOf(this, 'parquetFileStream', directory, options, rest => {
    const checked = requireParquetOptions('parquetFileStream', rest)
    hyparquet()
    return files => parquetRdd(this.sparkContext, files, checked, checked.minPartitions ?? 1)
  })
}
