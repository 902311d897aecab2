/** What reading and writing of Parquet can be told, checked at the call. */
import { describe, refuse } from '../../../rdd/arguments'
import { optionTable, requireOptions } from '../../support/option-table'
import { parseColumn, type Field } from '../data-types'
import { isNames, minPartitionsRow } from '../modes'
import { parquetCodecs, type ParquetCodec } from './codecs'
import type { Numbers } from './from-parquet'

/** What `sc.parquetFile` and `ssc.parquetFileStream` take. */
export interface ParquetOptions {
  /** The columns to read; the others are not fetched. Default: all. */
  readonly columns?: readonly string[]
  /**
   * `'exact'`: whole numbers of 64 bits are bigint and decimals text. `'number'`: both are numbers; a whole number that is none
   * exactly is an error, a decimal becomes the nearest. Default `'exact'`.
   */
  readonly numbers?: Numbers
  /** At least so many partitions, where the files' row groups allow. Default `sc.defaultMinPartitions`. */
  readonly minPartitions?: number
}

/** What `rdd.saveAsParquetFile` and `dstream.saveAsParquetFiles` take. */
export interface ParquetOutputOptions {
  /**
   * The columns and their types, by Spark's names: `{ id: 'bigint not null', tags: 'array<string>', price: 'decimal(10,2)' }`.
   * Default: what the elements have, looked up in a job of its own.
   */
  readonly schema?: Readonly<Record<string, string>>
  /** How pages are compressed. Default `'snappy'`. */
  readonly codec?: ParquetCodec
  /** Rows of a row group, at most. Default 100,000. */
  readonly rowGroupSize?: number
}

export type CheckedParquetOptions = Required<Pick<ParquetOptions, 'numbers'>> & Omit<ParquetOptions, 'numbers'>
export type CheckedParquetOutput = Required<Omit<ParquetOutputOptions, 'schema'>> & { readonly fields: readonly Field[] | undefined }

export const parquetFileTable = optionTable('parquetFile', {
  columns: { kind: 'any', check: isNames, doc: 'The columns to read; the others are not fetched.', defaultText: 'all' },
  numbers: { kind: 'string', values: ['exact', 'number'], default: 'exact', doc: '`exact`: 64-bit whole numbers as bigint, decimals as text; `number`: both as numbers.' },
  minPartitions: minPartitionsRow,
})

export const saveAsParquetTable = optionTable('saveAsParquetFile', {
  schema: { kind: 'object', doc: "The columns and their types, by Spark's names: `{ id: 'bigint not null', tags: 'array<string>' }`.", defaultText: 'what the elements have' },
  codec: { kind: 'string', values: parquetCodecs, default: 'snappy', doc: 'How pages are compressed.' },
  rowGroupSize: { kind: 'integer', minimum: 1, default: 100_000, unit: 'rows', doc: 'Rows of a row group, at most.' },
})

export function requireParquetOptions(operator: string, given: unknown): CheckedParquetOptions {
  return requireOptions<CheckedParquetOptions>(operator, parquetFileTable, given)
}

export function requireParquetOutput(operator: string, given: unknown): CheckedParquetOutput {
  const { schema, ...rest } = requireOptions<Required<Omit<ParquetOutputOptions, 'schema'>> & Pick<ParquetOutputOptions, 'schema'>>(operator, saveAsParquetTable, given)
  if (schema === undefined) return { ...rest, fields: undefined }
  const fields = Object.entries(schema).map(([name, text]) => {
    try { return parseColumn(name, text) } catch (error) { refuse(operator, `the type of the column ${describe(name)}: ${(error as Error).message}`) }
  })
  if (fields.length === 0) refuse(operator, 'a schema has one column at least')
  return { ...rest, fields }
}
