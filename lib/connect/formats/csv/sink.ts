/** saveAsCsvFile and saveAsCsvFiles: a record an element, one file a partition. */
import { CallSite } from '../../../base/call-site'
import { IllegalArgumentError } from '../../../base/errors'
import { types } from 'node:util'
import { describe, refuse } from '../../../rdd/arguments'
import { definePartition } from '../../../rdd/plan'
import { RDD } from '../../../rdd/rdd'
import { saveParts, writePart, type PartArguments, type SaveOptions } from '../../../rdd/saving/output-directory'
import { DStream } from '../../../streaming/dstream'
import { saveBatches } from '../save-batches'
import { extensionOf, writeText } from '../write-text'
import { fieldText } from './convert'
import { requireCsvOutput, type CheckedCsvOutput, type CsvDialect, type CsvOutputOptions } from './options'

declare module '../../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Writes the elements, arrays or objects, as records of CSV (RFC 4180, lines ending in LF) into `part-00000.csv`, ... of a
     * new folder, one file a partition, which appears whole, with `_SUCCESS`. The columns of objects are those of the first
     * element unless `columns` names them. Dates are ISO 8601, bytes base64, null nothing, an empty text `""`. Rejects with
     * FileAlreadyExistsError when the folder is there, and fails where an element has other columns, or an object in a field.
     * Counterpart: `df.write.csv`. See docs/formats.md.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'save')
     * await sc.parallelize([{ item: 'flour, white', sold: 2 }]).saveAsCsvFile('sold', { header: true })
     * console.log(await sc.textFile('sold').collect()) // [ 'item,sold', '"flour, white",2' ]
     * await sc.stop()
     * ```
     */
    saveAsCsvFile(directory: string, options?: CsvOutputOptions): Promise<void>
  }
}

declare module '../../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into the folder `prefix-TIME.suffix`, TIME being the batch time in milliseconds, as `saveAsCsvFile`
     * does. It replaces what an earlier run of the same batch left. A missing suffix is left out with its dot, a missing
     * prefix with its hyphen. Counterpart: `saveAsTextFiles` of CSV.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'save', Seconds(1))
     * ssc.queueStream([[{ id: 1, item: 'flour' }]]).saveAsCsvFiles('orders', null, { columns: ['id', 'item'], header: true })
     * ```
     */
    saveAsCsvFiles(prefix: string | null, suffix?: string | null, options?: CsvOutputOptions): void
  }
}

type WriteRules = Omit<CheckedCsvOutput, 'codec'>

interface WriteCsv extends PartArguments { readonly rules: WriteRules, readonly codec: 'gzip' | undefined }

export const writeCsvNode = definePartition<WriteCsv>('saveAsCsvFile', {
  compute: (args, [values], partition, task) => {
    const { rules, codec } = args
    const recordOf = recordWriter(rules)
    const head = rules.header && rules.columns !== undefined ? recordOf(rules.columns) : ''
    return writePart(args, partition, task, handle => writeText(handle, values!, task, codec, recordOf, head))
  },
})

/** Makes the text of a record, with its line break. */
export function recordWriter({ delimiter, quote, escape, nullValue, columns }: Required<CsvDialect> & Pick<WriteRules, 'columns'>): (element: unknown) => string {
  // Any character of the delimiter: a part of it at the end of a field would make another one with what follows.
  const special = new RegExp(`[\\r\\n${[...delimiter, ...quote].map(literal).join('')}]`, 'u')
  const known = columns === undefined ? undefined : new Set(columns)
  const field = (value: unknown): string => {
    const text = fieldText(value)
    if (text === undefined) return nullValue
    if (text !== nullValue && text !== '' && !special.test(text) && text.charCodeAt(0) !== 0xFEFF) return text
    if (quote === '') {
      if (text === nullValue || special.test(text)) throw new TypeError(`${describe(text)} needs quotes, and quote is ''`)
      return text
    }
    const escaped = (escape === quote ? text : text.replaceAll(escape, escape + escape)).replaceAll(quote, escape + quote)
    return quote + escaped + quote
  }
  return element => {
    try { return `${valuesOf(element, columns, known).map(field).join(delimiter)}\n` } catch (error) {
      throw new IllegalArgumentError(`an element cannot be written as CSV: ${(error as Error).message}`, {
        cause: error, hint: 'Map the elements to arrays or objects of plain values, and name their columns: { columns: [...] }.',
      })
    }
  }
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function valuesOf(element: unknown, columns: readonly string[] | undefined, known: ReadonlySet<string> | undefined): readonly unknown[] {
  if (Array.isArray(element)) {
    if (columns !== undefined && element.length !== columns.length) throw new TypeError(`${describe(element)} has not the ${columns.length} columns that there are`)
    if (element.length === 0) throw new TypeError('an array of 0 has no columns')
    return element
  }
  if (columns === undefined || !isRow(element)) throw new TypeError(`${describe(element)} is neither an array nor an object with columns`)
  const more = Object.keys(element).find(name => !known!.has(name))
  if (more !== undefined) throw new TypeError(`it has a column ${describe(more)}, which is none of ${columns.map(name => describe(name)).join(', ')}`)
  return columns.map(name => Object.hasOwn(element, name) ? element[name] : undefined)
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !types.isDate(value) && !types.isUint8Array(value) && !types.isMap(value) && !types.isSet(value)
}

async function save(operator: string, rdd: RDD<any>, directory: string, checked: CheckedCsvOutput, options: SaveOptions): Promise<void> {
  const { codec, ...rules } = checked
  const columns = rules.columns ?? await columnsOf(operator, rdd, rules.header)
  return saveParts<WriteCsv>(rdd, directory, {
    operator, definition: writeCsvNode, options, args: { rules: { ...rules, columns }, codec, extension: extensionOf('csv', codec), isPrivate: false },
  })
}

/** The columns of the first element; undefined for arrays, and where there is none. */
async function columnsOf(operator: string, rdd: RDD<any>, header: boolean): Promise<readonly string[] | undefined> {
  const [first] = await rdd.take(1)
  if (Array.isArray(first) && header) refuse(operator, 'a header needs the names of the columns, and the elements are arrays', "Name them: { columns: ['item', 'sold'] }.")
  return first === undefined || Array.isArray(first) || !isRow(first) ? undefined : Object.keys(first)
}

RDD.prototype.saveAsCsvFile = function (this: RDD<any>, directory: string, options?: CsvOutputOptions): Promise<void> {
  const operator = 'saveAsCsvFile'
  return CallSite.within(CallSite.capture(operator), async () => save(operator, this, directory, requireCsvOutput(operator, options), {}))
}

DStream.prototype.saveAsCsvFiles = function (this: DStream<any>, prefix, suffix, options) {
  const checked = requireCsvOutput('saveAsCsvFiles', options)
  saveBatches('saveAsCsvFiles', this, prefix, suffix, (rdd, directory, saving) => save('saveAsCsvFiles', rdd, directory, checked, saving))
}
