/** A sink of an SQL database from what the user said. */
import { CallSite } from '../../base/call-site'
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { requireOptions, type OptionTable } from '../support/option-table'
import type { Column, WritingDialect } from './dialect'
import type { WantedTable } from './find-table'
import { namedColumns, requireAddress, type DatabaseOptions, type TableOptions } from './options'
import type { Database } from './pool'
import { ownColumns, SqlSink, type RowWriter, type SqlSinkOptions } from './sink'
import { writeRows } from './write-rows'

/** What both a sink and saveToTable know of the table. */
export type CheckedTable = Omit<SqlSinkOptions, 'operator' | 'writer' | 'writesOn' | 'database'> & { readonly database: Database<WritingDialect> }

/** Throws IllegalArgumentError for options that cannot be. */
export function requireTable(operator: string, dialect: WritingDialect, table: OptionTable, options: unknown): CheckedTable {
  const checked = requireOptions<Required<Omit<TableOptions & DatabaseOptions, 'row'>> & TableOptions>(operator, table, options)
  const { schema, columns, key, batchTime, row, batchRows, retryMs, staging } = checked
  const at = CallSite.capture(operator).toString()
  const wanted: WantedTable = { schema, table: checked.table, columns: namedColumns(columns), key, batchTime, at }
  return { database: { dialect, address: requireAddress(operator, dialect, checked) }, wanted, row, batchRows, retryMs, staging }
}

export function sinkOf(operator: string, dialect: WritingDialect, table: OptionTable, options: unknown): TransactionalSink<any, any, any, any> {
  return new SqlSink({ operator, writer: writerOf(dialect), writesOn: 'task', ...requireTable(operator, dialect, table, options) })
}

function writerOf(dialect: WritingDialect): RowWriter {
  return (connection, { place, columns, extra, ...rest }, elements) => {
    const own = ownColumns.map((name): Column => ({ name, type: 'BIGINT', cast: 'bigint', kind: 'integer', isNullable: false, isFilled: false }))
    return writeRows(dialect, connection, { into: place, columns: [...columns, ...own], key: [] }, elements, { ...rest, columns, extra: row => extra(row).map(String) })
  }
}
