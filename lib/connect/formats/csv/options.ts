/** What reading and writing of CSV can be told, checked at the call. */
import { describe, refuse } from '../../../rdd/arguments'
import { optionTable, requireOptions, type Option } from '../../support/option-table'
import { parseColumn, type Field } from '../data-types'
import { corruptRow, isNames, minPartitionsRow, modeRow, type ParseMode } from '../modes'
import { convertible } from './convert'

/** How values stand in the text. */
export interface CsvDialect {
  /** What stands between fields. Default `,`. */
  readonly delimiter?: string
  /** What stands around fields that hold a delimiter, a quote or a line break. Default `"`; `''`: nothing does. */
  readonly quote?: string
  /** What stands before a quote within a quoted field. Default: the quote itself, as in RFC 4180. */
  readonly escape?: string
  /** What null is written as, without quotes. Default: nothing at all. */
  readonly nullValue?: string
}

/** What `sc.csvFile` and `ssc.csvFileStream` take. */
export interface CsvOptions extends CsvDialect {
  /** Whether the first record of each file has the names of its columns. Default false. */
  readonly header?: boolean
  /** The names of the columns; in place of those of the header, where there is one. Without either, records are arrays. */
  readonly columns?: readonly string[]
  /** What columns are, by Spark's names: `{ id: 'bigint', price: 'decimal(10,2)', at: 'timestamp' }`. Others are text. */
  readonly types?: Readonly<Record<string, string>>
  /** What happens to a record that is damaged, has too few or too many fields, or none of its type. Default `'FAILFAST'`. */
  readonly mode?: ParseMode
  /** With `'PERMISSIVE'`: such a record has its text under this name. Default `_corrupt_record`. */
  readonly columnNameOfCorruptRecord?: string
  /** Whether quoted fields may hold line breaks. Default true; false: a record is a line. */
  readonly multiLine?: boolean
  /** At least so many partitions, where the files allow. Default `sc.defaultMinPartitions`. */
  readonly minPartitions?: number
}

/** What `rdd.saveAsCsvFile` and `dstream.saveAsCsvFiles` take. */
export interface CsvOutputOptions extends CsvDialect {
  /** Whether each file begins with the names of the columns. Default false. */
  readonly header?: boolean
  /** The columns, in order. Default: those of the first element, where it is an object. */
  readonly columns?: readonly string[]
  /** `'gzip'`: the files are compressed. */
  readonly codec?: 'gzip'
}

type Checked<O, Optional extends keyof O> = Required<Omit<O, Optional>> & { readonly [K in Optional]: O[K] | undefined }
export type CheckedCsvOptions = Omit<Checked<CsvOptions, 'columns' | 'minPartitions'>, 'types'> & { readonly fields: readonly Field[] }
export type CheckedCsvOutput = Checked<CsvOutputOptions, 'columns' | 'codec'>

const oneByte = (what: string): string => /^[\x01-\x7F]?$/.test(what) && !/[\r\n]/.test(what) ? '' : 'be one character of ASCII'
const nonempty = (text: string): string | undefined => text === '' || /[\r\n]/.test(text) ? 'be a text without line breaks, one character at least' : undefined

const dialectRows = {
  delimiter: { kind: 'string', default: ',', check: nonempty, doc: 'What stands between fields.' },
  quote: {
    kind: 'string', default: '"', check: (text: string) => oneByte(text) || undefined,
    doc: "What stands around fields that hold a delimiter, a quote or a line break; `''`: nothing does.",
  },
  escape: {
    kind: 'string', check: (text: string) => text === '' ? 'be one character of ASCII' : oneByte(text) || undefined,
    doc: 'What stands before a quote within a quoted field.', defaultText: 'the quote',
  },
  nullValue: {
    kind: 'string', default: '', check: (text: string) => /[\r\n]/.test(text) ? 'have no line breaks' : undefined,
    doc: 'What null is written as, without quotes.', defaultText: 'an empty text',
  },
} satisfies Record<string, Option>

export const csvFileTable = optionTable('csvFile', {
  header: { kind: 'boolean', default: false, doc: 'Whether the first record of each file has the names of its columns.' },
  columns: { kind: 'any', check: isNames, doc: 'The names of the columns, in place of those of the header. Without either, records are arrays.' },
  types: { kind: 'object', default: {}, doc: "What columns are, by Spark's names: `{ id: 'bigint', at: 'timestamp' }`. Others are text.", defaultText: 'all are text' },
  ...dialectRows,
  mode: modeRow,
  columnNameOfCorruptRecord: corruptRow,
  multiLine: { kind: 'boolean', default: true, doc: 'Whether quoted fields may hold line breaks; false: a record is a line.' },
  minPartitions: minPartitionsRow,
})

export const saveAsCsvTable = optionTable('saveAsCsvFile', {
  header: { kind: 'boolean', default: false, doc: 'Whether each file begins with the names of the columns.' },
  columns: { kind: 'any', check: isNames, doc: 'The columns, in order.', defaultText: 'those of the first element, where it is an object' },
  ...dialectRows,
  codec: { kind: 'string', values: ['gzip'], doc: '`gzip`: the files are compressed.', defaultText: 'none' },
})

export function requireCsvOptions(operator: string, given: unknown): CheckedCsvOptions {
  const { types, ...rest } = requireOptions<Required<CsvOptions>>(operator, csvFileTable, given)
  const fields = Object.entries(types).map(([name, text]) => fieldOf(operator, name, text))
  if (rest.columns !== undefined) {
    const unknown = fields.find(({ name }) => !rest.columns.includes(name))
    if (unknown !== undefined) refuse(operator, `types has the column ${describe(unknown.name)}, columns has not`)
  } else if (!rest.header && fields.length > 0) {
    refuse(operator, 'types needs the names of columns', 'Say header: true, or give columns.')
  }
  return { ...rest, ...dialectOf(operator, rest), fields }
}

export function requireCsvOutput(operator: string, given: unknown): CheckedCsvOutput {
  const checked = requireOptions<Required<CsvOutputOptions>>(operator, saveAsCsvTable, given)
  return { ...checked, ...dialectOf(operator, checked) }
}

function dialectOf(operator: string, { delimiter, quote, escape = quote, nullValue }: Required<CsvDialect>): Required<CsvDialect> {
  for (const [name, mark] of [['quote', quote], ['escape', escape]] as const) {
    if (mark !== '' && delimiter.includes(mark)) refuse(operator, `the delimiter and the ${name} must not be the same, both are ${describe(mark)}`)
  }
  if (quote !== '' && nullValue.includes(quote)) refuse(operator, 'nullValue must not have the quote in it')
  if (nullValue.includes(delimiter)) refuse(operator, 'nullValue must not have the delimiter in it')
  return { delimiter, quote, escape, nullValue }
}

function fieldOf(operator: string, name: string, text: unknown): Field {
  if (typeof text !== 'string') refuse(operator, `the type of the column ${describe(name)} must be a text, got ${describe(text)}`)
  try {
    const field = parseColumn(name, text as string)
    if (!convertible(field.type)) refuse(operator, `the column ${describe(name)} cannot be ${text} in a CSV file`)
    return field
  } catch (error) {
    if (!(error as Error).name.includes('SyntaxError')) throw error
    refuse(operator, `the type of the column ${describe(name)}: ${(error as Error).message}`)
  }
}
