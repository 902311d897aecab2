/** Values to what Parquet's columns hold. What a type cannot hold is refused with its column; nothing is rounded or cut. */
import { types } from 'node:util'
import { describe } from '../../../rdd/arguments'
import { typeText, type DataType, type Field } from '../data-types'
import { isStruct } from './infer'

export type Convert = (value: any) => unknown

const dayMs = 86_400_000

class WrongValue extends TypeError {
  constructor(path: string, value: unknown, type: DataType) { super(`the column ${describe(path)}: ${describe(value)} is no ${typeText(type)}`) }
}

/** The conversion of a column. */
export function toParquet({ name, type, isNullable }: Field, path = name): Convert {
  const convert = conversionOf(type, path)
  return value => {
    if (value !== null && value !== undefined) return convert(value)
    if (isNullable) return null
    throw new TypeError(`the column ${describe(path)} is null, and its type says not null`)
  }
}

function conversionOf(type: DataType, path: string): Convert {
  const wrong = (value: unknown): never => { throw new WrongValue(path, value, type) }
  const item = (inner: DataType, isNullable: boolean): Convert => toParquet({ name: path, type: inner, isNullable }, path)
  switch (type.kind) {
    case 'string': return value => typeof value === 'string' ? value : wrong(value)
    case 'boolean': return value => typeof value === 'boolean' ? value : wrong(value)
    case 'tinyint': return integer(8, wrong)
    case 'smallint': return integer(16, wrong)
    case 'int': return integer(32, wrong)
    case 'bigint': return value => {
      const long: unknown = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
      return typeof long === 'bigint' && BigInt.asIntN(64, long) === long ? long : wrong(value)
    }
    case 'float': case 'double': return value => (
      typeof value === 'number' ? value : typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : wrong(value))
    case 'binary': return value => types.isUint8Array(value) ? value : wrong(value)
    case 'date': return value => types.isDate(value) && !Number.isNaN(value.getTime()) ? Math.floor(value.getTime() / dayMs) : wrong(value)
    case 'timestamp': return value => types.isDate(value) && !Number.isNaN(value.getTime()) ? BigInt(value.getTime()) : wrong(value)
    case 'decimal': return value => unscaled(value, type.precision, type.scale) ?? wrong(value)
    case 'array': {
      const element = item(type.element, true)
      return value => Array.isArray(value) || types.isSet(value) ? Array.from(value as Iterable<unknown>, element) : wrong(value)
    }
    case 'map': {
      const [toKey, toValue] = [item(type.key, false), item(type.value, true)]
      return value => {
        if (!types.isMap(value) && !isStruct(value)) return wrong(value)
        const entries = types.isMap(value) ? [...value] : Object.entries(value as object)
        return entries.map(([key, each]) => ({ key: toKey(key), value: toValue(each) }))
      }
    }
    case 'struct': return structConversion(type.fields, path, wrong)
  }
}

function integer(bits: number, wrong: (value: unknown) => never): Convert {
  return value => {
    const number: unknown = typeof value === 'bigint' ? Number(value) : value
    return Number.isInteger(number) && (number as number) >= -(2 ** (bits - 1)) && (number as number) < 2 ** (bits - 1) ? number : wrong(value)
  }
}

function structConversion(fields: readonly Field[], path: string, wrong: (value: unknown) => never): Convert {
  const columns = rowConversion(fields, path)
  return value => {
    if (!isStruct(value)) return wrong(value)
    const values = columns(value)
    return Object.fromEntries(fields.map(({ name }, i) => [name, values[i]]))
  }
}

/** The values of an object's fields, converted, in the order of the columns. Throws TypeError for a field that is no column. */
export function rowConversion(fields: readonly Field[], path = ''): (row: Record<string, unknown>) => unknown[] {
  const at = (name: string): string => path === '' ? name : `${path}.${name}`
  const converts = fields.map(field => toParquet(field, at(field.name)))
  const known = new Set(fields.map(({ name }) => name))
  return row => {
    for (const name in row) if (!known.has(name) && row[name] !== undefined) throw new TypeError(`it has a column ${describe(at(name))}, which is not in the schema`)
    return fields.map(({ name }, i) => converts[i]!(Object.hasOwn(row, name) ? row[name] : undefined))
  }
}

/** A decimal as the whole number of its smallest digits; undefined where it has more digits than it may. */
function unscaled(value: unknown, precision: number, scale: number): bigint | undefined {
  const text = typeof value === 'string' ? value : typeof value === 'bigint' ? String(value) : typeof value === 'number' ? plainDigits(value) : undefined
  const [, sign, before, after = ''] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text ?? '') ?? []
  const behind = after.replace(/0+$/, '')
  if (before === undefined || behind.length > scale) return undefined
  const digits = BigInt(before + behind.padEnd(scale, '0'))
  return digits >= 10n ** BigInt(precision) ? undefined : sign === '-' ? -digits : digits
}

/** The shortest digits that mean this number. */
function plainDigits(value: number): string {
  const text = String(value)
  return text.includes('e') && Number.isInteger(value) ? String(BigInt(value)) : text
}
