/** csvFile and csvFileStream: the records of CSV files, cut into partitions wherever their quotes allow. */
import { CallSite } from '../../../base/call-site'
import { isGzipPath } from '../../../codec/gzip'
import type { FoundFile } from '../../../disk/glob'
import { SparkContext } from '../../../rdd/context/spark-context'
import { defineSource } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from '../../../rdd/sources/input-files'
import { splitFiles, type Split } from '../../../rdd/sources/splits'
import { StreamingContext } from '../../../streaming/streaming-context'
import type { FileInputDStream } from '../../file/file-input-dstream'
import { fileStreamOf, type FormatStreamOptions } from '../file-stream'
import { requireCsvOptions, type CheckedCsvOptions, type CsvOptions } from './options'
import { marksOf, type QuoteMarks, type Transition } from './quotes'
import { readCsv, type CsvRules } from './read-csv'
import { transitionOf, type CsvSplit } from './record-blocks'

declare module '../../../rdd/context/spark-context' {
  interface SparkContext {
    /**
     * The records of CSV files (RFC 4180): objects where the columns have names, by `header` or `columns`, else arrays; paths as
     * for `textFile`, `.gz` is decompressed. Fields are text, or what `types` says of their column; one that is empty without
     * quotes is null. A record that is damaged fails the job with file, line and byte, unless `mode` says otherwise. Fields may
     * hold line breaks: where a file is cut, its quotes are counted first, in a job of its own; `multiLine: false` does without.
     * Throws IllegalArgumentError for options that are wrong. Counterpart: `spark.read.csv`, as an RDD. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'prices')
     * await sc.parallelize([['flour', 1.5], ['bran, fine', null]], 1).saveAsCsvFile('prices', { columns: ['item', 'price'], header: true })
     * const prices = sc.csvFile<{ item: string, price: number | null }>('prices', { header: true, types: { price: 'double' } })
     * console.log(await prices.collect()) // [ { item: 'flour', price: 1.5 }, { item: 'bran, fine', price: null } ]
     * await sc.stop()
     * ```
     */
    csvFile<T = any>(path: string, options?: CsvOptions): RDD<T>
  }
}

declare module '../../../streaming/streaming-context' {
  interface StreamingContext {
    /**
     * A stream of the records of the CSV files that are new in `directory`: files as for `fileStream`, records as for
     * `sc.csvFile`. Counterpart: `fileStream` with a CSV reader.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = new StreamingContext('local', 'orders', Seconds(1))
     * ssc.csvFileStream<{ item: string }>('incoming', { header: true }).map(order => order.item).countByValue().print()
     * ```
     */
    csvFileStream<T = any>(directory: string, options?: CsvOptions & FormatStreamOptions): FileInputDStream<T>
  }
}

interface CsvFile extends FileArguments<Split> { readonly minPartitions: number, readonly marks: QuoteMarks }

const cut = (files: readonly FoundFile[], { minPartitions }: CsvFile): Split[] => splitFiles(files, { minPartitions, isWhole: isGzipPath })

/** What each partition does to the state in which it begins: one element a partition. */
export const csvQuotesNode = defineSource<CsvFile>('csvFile quotes', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({ kind: 'async', values: transition(cutsOf(args, cut)[partition]!, args.marks) }),
})

async function* transition(split: Split, marks: QuoteMarks): AsyncGenerator<Transition, void> {
  // What follows the last range of a file is another file.
  yield split.isLast ? [0, 0, 0] : await transitionOf(split, marks)
}

/** `states` stays undefined until the quotes were counted. */
interface CsvRecords { readonly files: CsvFile, readonly rules: CsvRules, states: readonly number[] | undefined }

export const csvFileNode = defineSource<CsvRecords>('csvFile', {
  partitionCount: ({ files }) => cutsOf(files, cut).length,
  read: ({ files, rules, states }, partition) => {
    const split: CsvSplit = { ...cutsOf(files, cut)[partition]!, state: states?.[partition] ?? 0 }
    return { kind: 'asyncChunks', values: readCsv(split, rules) }
  },
})

function csvRdd(context: SparkContext, pattern: string | readonly string[], checked: CheckedCsvOptions, minPartitions: number): RDD<any> {
  const { delimiter, quote, escape, nullValue, multiLine, header, columns, fields, mode, columnNameOfCorruptRecord } = checked
  const files: CsvFile = { pattern, minPartitions, marks: marksOf({ quote, escape }), cuts: undefined }
  const site = CallSite.capture('csvFile')
  const counted = CallSite.within(site, () => fileSource<Transition, Split, CsvFile>(context, csvQuotesNode, files, cut))
  const rules = { delimiter, quote, escape, nullValue, multiLine, header, columns, fields, mode, columnNameOfCorruptRecord }
  const args: CsvRecords = { files, rules, states: undefined }
  const prepare = async (): Promise<void> => {
    await counted.prepare()
    const isCut = cutsOf(files, cut).some(({ isLast }) => !isLast)
    args.states = isCut && multiLine && quote !== '' ? statesOf(await CallSite.within(site, () => counted.collect())) : []
  }
  return new RDD<any>(context, { definition: csvFileNode, parents: [], args }, { site, prepare }).setName(counted.name ?? 'csvFile')
}

/** The state in which each partition begins. */
function statesOf(transitions: readonly Transition[]): number[] {
  const states: number[] = []
  let state = 0
  for (const each of transitions) {
    states.push(state)
    state = each[state]!
  }
  return states
}

SparkContext.prototype.csvFile = function (this: SparkContext, path: string, options?: CsvOptions): RDD<any> {
  const checked = requireCsvOptions('csvFile', options)
  return csvRdd(this, requirePath('csvFile', path), checked, checked.minPartitions ?? this.defaultMinPartitions)
}

StreamingContext.prototype.csvFileStream = function (this: StreamingContext, directory: string, options: CsvOptions & FormatStreamOptions = {}) {
  return fileStreamOf(this, 'csvFileStream', directory, options, rest => {
    const checked = requireCsvOptions('csvFileStream', rest)
    return files => csvRdd(this.sparkContext, files, checked, checked.minPartitions ?? 1)
  })
}
