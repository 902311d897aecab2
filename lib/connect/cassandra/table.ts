/** A table as the cluster describes it: what is missing is named before rows come. */
import { IllegalArgumentError } from '../../base/errors'
import { loadCassandra, type Client } from './client'
import type { CassandraColumn } from './values'

export interface CassandraTable {
  readonly columns: readonly CassandraColumn[]
  readonly partitionKey: readonly string[]
  /** The whole primary key. */
  readonly key: readonly string[]
}

/** A name as CQL has it. */
export function quotedName(name: string): string { return `"${name.replaceAll('"', '""')}"` }

/** Throws IllegalArgumentError when there is no such table, or it has not all of `names`. */
export async function findCassandraTable(client: Client, keyspace: string, table: string, names: readonly string[], at: string): Promise<CassandraTable> {
  // The driver's types leave it out.
  const { getDataTypeNameByCode: nameOfType } = loadCassandra().types as unknown as { getDataTypeNameByCode(type: unknown): string }
  const found = await client.metadata.getTable(keyspace, table) as TableMetadata | null
  if (found === null || found === undefined) throw new IllegalArgumentError(`there is no table ${keyspace}.${table}`, { at })
  const columns = found.columns.map(({ name, type }) => ({ name, type: nameOfType(type).replace(/<.*/, '') }))
  const missing = names.filter(name => !columns.some(column => column.name === name))
  if (missing.length > 0) {
    const there = columns.map(({ name }) => name).join(', ')
    throw new IllegalArgumentError(`the table ${keyspace}.${table} has no column ${missing.map(name => `'${name}'`).join(', ')}; it has ${there}`, { at })
  }
  const partitionKey = found.partitionKeys.map(({ name }) => name)
  return { columns, partitionKey, key: [...partitionKey, ...found.clusteringKeys.map(({ name }) => name)] }
}

interface TableMetadata {
  readonly columns: readonly { readonly name: string, readonly type: unknown }[]
  readonly partitionKeys: readonly { readonly name: string }[]
  readonly clusteringKeys: readonly { readonly name: string }[]
}
