/** Columns by Spark's names as Parquet's schema elements, in the forms that the format asks for: lists of three levels, maps of pairs. */
import type { DataType, Field } from '../data-types'
import type { SchemaElement } from './packages'

/** The elements of a file with these columns, in the order of a walk from the root. */
export function schemaElements(fields: readonly Field[]): SchemaElement[] {
  return [{ name: 'schema', num_children: fields.length }, ...fields.flatMap(({ name, type, isNullable }) => elementsOf(name, type, isNullable))]
}

function elementsOf(name: string, type: DataType, isNullable: boolean): SchemaElement[] {
  const repetition_type = isNullable ? 'OPTIONAL' : 'REQUIRED'
  switch (type.kind) {
    case 'array': return [
      { name, repetition_type, converted_type: 'LIST', logical_type: { type: 'LIST' }, num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      ...elementsOf('element', type.element, true),
    ]
    case 'map': return [
      { name, repetition_type, converted_type: 'MAP', logical_type: { type: 'MAP' }, num_children: 1 },
      { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
      ...elementsOf('key', type.key, false), ...elementsOf('value', type.value, true),
    ]
    case 'struct': return [
      { name, repetition_type, num_children: type.fields.length },
      ...type.fields.flatMap(field => elementsOf(field.name, field.type, field.isNullable)),
    ]
    default: return [{ name, repetition_type, ...leafOf(type) }]
  }
}

function leafOf(type: Exclude<DataType, { kind: 'array' | 'map' | 'struct' }>): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'string': return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }
    case 'boolean': return { type: 'BOOLEAN' }
    case 'tinyint': return { type: 'INT32', converted_type: 'INT_8' }
    case 'smallint': return { type: 'INT32', converted_type: 'INT_16' }
    case 'int': return { type: 'INT32' }
    case 'bigint': return { type: 'INT64' }
    case 'float': return { type: 'FLOAT' }
    case 'double': return { type: 'DOUBLE' }
    case 'binary': return { type: 'BYTE_ARRAY' }
    case 'date': return { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }
    case 'timestamp': return { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } }
    case 'decimal': return decimalLeaf(type.precision, type.scale)
  }
}

function decimalLeaf(precision: number, scale: number): Omit<SchemaElement, 'name'> {
  const decimal = { converted_type: 'DECIMAL', precision, scale, logical_type: { type: 'DECIMAL', precision, scale } }
  if (precision <= 9) return { type: 'INT32', ...decimal }
  if (precision <= 18) return { type: 'INT64', ...decimal }
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: decimalBytes(precision), ...decimal }
}

/** The fewest bytes that hold every number of so many digits, with its sign. */
function decimalBytes(precision: number): number {
  let bytes = 1
  while (2n ** BigInt(8 * bytes - 1) < 10n ** BigInt(precision)) bytes++
  return bytes
}
