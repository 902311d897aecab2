/** The elements of a partition as inserts of some hundred rows each, in the order of the elements. */
import { MillraceError } from '../../base/errors'
import type { Column, Connection, Insertion, WritingDialect } from './dialect'
import { rowOf } from './rows'
import { misfit, textOf } from './values'

/** Inserts end here, so that packets stay small whatever the rows hold. */
const insertBytesMax = 4 * 1024 * 1024

export interface RowsOptions {
  /** What messages call the sink. */
  readonly operator: string
  readonly toRow: (element: any) => unknown
  readonly batchRows: number
  /** The columns that rows fill; those of the insertion that follow are filled by `extra`. */
  readonly columns: readonly Column[]
  /** More values of a row, by its number from 0. */
  readonly extra?: (row: number) => readonly unknown[]
}

/** Resolves with how many rows there were. A value that does not fit throws IllegalArgumentError with its column. */
export async function writeRows(
  dialect: WritingDialect, connection: Connection, insertion: Insertion, elements: Iterable<unknown>, options: RowsOptions,
): Promise<number> {
  const { operator, toRow, columns, extra } = options
  const perRow = insertion.columns.length + (insertion.constant === undefined ? 0 : 1)
  const rowsMax = Math.max(1, Math.min(options.batchRows, Math.floor(dialect.parametersMax / perRow)))
  let rows: unknown[][] = []
  let bytes = 0
  let count = 0
  const flush = async (): Promise<void> => {
    const inserted = rows
    rows = []
    bytes = 0
    await insert(dialect, connection, insertion, inserted)
  }
  for (const element of elements) {
    const values: unknown[] = rowOf(toRow(element), columns, operator).map((value, i) => textOf(value, columns[i]!))
    for (const value of values) bytes += value === null ? 1 : (value as string | Uint8Array).length
    if (extra !== undefined) values.push(...extra(count))
    rows.push(values)
    count++
    if (rows.length === rowsMax || bytes >= insertBytesMax) await flush()
  }
  if (rows.length > 0) await flush()
  return count
}

async function insert(dialect: WritingDialect, connection: Connection, insertion: Insertion, rows: readonly unknown[][]): Promise<void> {
  const { sql, values } = dialect.insertRows(insertion, rows)
  try { await connection.query(sql, values) } catch (error) {
    if (dialect.findMisfit === undefined || MillraceError.is(error) || dialect.isTransient(error) || connection.isBroken) throw error
    await connection.query('ROLLBACK').catch(() => undefined)
    const found = await dialect.findMisfit(connection, insertion.columns, rows)
    throw found === undefined ? error : misfit(found.column, found.value, error)
  }
}
