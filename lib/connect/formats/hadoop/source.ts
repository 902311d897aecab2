/** sequenceFile, hadoopFile and newAPIHadoopFile: files in Hadoop's own formats as pairs. */
import { isGzipPath } from '../../../codec/gzip'
import type { FoundFile } from '../../../disk/glob'
import { requireInteger } from '../../../rdd/arguments'
import { SparkContext } from '../../../rdd/context/spark-context'
import { defineSource } from '../../../rdd/plan'
import type { RDD } from '../../../rdd/rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from '../../../rdd/sources/input-files'
import { splitFiles, type Split } from '../../../rdd/sources/splits'
import { StreamingContext } from '../../../streaming/streaming-context'
import type { FileInputDStream } from '../../file/file-input-dstream'
import { fileStreamOf } from '../file-stream'
import { readLineBlocks, type LineBlock } from '../line-blocks'
import { requireInputFormat, requireSequenceOptions, type HadoopInputFormat, type SequenceStreamOptions } from './options'
import { readSequence, type WantedClasses } from './read-sequence'
import { requireWritable, type WritableClass } from './writables'

declare module '../../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The pairs of Hadoop SequenceFiles, of Hadoop, Spark or Millrace; paths as for `textFile`. The files name the classes of
     * keys and values; classes that are given must be those. Text is a string, IntWritable a number, LongWritable a bigint,
     * BytesWritable bytes, NullWritable null, the others as docs/formats.md says; a class of your own is read by
     * `{ className, encode, decode }`. Partitions begin at sync markers. Plain, record-compressed and block-compressed files
     * with DefaultCodec and GzipCodec. What is cut off or damaged fails the job with file and byte.
     * Counterpart: SparkContext.sequenceFile.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'pairs')
     * await sc.parallelize<[string, number]>([['flour', 2], ['bran', 1]], 1).saveAsSequenceFile('sold')
     * console.log(await sc.sequenceFile<string, number>('sold', 'Text', 'IntWritable').collect()) // [ [ 'flour', 2 ], [ 'bran', 1 ] ]
     * await sc.stop()
     * ```
     */
    sequenceFile<K = any, V = any>(path: string, keyClass?: WritableClass | null, valueClass?: WritableClass | null, minPartitions?: number): RDD<[K, V]>
    /**
     * Pairs of files in one of Hadoop's input formats, by the name of its class, with or without the package:
     * `SequenceFileInputFormat`; `TextInputFormat`, pairs of the byte at which a line begins, a bigint, and the line;
     * `KeyValueTextInputFormat`, pairs of what stands before and behind the first tab of a line. Throws IllegalArgumentError
     * for other formats. Counterpart: SparkContext.hadoopFile.
     */
    hadoopFile<K = any, V = any>(
      path: string, inputFormat: HadoopInputFormat | (string & {}), keyClass?: WritableClass | null, valueClass?: WritableClass | null, minPartitions?: number,
    ): RDD<[K, V]>
    /** The same by the names of Hadoop's new API. Counterpart: SparkContext.newAPIHadoopFile. */
    newAPIHadoopFile<K = any, V = any>(
      path: string, inputFormat: HadoopInputFormat | (string & {}), keyClass?: WritableClass | null, valueClass?: WritableClass | null, minPartitions?: number,
    ): RDD<[K, V]>
  }
}

declare module '../../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the pairs of the SequenceFiles that are new in `directory`: files as for `fileStream`, pairs as for
     * `sc.sequenceFile`. Counterpart: `fileStream[K, V, SequenceFileInputFormat[K, V]]`.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'sold', Seconds(1))
     * ssc.sequenceFileStream<string, number>('incoming', { keyClass: 'Text' }).reduceByKey((a, b) => a + b).print()
     * ```
     */
    sequenceFileStream<K = any, V = any>(directory: string, options?: SequenceStreamOptions): FileInputDStream<[K, V]>
  }
}

interface SequenceFile extends FileArguments<Split>, WantedClasses { readonly minPartitions: number }

const cutSequence = (files: readonly FoundFile[], { minPartitions }: SequenceFile): Split[] => splitFiles(files, { minPartitions })

export const sequenceFileNode = defineSource<SequenceFile>('sequenceFile', {
  partitionCount: args => cutsOf(args, cutSequence).length,
  read: (args, partition) => ({ kind: 'asyncChunks', values: readSequence(cutsOf(args, cutSequence)[partition]!, args) }),
})

interface HadoopText extends FileArguments<Split> { readonly minPartitions: number, readonly isKeyed: boolean }

const cutText = (files: readonly FoundFile[], { minPartitions }: HadoopText): Split[] => splitFiles(files, { minPartitions, isWhole: isGzipPath })

export const hadoopTextNode = defineSource<HadoopText>('hadoopFile', {
  partitionCount: args => cutsOf(args, cutText).length,
  read: (args, partition) => ({ kind: 'asyncChunks', values: readPairs(cutsOf(args, cutText)[partition]!, args.isKeyed) }),
})

async function* readPairs(split: Split, isKeyed: boolean): AsyncGenerator<[unknown, string][], void> {
  for await (const block of readLineBlocks(split)) yield isKeyed ? keyed(block) : numbered(block)
}

function* linesOf({ bytes, offset }: LineBlock): Generator<[number, string], void> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(10, start)
    const end = found < 0 ? bytes.length : found
    yield [offset + start, bytes.toString('utf8', start, found > start && bytes[end - 1] === 13 ? end - 1 : end)]
    start = end + 1
  }
}

const numbered = (block: LineBlock): [bigint, string][] => Array.from(linesOf(block), ([offset, line]) => [BigInt(offset), line])

const keyed = (block: LineBlock): [string, string][] => Array.from(linesOf(block), ([, line]) => {
  const tab = line.indexOf('\t')
  return tab < 0 ? [line, ''] : [line.slice(0, tab), line.slice(tab + 1)]
})

interface Asked { readonly keyClass: unknown, readonly valueClass: unknown, readonly minPartitions: number }

function sequenceRdd(operator: string, context: SparkContext, path: string, { keyClass, valueClass, minPartitions }: Asked): RDD<any> {
  requireInteger(operator, minPartitions, 1, 'minPartitions')
  const classes = { keyClass: requireWritable(operator, keyClass, 'keyClass'), valueClass: requireWritable(operator, valueClass, 'valueClass') }
  return sequenceFilesRdd(context, requirePath(operator, path), classes, minPartitions)
}

function sequenceFilesRdd(context: SparkContext, pattern: string | readonly string[], { keyClass, valueClass }: WantedClasses, minPartitions: number): RDD<any> {
  return fileSource<any, Split, SequenceFile>(context, sequenceFileNode, { pattern, minPartitions, keyClass, valueClass, cuts: undefined }, cutSequence)
}

function hadoopRdd(operator: string, context: SparkContext, path: string, inputFormat: unknown, asked: Asked): RDD<any> {
  const format = requireInputFormat(operator, inputFormat)
  if (format === 'SequenceFileInputFormat') return sequenceRdd(operator, context, path, asked)
  requireInteger(operator, asked.minPartitions, 1, 'minPartitions')
  for (const name of ['keyClass', 'valueClass'] as const) requireWritable(operator, asked[name], name)
  const args: HadoopText = { pattern: requirePath(operator, path), minPartitions: asked.minPartitions, isKeyed: format === 'KeyValueTextInputFormat', cuts: undefined }
  return fileSource(context, hadoopTextNode, args, cutText)
}

SparkContext.prototype.sequenceFile = function (this: SparkContext, path: string, keyClass, valueClass, minPartitions = this.defaultMinPartitions) {
  return sequenceRdd('sequenceFile', this, path, { keyClass, valueClass, minPartitions })
}

SparkContext.prototype.hadoopFile = function (this: SparkContext, path: string, inputFormat, keyClass, valueClass, minPartitions = this.defaultMinPartitions) {
  return hadoopRdd('hadoopFile', this, path, inputFormat, { keyClass, valueClass, minPartitions })
}

SparkContext.prototype.newAPIHadoopFile = function (this: SparkContext, path: string, inputFormat, keyClass, valueClass, minPartitions = this.defaultMinPartitions) {
  return hadoopRdd('newAPIHadoopFile', this, path, inputFormat, { keyClass, valueClass, minPartitions })
}

StreamingContext.prototype.sequenceFileStream = function (this: StreamingContext, directory: string, options: SequenceStreamOptions = {}) {
  return fileStreamOf(this, 'sequenceFileStream', directory, options, rest => {
    const classes = requireSequenceOptions('sequenceFileStream', rest)
    return files => sequenceFilesRdd(this.sparkContext, files, classes, 1)
  })
}
