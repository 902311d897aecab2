/** What the types of PostgreSQL are to a conversion. */
import type { ColumnKind } from '../sql/dialect'

const kinds = new Map<string, ColumnKind>([
  ['int2', 'integer'], ['int4', 'integer'], ['int8', 'integer'], ['oid', 'integer'], ['numeric', 'decimal'], ['float4', 'real'], ['float8', 'real'],
  ['bool', 'boolean'], ['text', 'text'], ['varchar', 'text'], ['bpchar', 'text'], ['name', 'text'], ['bytea', 'bytes'], ['date', 'date'],
  ['timestamp', 'timestamp'], ['timestamptz', 'timestamp'], ['json', 'json'], ['jsonb', 'json'],
])

/** By the name of the type in pg_type and its category. */
export function kindOf(name: string, category: string): ColumnKind { return kinds.get(name) ?? (category === 'A' ? 'array' : 'other') }
