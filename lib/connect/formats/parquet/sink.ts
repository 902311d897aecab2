/** saveAsParquetFile and saveAsParquetFiles: rows in Parquet, one file a partition. */
import { CallSite } from '../../../base/call-site'
import { IllegalArgumentError } from '../../../base/errors'
import { refuse } from '../../../rdd/arguments'
import { definePartition } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import { saveParts, writePart, type PartArguments, type SaveOptions } from '../../../rdd/saving/output-directory'
import { DStream } from '../../../streaming/dstream'
import type { Field } from '../data-types'
import { saveBatches } from '../save-batches'
import { fieldsOf, finishedFields, mergeFields, type SeenField } from './infer'
import { requireParquetOutput, type CheckedParquetOutput, type ParquetOutputOptions } from './options'
import { hyparquetWriter } from './packages'
import { writeParquet, type ParquetLayout } from './write-parquet'

declare module '../../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Writes the elements, objects, as rows of Parquet into `part-00000.parquet`, ... of a new folder, one file a partition,
     * which appears whole, with `_SUCCESS`. It needs `npm install hyparquet-writer`. The columns are those of `schema`, or those
     * that the elements have: then a job of its own looks at all of them first (`cache()` computes them once), and a text is
     * `string`, a number `double`, a bigint `bigint`, a Date `timestamp`, bytes `binary`, an array `array`, an object `struct`, a
     * Map `map`. Rejects with FileAlreadyExistsError when the folder is there, and fails where a value is none of its column's.
     * Counterpart: `df.write.parquet`. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'save')
     * const sold = sc.parallelize([{ id: 1, at: new Date(0), price: '12.50', tags: ['white'] }])
     * await sold.saveAsParquetFile('sold', {
     *   schema: { id: 'bigint not null', at: 'timestamp', price: 'decimal(10,2)', tags: 'array<string>' }, codec: 'zstd',
     * })
     * await sc.stop()
     * ```
     */
    saveAsParquetFile(directory: string, options?: ParquetOutputOptions): Promise<void>
  }
}

declare module '../../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds, as
     * `saveAsParquetFile` does. It replaces what an earlier run of the same batch left. A missing suffix is left out with its
     * dot, a missing prefix with its hyphen. Without a schema a batch has the columns of its own elements, and one without
     * elements no file. Counterpart: `saveAsTextFiles` of Parquet.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * ssc.queueStream([[{ id: 1, item: 'flour' }]]).saveAsParquetFiles('orders', null, { schema: { id: 'int', item: 'string' } })
     * ```
     */
    saveAsParquetFiles(prefix: string | null, suffix?: string | null, options?: ParquetOutputOptions): void
  }
}

interface WriteParquet extends PartArguments { readonly layout: ParquetLayout }

export const writeParquetNode = definePartition<WriteParquet>('saveAsParquetFile', {
  compute: (args, [values], partition, task) => (
    // Without columns there is nothing that a file could hold.
    args.layout.fields.length === 0 ? [] : writePart(args, partition, task, handle => writeParquet(handle, values!, task, args.layout))),
})

/** The columns of a partition's elements: one element a partition. */
export const parquetColumnsNode = definePartition<Record<string, never>>('saveAsParquetFile columns', {
  compute: (_args, [values]) => {
    let seen: readonly SeenField[] = []
    for (const element of values!) seen = merged(() => mergeFields(seen, fieldsOf(element)))
    return [seen]
  },
})

function merged<T>(work: () => T): T {
  try { return work() } catch (error) {
    throw new IllegalArgumentError(`the elements have no columns for Parquet: ${(error as Error).message}`, {
      cause: error, hint: "Say what the columns are: { schema: { id: 'bigint', tags: 'array<string>' } }, or map the elements first.",
    })
  }
}

async function columnsOf(operator: string, rdd: RDD<any>): Promise<readonly Field[]> {
  const seen = await rdd.derive<readonly SeenField[]>(parquetColumnsNode, {}).collect()
  const all = finishedFields(merged(() => seen.reduce((a, b) => mergeFields(a, b), [])))
  const empty = all.find(({ type }) => type.kind === 'struct' && type.fields.length === 0)
  if (empty !== undefined) refuse(operator, `the column ${JSON.stringify(empty.name)} has objects without fields, which Parquet cannot hold`)
  return all
}

async function save(operator: string, rdd: RDD<any>, directory: string, { fields, codec, rowGroupSize }: CheckedParquetOutput, options: SaveOptions): Promise<void> {
  const layout: ParquetLayout = { fields: fields ?? await columnsOf(operator, rdd), codec, rowGroupSize }
  return saveParts<WriteParquet>(rdd, directory, { operator, definition: writeParquetNode, options, args: { layout, extension: '.parquet', isPrivate: false } })
}

RDD.prototype.saveAsParquetFile = function (this: RDD<any>, directory: string, options?: ParquetOutputOptions): Promise<void> {
  const operator = 'saveAsParquetFile'
  return CallSite.within(CallSite.capture(operator), async () => {
    const checked = requireParquetOutput(operator, options)
    hyparquetWriter()
    return save(operator, this, directory, checked, {})
  })
}

DStream.prototype.saveAsParquetFiles = function (this: DStream<any>, prefix, suffix, options) {
  const operator = 'saveAsParquetFiles'
  const checked = requireParquetOutput(operator, options)
  hyparquetWriter()
  saveBatches(operator, this, prefix, suffix, (rdd, directory, saving) => save(operator, rdd, directory, checked, saving))
}
