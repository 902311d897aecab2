/** A sink of an SQL database from what the user said. */
import { CallSite } from '../../base/call-site'
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { requireOptions, type OptionTable } from '../support/option-table'
import type { Dialect } from './dialect'
import type { WantedTable } from './find-table'
import { namedColumns, requireAddress, type DatabaseOptions, type TableOptions } from './options'
import { SqlSink, type SqlSinkOptions } from './sink'

/** What both a sink and saveToTable know of the table. */
export type CheckedTable = Omit<SqlSinkOptions, 'operator' | 'row'> & { readonly row: ((element: any) => unknown) | undefined }

/** Throws IllegalArgumentError for options that cannot be. */
export function requireTable(operator: string, dialect: Dialect, table: OptionTable, options: unknown): CheckedTable {
  const checked = requireOptions<Required<Omit<TableOptions & DatabaseOptions, 'row'>> & TableOptions>(operator, table, options)
  const { schema, columns, key, batchTime, row, batchRows, retryMs, staging } = checked
  const at = CallSite.capture(operator).toString()
  const wanted: WantedTable = { schema, table: checked.table, columns: namedColumns(columns), key, batchTime, at }
  return { database: requireAddress(operator, dialect, checked), wanted, row, batchRows, retryMs, staging }
}

export function sinkOf(operator: string, dialect: Dialect, table: OptionTable, options: unknown): TransactionalSink<any, any, any, any> {
  return new SqlSink({ operator, ...requireTable(operator, dialect, table, options) })
}
