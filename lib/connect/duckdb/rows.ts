/** Elements as rows of a table, written a chunk at a time; what does not fit is refused with its row and its column. */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'
import { loadDuckDB, type ColumnType, type Connection } from './database'

const rowsPerChunk = 2_048

interface Column { readonly name: string, readonly type: string }

export interface RowWriter {
  readonly schema: string
  readonly table: string
  readonly columns: readonly Column[]
  readonly toRow: (element: any) => unknown
}

/** Adds the rows of `elements` to a table. */
export async function addRows(connection: Connection, { schema, table, columns, toRow }: RowWriter, elements: Iterable<unknown>): Promise<void> {
  const { DuckDBDataChunk, JSToDuckDBValueConverter, jsToDuckDBValue } = loadDuckDB()
  const appender = await connection.createAppender(table, schema)
  const columnTypes = columns.map((_, i) => appender.columnType(i))
  let rows: any[][] = []
  const flush = (): void => {
    const chunk = DuckDBDataChunk.create(columnTypes, rows.length)
    try { chunk.setRowsConverted(rows, JSToDuckDBValueConverter as any) } catch (error) {
      for (const row of rows) requireFitting(row, columns, columnTypes, (value, type) => {
        jsToDuckDBValue(value as any, type)
        const one = DuckDBDataChunk.create([type], 1)
        one.setRowsConverted([[value]] as any, JSToDuckDBValueConverter as any)
      })
      throw error
    }
    appender.appendDataChunk(chunk)
    rows = []
  }
  try {
    for (const element of elements) {
      rows.push(rowOf(toRow(element), columns))
      if (rows.length === rowsPerChunk) flush()
    }
    if (rows.length > 0) flush()
    appender.flushSync()
  } catch (error) {
    appender.clear()
    throw error
  } finally { appender.closeSync() }
}

/** The values of a row in the order of the columns. */
function rowOf(row: unknown, columns: readonly Column[]): unknown[] {
  const values = valuesOf(row, columns)
  if (values.length === columns.length) return values.map(value => value === undefined ? null : value)
  throw new IllegalArgumentError(`a row of ${values.length} values does not fit ${columns.length} columns (${columns.map(({ name }) => name).join(', ')}): ${describe(row)}`, {
    hint: 'duckDBSink(database, table, { row: element => [...] }) makes rows of elements.',
  })
}

function valuesOf(row: unknown, columns: readonly Column[]): readonly unknown[] {
  if (Array.isArray(row)) return row
  if (typeof row !== 'object' || row === null || types.isDate(row) || types.isUint8Array(row)) return [row]
  const known = new Set(columns.map(({ name }) => name))
  const unknown = Object.keys(row).filter(name => !known.has(name))
  if (unknown.length === 0) return columns.map(({ name }) => (row as Record<string, unknown>)[name])
  throw new IllegalArgumentError(`a row has ${unknown.map(name => `'${name}'`).join(', ')}, the columns are ${[...known].map(name => `'${name}'`).join(', ')}`)
}

function requireFitting(
  row: readonly unknown[], columns: readonly Column[], columnTypes: readonly ColumnType[], tryValue: (value: unknown, type: ColumnType) => void,
): void {
  row.forEach((value, i) => {
    try { tryValue(value, columnTypes[i]!) } catch (error) {
      const { name, type } = columns[i]!
      throw new IllegalArgumentError(`the column '${name}' (${type}) cannot hold ${describe(value)}`, { cause: error })
    }
  })
}
