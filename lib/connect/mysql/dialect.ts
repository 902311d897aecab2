/** MySQL and MariaDB: rows go as one parameter a value, in statements that the server prepares. */
import { hints, isSocketError } from '../sql/errors'
import type { Column, ColumnKind, Connection, Insertion, Statement, TableShape, WritingDialect } from '../sql/dialect'
import { connectMySql } from './connection'

const kinds = new Map<string, ColumnKind>([
  ...['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'year'].map(name => [name, 'integer'] as const),
  ['decimal', 'decimal'], ['float', 'real'], ['double', 'real'],
  ...['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'].map(name => [name, 'text'] as const),
  ...['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'bit'].map(name => [name, 'bytes'] as const),
  ['date', 'date'], ['datetime', 'timestamp'], ['timestamp', 'timestamp'], ['json', 'json'],
])

/** Deadlocks, lock waits, servers that start, stop or are full, connections that are lost. */
const transient: ReadonlySet<unknown> = new Set([1213, 1205, 1053, 1040, 1203, 1317, 1927, 1180, 3024])
const lost: ReadonlySet<unknown> = new Set(['PROTOCOL_CONNECTION_LOST', 'PROTOCOL_SEQUENCE_TIMEOUT', 'ER_SERVER_SHUTDOWN', 'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR'])
const refused: ReadonlySet<unknown> = new Set([1044, 1045, 1049, 1142, 1227, 1698])

function quoted(name: string): string { return `\`${name.replaceAll('`', '``')}\`` }

/** Rows of the catalog, with texts and numbers as such. */
const columnsSql = `SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE, EXTRA
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

class MySqlDialect implements WritingDialect {
  readonly name = 'MySQL'
  readonly client = 'mysql2'
  readonly schemes = ['mysql', 'mariadb']
  readonly defaultPort = 3306
  readonly parametersMax = 65_535
  readonly batchTimeType = 'DATETIME(3)'
  readonly connect = connectMySql
  readonly quoted = quoted

  parameter(): string { return '?' }
  /** A text that is compared with a number would make both of them floating. */
  boundParameter(_n: number, { kind }: Column): string {
    switch (kind) {
      case 'integer': case 'decimal': return 'CAST(? AS DECIMAL(65, 20))'
      case 'real': return '(? + 0e0)'
      case 'date': return 'CAST(? AS DATE)'
      case 'timestamp': return 'CAST(? AS DATETIME(6))'
      default: return '?'
    }
  }

  async currentSchema(connection: Connection): Promise<string> {
    const [[schema]] = await connection.query('SELECT DATABASE()') as [[string | null]]
    if (schema === null) throw new Error('no database is named: by the url, or by the option database')
    return schema
  }

  defaultStaging(schema: string): string { return schema }

  async createLedger(connection: Connection, staging: string): Promise<void> {
    const found = await connection.query('SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?', [staging])
    if (found.length === 0) await connection.query(`CREATE DATABASE IF NOT EXISTS ${quoted(staging)}`)
    const name = 'VARCHAR(250) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin'
    await connection.query(`CREATE TABLE IF NOT EXISTS ${this.staged(staging, 'ledger')} (application ${name}, output ${name}, batch_time BIGINT, partition_index INT,`
      + ' PRIMARY KEY (application, output, batch_time, partition_index)) ENGINE = InnoDB')
  }

  /** Other tables may stand beside it: schemas and databases are the same here. */
  staged(staging: string, name: string): string { return `${quoted(staging)}.${quoted(`millrace_${name}`)}` }

  async stagedNames(connection: Connection, staging: string, prefix: string): Promise<string[]> {
    const sql = 'SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND LEFT(TABLE_NAME, CHAR_LENGTH(?)) = ?'
    return (await connection.query(sql, [staging, `millrace_${prefix}`, `millrace_${prefix}`])).map(([name]) => (name as string).slice('millrace_'.length))
  }

  async shapeOf(connection: Connection, schema: string, table: string): Promise<TableShape | undefined> {
    const [found] = await connection.query('SELECT ENGINE, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?', [schema, table])
    if (found === undefined) return undefined
    const [engine, type] = found as [string | null, string]
    if (type === 'BASE TABLE' && engine !== 'InnoDB') throw new Error(`the table ${schema}.${table} has the engine ${engine}, which has no transactions; InnoDB has`)
    const columns = (await connection.query(columnsSql, [schema, table])).map(columnOf)
    // MariaDB's JSON is a text with a check.
    const [[, definition]] = await connection.query(`SHOW CREATE TABLE ${quoted(schema)}.${quoted(table)}`) as [[string, string]]
    const isJson = ({ name }: Column): boolean => definition.includes(`json_valid(${quoted(name)})`)
    const keys = new Map<string, string[]>()
    for (const [index, column] of await connection.query(`SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS
      WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 AND SUB_PART IS NULL ORDER BY INDEX_NAME, SEQ_IN_INDEX`, [schema, table]) as [string, string][]) {
      keys.set(index, [...keys.get(index) ?? [], column])
    }
    const rules = await connection.query(`SELECT 1 FROM information_schema.TABLE_CONSTRAINTS
        WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND CONSTRAINT_TYPE IN ('FOREIGN KEY', 'CHECK')
      UNION ALL SELECT 1 FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?
      UNION ALL SELECT 1 FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND NON_UNIQUE = 0 AND SUB_PART IS NOT NULL`, [schema, table, schema, table, schema, table])
    return {
      columns: columns.map(column => isJson(column) ? { ...column, kind: 'json' } : column),
      keys: [...keys.values()], hasRules: rules.length > 0 || type !== 'BASE TABLE',
    }
  }

  insertRows({ into, columns, constant, key }: Insertion, rows: readonly (readonly unknown[])[]): Statement {
    const all = constant === undefined ? columns : [...columns, constant.column]
    const row = `(${all.map(() => '?').join(', ')})`
    return {
      sql: `INSERT INTO ${into} (${all.map(({ name }) => quoted(name)).join(', ')}) VALUES ${rows.map(() => row).join(', ')}${replacing(all, key)}`,
      values: rows.flatMap(values => all.map((column, i) => parameterOf(i < columns.length ? values[i] : constant!.value, column))),
    }
  }

  insertStaged({ into, columns, constant, key }: Insertion, staged: string, condition: string, order: readonly string[]): Statement {
    const names = columns.map(({ name }) => quoted(name))
    const all = constant === undefined ? columns : [...columns, constant.column]
    return {
      sql: `INSERT INTO ${into} (${all.map(({ name }) => quoted(name)).join(', ')}) SELECT ${constant === undefined ? names.join(', ') : [...names, '?'].join(', ')}`
        + ` FROM ${staged} WHERE ${condition} ORDER BY ${order.join(', ')}${replacing(all, key)}`,
      values: constant === undefined ? [] : [parameterOf(constant.value, constant.column)],
    }
  }

  isTransient(error: unknown): boolean {
    const { errno, code } = (error ?? {}) as { errno?: unknown, code?: unknown }
    return isSocketError(error) || transient.has(errno) || lost.has(code) || /connection is in closed state/.test(String((error as Error | undefined)?.message))
  }

  isDuplicate(error: unknown): boolean { return (error as { errno?: unknown } | undefined)?.errno === 1062 }

  hintFor(error: unknown): string | undefined {
    if (isSocketError(error)) return hints.unreachable
    return refused.has((error as { errno?: unknown } | undefined)?.errno) ? hints.access : undefined
  }
}

function parameterOf(value: unknown, { kind }: Column): unknown { return kind === 'bytes' && value !== null ? Buffer.from(value as Uint8Array) : value }

/** The rows of one statement take effect in their order, so of several with the same key the last one counts. */
function replacing(columns: readonly Column[], key: readonly string[]): string {
  if (key.length === 0) return ''
  const others = columns.map(({ name }) => name).filter(name => !key.includes(name))
  return ` ON DUPLICATE KEY UPDATE ${(others.length === 0 ? key : others).map(name => `${quoted(name)} = VALUES(${quoted(name)})`).join(', ')}`
}

function columnOf(row: readonly unknown[]): Column {
  const [name, dataType, columnType, charset, collation, length, isNullable, extra] = row as [string, string, string, string | null, string | null, bigint | null, string, string]
  const kind = columnType === 'tinyint(1)' ? 'boolean' : kinds.get(dataType.toLowerCase()) ?? 'other'
  const text = collation === null ? '' : ` CHARACTER SET ${charset ?? collation.replace(/_.*/, '')} COLLATE ${collation}`
  return {
    name, kind, type: `${columnType}${text}`, lengthMax: kind === 'text' && /char$/.test(dataType) && length !== null ? Number(length) : undefined,
    isNullable: isNullable === 'YES', isFilled: /auto_increment|GENERATED|VIRTUAL|STORED|PERSISTENT/i.test(extra) && !/DEFAULT_GENERATED/i.test(extra),
  }
}

export const mysql: WritingDialect = new MySqlDialect()
