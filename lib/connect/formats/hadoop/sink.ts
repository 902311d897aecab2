/** saveAsSequenceFile, saveAsHadoopFile(s) and saveAsNewAPIHadoopFile(s): pairs in Hadoop's own formats. */
import { CallSite } from '../../../base/call-site'
import { show } from '../../../base/show'
import { refuse, describe } from '../../../rdd/arguments'
import { definePartition } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import { saveParts, writePart, type PartArguments, type SaveOptions } from '../../../rdd/saving/output-directory'
import type { TextCodec } from '../../../rdd/saving/save-as-text-file'
import { DStream } from '../../../streaming/dstream'
import { saveBatches } from '../save-batches'
import { writeText } from '../write-text'
import type { HadoopCodec } from './codecs'
import { requireHadoopOptions, type CheckedHadoopOptions, type HadoopFileOptions } from './options'
import { nullWritable, writableFor, type Writable } from './writables'
import { requirePair, writeSequence, type SequenceLayout } from './write-sequence'

declare module '../../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Writes pairs as a SequenceFile a partition, `part-00000`, ... of a new folder, which appears whole, with `_SUCCESS`;
     * Hadoop and Spark read it. Classes by the first pair: a string is Text, a whole number of 32 bits IntWritable, another
     * number DoubleWritable, a bigint LongWritable, a boolean BooleanWritable, bytes BytesWritable, null NullWritable. A later
     * value that its class cannot hold fails the job: name the classes with `saveAsHadoopFile` then. `codec` compresses blocks
     * of records. Rejects with FileAlreadyExistsError when the folder is there. Counterpart: RDD.saveAsSequenceFile.
     */
    saveAsSequenceFile<K, V>(this: RDD<[K, V]>, path: string, codec?: HadoopCodec | 'gzip' | 'deflate'): Promise<void>
    /**
     * Writes pairs in one of Hadoop's output formats: SequenceFiles, or with `TextOutputFormat` lines of key, tab and value.
     * See `saveAsSequenceFile` for the classes where none are named. Throws for formats and classes that are not known.
     * Counterpart: PairRDDFunctions.saveAsHadoopFile.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'pairs')
     * const sold = sc.parallelize<[string, number]>([['flour', 2], ['bran', 0.5]])
     * await sold.saveAsHadoopFile('sold', { keyClass: 'Text', valueClass: 'DoubleWritable', codec: 'gzip' })
     * await sold.saveAsHadoopFile('lines', { format: 'TextOutputFormat' })
     * await sc.stop()
     * ```
     */
    saveAsHadoopFile<K, V>(this: RDD<[K, V]>, path: string, options?: HadoopFileOptions): Promise<void>
    /** The same; formats may have the names of Hadoop's new API. Counterpart: PairRDDFunctions.saveAsNewAPIHadoopFile. */
    saveAsNewAPIHadoopFile<K, V>(this: RDD<[K, V]>, path: string, options?: HadoopFileOptions): Promise<void>
  }
}

declare module '../../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Writes every batch of pairs into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds, as
     * `saveAsHadoopFile` does. It replaces what an earlier run of the same batch left. A missing suffix is left out with its
     * dot, a missing prefix with its hyphen. Counterpart: PairDStreamFunctions.saveAsHadoopFiles.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * const counts = ssc.queueStream([['a', 'b']]).map(word => [word, 1]).reduceByKey((a, b) => a + b)
     * counts.saveAsHadoopFiles('counts', 'seq', { keyClass: 'Text', valueClass: 'IntWritable' })
     * ```
     */
    saveAsHadoopFiles<K, V>(this: DStream<[K, V]>, prefix: string | null, suffix?: string | null, options?: HadoopFileOptions): void
    /** The same; formats may have the names of Hadoop's new API. Counterpart: PairDStreamFunctions.saveAsNewAPIHadoopFiles. */
    saveAsNewAPIHadoopFiles<K, V>(this: DStream<[K, V]>, prefix: string | null, suffix?: string | null, options?: HadoopFileOptions): void
  }
}

interface WriteSequence extends PartArguments { readonly layout: SequenceLayout }

export const writeSequenceNode = definePartition<WriteSequence>('saveAsSequenceFile', {
  compute: (args, [values], partition, task) => writePart(args, partition, task, handle => writeSequence(handle, values!, task, args.layout)),
})

interface WriteHadoopText extends PartArguments { readonly codec: TextCodec | undefined }

/** Hadoop's TextOutputFormat: a key or a value that is null is left out with the tab. */
export const writeHadoopTextNode = definePartition<WriteHadoopText>('saveAsHadoopFile', {
  compute: (args, [values], partition, task) => writePart(args, partition, task, handle => writeText(handle, values!, task, args.codec, lineOf)),
})

function lineOf(pair: unknown): string {
  const present = requirePair(pair).filter(each => each !== null && each !== undefined)
  return `${present.map(each => show(each)).join('\t')}\n`
}

/** The classes of a file whose first pair is this. */
async function layoutOf(operator: string, rdd: RDD<any>, { key, value, codec, compression }: CheckedHadoopOptions): Promise<SequenceLayout> {
  if (key !== undefined && value !== undefined) return { key, value, codec, compression }
  const [first] = await rdd.take(1)
  // Nothing to write: any class will do.
  const [firstKey, firstValue]: readonly [unknown, unknown] = first === undefined ? [null, null] : requirePair(first)
  return { key: key ?? classFor(operator, firstKey, 'key'), value: value ?? classFor(operator, firstValue, 'value'), codec, compression }
}

function classFor(operator: string, value: unknown, what: string): Writable {
  const found = value === null ? nullWritable : writableFor(value)
  const hint = `Name ${what}Class, or map it to a string, a number, a bigint, a boolean, bytes or null.`
  return found ?? refuse(operator, `no Writable is known for a ${what} that is ${describe(value)}`, hint)
}

async function save(operator: string, rdd: RDD<any>, directory: string, checked: CheckedHadoopOptions, options: SaveOptions): Promise<void> {
  if (checked.format === 'TextOutputFormat') {
    const codec = checked.codec === undefined ? undefined : 'gzip'
    return saveParts<WriteHadoopText>(rdd, directory, {
      operator, definition: writeHadoopTextNode, options, args: { codec, extension: codec === undefined ? '' : '.gz', isPrivate: false },
    })
  }
  const layout = await layoutOf(operator, rdd, checked)
  return saveParts<WriteSequence>(rdd, directory, { operator, definition: writeSequenceNode, options, args: { layout, extension: '', isPrivate: false } })
}

/** Checks what was asked for at the user's line, and works as that call. */
function saveChecked(operator: string, rdd: RDD<any>, directory: string, given: HadoopFileOptions | undefined): Promise<void> {
  const site = CallSite.capture(operator)
  return CallSite.within(site, async () => save(operator, rdd, directory, requireHadoopOptions(operator, given), {}))
}

function saveEach(operator: string, stream: DStream<any>, prefix: string | null, suffix: string | null | undefined, given: HadoopFileOptions | undefined): void {
  const checked = requireHadoopOptions(operator, given)
  saveBatches(operator, stream, prefix, suffix, (rdd, directory, options) => save(operator, rdd, directory, checked, options))
}

RDD.prototype.saveAsSequenceFile = function (this: RDD<any>, path: string, codec?: HadoopCodec | 'gzip' | 'deflate'): Promise<void> {
  return saveChecked('saveAsSequenceFile', this, path, codec === undefined ? {} : { codec })
}

RDD.prototype.saveAsHadoopFile = function (this: RDD<any>, path: string, options?: HadoopFileOptions): Promise<void> {
  return saveChecked('saveAsHadoopFile', this, path, options)
}

RDD.prototype.saveAsNewAPIHadoopFile = function (this: RDD<any>, path: string, options?: HadoopFileOptions): Promise<void> {
  return saveChecked('saveAsNewAPIHadoopFile', this, path, options)
}

DStream.prototype.saveAsHadoopFiles = function (this: DStream<any>, prefix, suffix, options) {
  saveEach('saveAsHadoopFiles', this, prefix, suffix, options)
}

DStream.prototype.saveAsNewAPIHadoopFiles = function (this: DStream<any>, prefix, suffix, options) {
  saveEach('saveAsNewAPIHadoopFiles', this, prefix, suffix, options)
}
