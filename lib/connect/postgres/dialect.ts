/** PostgreSQL: rows go as one array a column, so that an insert of any length is one statement. */
import { hints, isSocketError } from '../sql/errors'
import type { Column, Connection, Insertion, Statement, TableShape, WritingDialect } from '../sql/dialect'
import { connectPostgres } from './connection'
import { kindOf } from './types'

/** Classes of SQLSTATE: connection exceptions, deadlocks and serialization failures, servers that start, stop or are full. */
const transient = /^(08|40|57P0[123]|53300|55P03)/
/** What `pg` says itself when a connection is lost. */
const lost = /Connection terminated|timeout expired|not queryable|Client has encountered a connection error/

function quoted(name: string): string { return `"${name.replaceAll('"', '""')}"` }

class PostgresDialect implements WritingDialect {
  readonly name = 'PostgreSQL'
  readonly client = 'pg'
  readonly schemes = ['postgres', 'postgresql']
  readonly defaultPort = 5432
  readonly parametersMax = Infinity
  readonly batchTimeType = 'TIMESTAMPTZ'
  readonly connect = connectPostgres
  readonly quoted = quoted

  parameter(n: number): string { return `$${n}` }
  boundParameter(n: number, { cast }: Column): string { return `$${n}::text::${cast!}` }

  async currentSchema(connection: Connection): Promise<string> {
    const [[schema]] = await connection.query('SELECT current_schema()::text') as [[string | null]]
    return schema ?? 'public'
  }

  defaultStaging(): string { return 'millrace' }

  async createLedger(connection: Connection, staging: string): Promise<void> {
    // IF NOT EXISTS may fail all the same when two sinks start at the same time: one of them holds the lock.
    await connection.query("SELECT pg_advisory_lock(hashtext('millrace'))")
    const [[isThere]] = await connection.query('SELECT to_regnamespace($1) IS NOT NULL', [quoted(staging)]) as [[boolean]]
    // It needs a right on the database also where there is nothing to do.
    if (!isThere) await connection.query(`CREATE SCHEMA IF NOT EXISTS ${quoted(staging)}`)
    await connection.query(`CREATE TABLE IF NOT EXISTS ${this.staged(staging, 'ledger')} (application text, output text, batch_time bigint, partition_index integer,`
      + ' PRIMARY KEY (application, output, batch_time, partition_index))')
    await connection.query("SELECT pg_advisory_unlock(hashtext('millrace'))")
  }

  staged(staging: string, name: string): string { return `${quoted(staging)}.${quoted(name)}` }

  async stagedNames(connection: Connection, staging: string, prefix: string): Promise<string[]> {
    const sql = "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'r' AND starts_with(c.relname, $2)"
    return (await connection.query(sql, [staging, prefix])).map(([name]) => name as string)
  }

  async shapeOf(connection: Connection, schema: string, table: string): Promise<TableShape | undefined> {
    const [found] = await connection.query(`SELECT c.oid::text, EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'f', 'x'))
      OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) OR c.relkind <> 'r' OR c.relrowsecurity
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'f', 'm')`, [schema, table])
    if (found === undefined) return undefined
    const [oid, hasRules] = found as [string, boolean]
    const keys = await connection.query(`SELECT array_to_json(ARRAY(
        SELECT a.attname::text FROM unnest(i.indkey) AS k(n) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n))
      FROM pg_index i WHERE i.indrelid = $1::text::oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL`, [oid])
    const hasOddKeys = await connection.query(`SELECT FROM pg_index i
      WHERE i.indrelid = $1::text::oid AND i.indisunique AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)`, [oid])
    return { columns: await columnsOfRelation(connection, oid), keys: keys.map(([names]) => names as string[]), hasRules: hasRules || hasOddKeys.length > 0 }
  }

  insertRows({ into, columns, constant, key }: Insertion, rows: readonly (readonly unknown[])[]): Statement {
    const arrays = columns.map((column, i) => rows.map(row => parameterOf(row[i], column)))
    const cast = columns.map(({ name, cast }, i) => `c${i}::${cast!} AS ${quoted(name)}`)
    const unnested = `unnest(${columns.map((_, i) => `$${i + 1}::text[]`).join(', ')}) WITH ORDINALITY AS u(${columns.map((_, i) => `c${i}`).join(', ')}, millrace_number)`
    const from = `(SELECT ${[...cast, 'millrace_number'].join(', ')} FROM ${unnested}) rows`
    return inserting({ into, columns, constant, key }, from, ['millrace_number'], arrays)
  }

  insertStaged(insertion: Insertion, staged: string, condition: string, order: readonly string[]): Statement {
    return inserting(insertion, `${staged} WHERE ${condition}`, order, [])
  }

  isTransient(error: unknown): boolean {
    const { code, message } = (error ?? {}) as { code?: unknown, message?: unknown }
    return isSocketError(error) || (typeof code === 'string' && transient.test(code)) || (code === undefined && lost.test(String(message)))
  }

  isDuplicate(error: unknown): boolean { return (error as { code?: unknown } | undefined)?.code === '23505' }

  hintFor(error: unknown): string | undefined {
    const { code } = (error ?? {}) as { code?: unknown }
    if (isSocketError(error)) return hints.unreachable
    return typeof code === 'string' && /^(28|3D|42501)/.test(code) ? hints.access : undefined
  }

  /** Casts column by column, then value by value. */
  async findMisfit(connection: Connection, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Promise<{ column: Column, value: unknown } | undefined> {
    for (const [i, column] of columns.entries()) {
      const values = rows.map(row => parameterOf(row[i], column))
      if (await isAccepted(connection, column, values)) continue
      for (const [j, value] of values.entries()) if (!await isAccepted(connection, column, [value])) return { column, value: rows[j]![i] }
    }
    return undefined
  }
}

/** A text, but for null: every value goes as one, and the server casts it. */
function parameterOf(value: unknown, { kind }: Column): unknown {
  return kind === 'bytes' && value !== null ? `\\x${Buffer.from(value as Uint8Array).toString('hex')}` : value
}

async function isAccepted(connection: Connection, { type }: Column, values: readonly unknown[]): Promise<boolean> {
  try {
    await connection.query(`SELECT count(v::${type}) FROM unnest($1::text[]) AS u(v)`, [values])
    return true
  } catch (error) {
    if (connection.isBroken) throw error
    return false
  }
}

/** Of rows with the same key the last one in `order` counts: Postgres takes none twice in one statement. */
function inserting({ into, columns, constant, key }: Insertion, from: string, order: readonly string[], values: readonly unknown[]): Statement {
  const names = columns.map(({ name }) => quoted(name))
  const all = constant === undefined ? names : [...names, quoted(constant.column.name)]
  const others = all.filter(name => !key.some(each => quoted(each) === name))
  const inRows = key.map(quoted).filter(name => names.includes(name))
  const backwards = order.map(name => `${name} DESC`)
  const rows = key.length === 0 ? `SELECT ${names.join(', ')} FROM ${from} ORDER BY ${order.join(', ')}`
    : inRows.length === 0 ? `SELECT ${names.join(', ')} FROM ${from} ORDER BY ${backwards.join(', ')} LIMIT 1`
      : `SELECT DISTINCT ON (${inRows.join(', ')}) ${names.join(', ')} FROM ${from} ORDER BY ${[...inRows, ...backwards].join(', ')}`
  const constantText = constant === undefined ? '' : `, $${values.length + 1}::text::${constant.column.cast!}`
  const action = others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map(name => `${name} = excluded.${name}`).join(', ')}`
  return {
    sql: `INSERT INTO ${into} (${all.join(', ')}) SELECT ${names.join(', ')}${constantText} FROM (${rows}) chosen`
      + (key.length === 0 ? '' : ` ON CONFLICT (${key.map(quoted).join(', ')}) DO ${action}`),
    values: constant === undefined ? values : [...values, constant.value],
  }
}

async function columnsOfRelation(connection: Connection, oid: string): Promise<Column[]> {
  const rows = await connection.query(`SELECT a.attname::text, b.typname::text, b.typcategory::text, format_type(a.atttypid, a.atttypmod),
      quote_ident(n.nspname) || '.' || quote_ident(t.typname),
      CASE WHEN b.typname IN ('varchar', 'bpchar') AND a.atttypmod > 4 THEN a.atttypmod - 4 END, a.attnotnull,
      a.attidentity <> '' OR a.attgenerated <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false)
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = $1::text::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, [oid])
  return (rows as [string, string, string, string, string, number | null, boolean, boolean][]).map(([name, base, category, type, cast, lengthMax, isNotNull, isFilled]) => ({
    name, kind: kindOf(base, category), type, cast, lengthMax: lengthMax ?? undefined, isNullable: !isNotNull, isFilled,
  }))
}

export const postgres: WritingDialect = new PostgresDialect()
