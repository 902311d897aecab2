/** Elements as rows of a table: arrays in the order of its columns. What does not fit is refused with its columns. */
import { types } from 'node:util'
import { IllegalArgumentError } from '../../base/errors'
import { describe } from '../../rdd/arguments'

interface Named { readonly name: string }

/** The values of a row in the order of the columns; `absent` where there is none. `operator` makes rows of elements by its option `row`. */
export function rowOf(row: unknown, columns: readonly Named[], operator: string, absent: unknown = null): unknown[] {
  const values = valuesOf(row, columns)
  if (values.length === columns.length) return values.map(value => value === undefined ? absent : value)
  throw new IllegalArgumentError(`a row of ${values.length} values does not fit ${columns.length} columns (${columns.map(({ name }) => name).join(', ')}): ${describe(row)}`, {
    hint: `${operator} makes rows of elements with its option row: element => [...].`,
  })
}

function valuesOf(row: unknown, columns: readonly Named[]): readonly unknown[] {
  if (Array.isArray(row)) return row
  if (typeof row !== 'object' || row === null || types.isDate(row) || types.isUint8Array(row)) return [row]
  const known = new Set(columns.map(({ name }) => name))
  const unknown = Object.keys(row).filter(name => !known.has(name))
  if (unknown.length === 0) return columns.map(({ name }) => Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined)
  throw new IllegalArgumentError(`a row has ${unknown.map(name => `'${name}'`).join(', ')}, the columns are ${[...known].map(name => `'${name}'`).join(', ')}`)
}
