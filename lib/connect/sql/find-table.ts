/** The table that rows go to, as the database has it: what is missing is named when the stream starts, not when rows come. */
import { IllegalArgumentError } from '../../base/errors'
import type { Column, Connection, Dialect, Insertion, TableShape } from './dialect'
import { textOf } from './values'

/** The table that is looked for, as the user named it. */
export interface WantedTable {
  readonly schema: string | undefined
  readonly table: string
  readonly columns: ReadonlyMap<string, string | undefined> | undefined
  readonly key: readonly string[]
  readonly batchTime: string | undefined
  /** The user's line. */
  readonly at: string
}

export interface FoundTable {
  /** The table, quoted. */
  readonly target: string
  readonly schema: string
  /** What elements fill. */
  readonly columns: readonly Column[]
  readonly batchTime: Column | undefined
  readonly key: readonly string[]
  /** A row may be refused although its values fit, so that rows on their way are tried before they count. */
  readonly mayRefuse: boolean
}

/** Creates the table where `columns` has types and there is none. Throws IllegalArgumentError for what is missing. */
export async function findTable(dialect: Dialect, connection: Connection, wanted: WantedTable): Promise<FoundTable> {
  const { table, key, batchTime, at } = wanted
  const schema = wanted.schema ?? await dialect.currentSchema(connection)
  const target = `${dialect.quoted(schema)}.${dialect.quoted(table)}`
  let shape = await dialect.shapeOf(connection, schema, table)
  if (shape === undefined && wanted.columns !== undefined && [...wanted.columns.values()].every(type => type !== undefined)) {
    await connection.query(creation(dialect, target, wanted))
    shape = await dialect.shapeOf(connection, schema, table)
  }
  if (shape === undefined) {
    throw new IllegalArgumentError(`there is no table ${schema}.${table}`, { at, hint: "columns: { name: 'TEXT', ... } creates it." })
  }
  const byName = new Map(shape.columns.map(column => [column.name, column]))
  const named = [...wanted.columns?.keys() ?? [], ...key, ...batchTime === undefined ? [] : [batchTime]]
  const missing = named.filter(name => !byName.has(name))
  if (missing.length > 0) {
    const names = missing.map(name => `'${name}'`).join(', ')
    throw new IllegalArgumentError(`the table ${schema}.${table} has no column ${names}; it has ${[...byName.keys()].join(', ')}`, { at })
  }
  const names = wanted.columns === undefined ? shape.columns.filter(({ isFilled }) => !isFilled).map(({ name }) => name) : [...wanted.columns.keys()]
  const columns = names.filter(name => name !== batchTime).map(name => byName.get(name)!)
  const filled = new Set(columns.map(({ name }) => name).concat(batchTime ?? []))
  requireKey(shape, wanted, `${schema}.${table}`, filled)
  const otherKeys = shape.keys.some(each => !isSame(each, key) && each.some(name => filled.has(name)))
  return { target, schema, columns, batchTime: batchTime === undefined ? undefined : byName.get(batchTime)!, key, mayRefuse: shape.hasRules || otherKeys }
}

function creation(dialect: Dialect, target: string, { columns, key, batchTime }: WantedTable): string {
  const all = new Map([...batchTime === undefined ? [] : [[batchTime, dialect.batchTimeType] as const], ...columns!])
  const primary = key.length === 0 ? [] : [`PRIMARY KEY (${key.map(name => dialect.quoted(name)).join(', ')})`]
  return `CREATE TABLE IF NOT EXISTS ${target} (${[...[...all].map(([name, type]) => `${dialect.quoted(name)} ${type!}`), ...primary].join(', ')})`
}

function requireKey({ keys }: TableShape, { key, at }: WantedTable, table: string, filled: ReadonlySet<string>): void {
  if (key.length === 0) return
  const unfilled = key.filter(name => !filled.has(name))
  if (unfilled.length > 0) throw new IllegalArgumentError(`the key has ${unfilled.map(name => `'${name}'`).join(', ')}, which rows do not fill`, { at, hint: 'Add it to columns.' })
  if (keys.some(each => isSame(each, key))) return
  throw new IllegalArgumentError(`the table ${table} has no primary key and no unique constraint on ${key.join(', ')}`, {
    at, hint: `By it rows would not replace one another. ${keys.length === 0 ? 'It has none' : `It has ${keys.map(each => each.join(', ')).join('; ')}`}.`,
  })
}

function isSame(a: readonly string[], b: readonly string[]): boolean { return a.length === b.length && a.every(name => b.includes(name)) }

/** Rows of a batch into the found table. */
export function insertionInto({ target, columns, batchTime, key }: FoundTable, timeMs: number): Insertion {
  const constant = batchTime === undefined ? undefined
    : { column: batchTime, value: textOf(batchTime.kind === 'date' || batchTime.kind === 'timestamp' ? new Date(timeMs) : timeMs, batchTime) }
  return { into: target, columns, key, constant }
}
