/** Elements as rows of a table, written a chunk at a time; what does not fit is refused with its row and its column. */
import { rowOf } from '../sql/rows'
import type { AsideRows } from '../sql/sink'
import { misfit } from '../sql/values'
import { loadDuckDB, type ColumnType, type DuckDBConnection } from './database'

const rowsPerChunk = 2_048

/** Adds the rows of `elements` to a table aside, with the sink's own columns; resolves with how many there were. */
export async function addRows(
  connection: DuckDBConnection, { staging, table, columns, toRow, extra, operator }: AsideRows, elements: Iterable<unknown>,
): Promise<number> {
  const { DuckDBDataChunk, JSToDuckDBValueConverter } = loadDuckDB()
  const appender = await connection.createAppender(table, staging)
  const columnTypes = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i))
  let rows: any[][] = []
  let count = 0
  const flush = (): void => {
    const chunk = DuckDBDataChunk.create(columnTypes, rows.length)
    try { chunk.setRowsConverted(rows, JSToDuckDBValueConverter as any) } catch (error) {
      for (const row of rows) requireFitting(row, columns, columnTypes)
      throw error
    }
    appender.appendDataChunk(chunk)
    rows = []
  }
  try {
    for (const element of elements) {
      rows.push([...rowOf(toRow(element), columns, operator), ...extra(count++)])
      if (rows.length === rowsPerChunk) flush()
    }
    if (rows.length > 0) flush()
    appender.flushSync()
    return count
  } catch (error) {
    appender.clear()
    throw error
  } finally { appender.closeSync() }
}

function requireFitting(row: readonly unknown[], columns: AsideRows['columns'], columnTypes: readonly ColumnType[]): void {
  const { DuckDBDataChunk, JSToDuckDBValueConverter, jsToDuckDBValue } = loadDuckDB()
  columns.forEach((column, i) => {
    try {
      jsToDuckDBValue(row[i] as any, columnTypes[i]!)
      DuckDBDataChunk.create([columnTypes[i]!], 1).setRowsConverted([[row[i]]] as any, JSToDuckDBValueConverter as any)
    } catch (error) { throw misfit(column, row[i], error) }
  })
}
