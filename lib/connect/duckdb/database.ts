/** DuckDB, loaded when it is first used: the package is the user's to install. Connections of a database, as sinks and readers use them. */
import { MillraceError, UnsupportedOperationError } from '../../base/errors'
import type { Column, ColumnKind, Connection, Numbers, Statement } from '../sql/dialect'
import { wholeOf } from '../sql/values'
import { optionalPackage } from '../support/optional-package'
import type { DuckDBDatabase } from './options'

// The types of the package stay inside this folder, so that programs without it can be compiled.
type DuckDB = typeof import('@duckdb/node-api')
export type DuckDBConnection = import('@duckdb/node-api').DuckDBConnection
export type ColumnType = import('@duckdb/node-api').DuckDBType
type Converter = import('@duckdb/node-api').DuckDBValueConverter<unknown>

/** Throws UnsupportedOperationError, with the line that installs it, where the package is not there or too old. */
export function loadDuckDB(): DuckDB {
  const duckdb = optionalPackage('@duckdb/node-api', 'DuckDB', () => require('@duckdb/node-api') as DuckDB)
  if (typeof duckdb.jsToDuckDBValue === 'function') return duckdb
  throw new UnsupportedOperationError('DuckDB needs a newer @duckdb/node-api: 1.5.5 or later', { hint: 'npm install @duckdb/node-api' })
}

/** Opens a database that may be open in this process already; a connection's end leaves one alone that the user has opened. */
export async function connectDuckDB(database: string | DuckDBDatabase): Promise<Connection & { readonly native: DuckDBConnection }> {
  if (typeof database !== 'string') return new OpenDuckDB(await database.connect() as DuckDBConnection, () => undefined)
  const { DuckDBInstance } = loadDuckDB()
  try {
    const instance = await DuckDBInstance.fromCache(database)
    return new OpenDuckDB(await instance.connect(), () => instance.closeSync())
  } catch (error) {
    throw new MillraceError('MR_DISK', `The database ${database} cannot be opened: ${String((error as Error)?.message)}`, {
      cause: error, hint: 'One process may write to a DuckDB file at a time.',
    })
  }
}

class OpenDuckDB implements Connection {
  isBroken = false

  constructor(readonly native: DuckDBConnection, private readonly closeInstance: () => void) {}

  async query(sql: string, values: readonly unknown[] = []): Promise<unknown[][]> {
    return (await this.native.runAndReadAll(sql, [...values] as never[])).convertRows(converterFor('exact'))
  }

  async columns({ sql, values }: Statement): Promise<Column[]> {
    const result = await this.native.run(`SELECT * FROM (${sql}) AS millrace_columns LIMIT 0`, [...values] as never[])
    return result.columnNames().map((name, i) => {
      const type = String(result.columnType(i))
      return { name, kind: kindOf(type), type, isNullable: true, isFilled: false }
    })
  }

  async* read({ sql, values }: Statement, _chunkRows: number, numbers: Numbers): AsyncGenerator<Record<string, unknown>[], void> {
    const result = await this.native.stream(sql, [...values] as never[])
    const convert = converterFor(numbers)
    for await (const rows of result.yieldConvertedRowObjects(convert)) if (rows.length > 0) yield rows as Record<string, unknown>[]
  }

  hold(): void {}
  release(): void {}

  close(): Promise<void> {
    if (!this.isBroken) {
      this.native.closeSync()
      this.closeInstance()
    }
    this.isBroken = true
    return Promise.resolve()
  }
}

/** What JavaScript has for each value; decimals and times of day, which it has not, as text. */
function converterFor(numbers: Numbers): Converter {
  const { DuckDBTypeId, JSDuckDBValueConverter } = loadDuckDB()
  const whole = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT])
  const convert: Converter = (value, type) => {
    if (value === null) return null
    if (type.typeId === DuckDBTypeId.DECIMAL) return numbers === 'exact' ? String(value) : Number(String(value))
    if (type.typeId === DuckDBTypeId.TIME) return String(value)
    if (numbers === 'number' && whole.has(type.typeId)) return wholeOf(String(value), numbers, String(type))
    return (JSDuckDBValueConverter as Converter)(value, type, convert)
  }
  return convert
}

/** By the type as DuckDB writes it. */
export function kindOf(type: string): ColumnKind {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return 'integer'
  if (/^DECIMAL/.test(type)) return 'decimal'
  if (type === 'FLOAT' || type === 'DOUBLE') return 'real'
  if (type === 'DATE') return 'date'
  return /^TIMESTAMP/.test(type) ? 'timestamp' : 'other'
}
