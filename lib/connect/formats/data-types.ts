/**
 * Types of columns by the names that Spark SQL gives them: `string`, `int`, `decimal(10,2)`, `array<string>`,
 * `struct<name:string,born:date>`, `map<string,double>`. One grammar for every format; each format says which it has.
 */
import { describe } from '../../rdd/arguments'

/** The types without parts. */
export type PlainKind = 'string' | 'boolean' | 'tinyint' | 'smallint' | 'int' | 'bigint' | 'float' | 'double' | 'binary' | 'date' | 'timestamp'

export type DataType =
  | { readonly kind: PlainKind }
  | { readonly kind: 'decimal', readonly precision: number, readonly scale: number }
  | { readonly kind: 'array', readonly element: DataType }
  | { readonly kind: 'map', readonly key: DataType, readonly value: DataType }
  | { readonly kind: 'struct', readonly fields: readonly Field[] }

export interface Field { readonly name: string, readonly type: DataType, readonly isNullable: boolean }

const plain: Record<string, PlainKind> = {
  string: 'string', varchar: 'string', boolean: 'boolean', bool: 'boolean', tinyint: 'tinyint', byte: 'tinyint', smallint: 'smallint', short: 'smallint',
  int: 'int', integer: 'int', bigint: 'bigint', long: 'bigint', float: 'float', real: 'float', double: 'double', binary: 'binary', date: 'date', timestamp: 'timestamp',
}
const precisionMax = 38
const depthMax = 50

/** The names of the types without parts, for messages. */
export const plainKinds = [...new Set(Object.values(plain))].join(', ')

/** Reads a type, `not null` behind it allowed. Throws SyntaxError with what is wrong. */
export function parseColumn(name: string, text: string): Field {
  const parser = new TypeParser(text)
  const type = parser.type(0)
  const isNullable = !parser.notNull()
  parser.end()
  return { name, type, isNullable }
}

/** The text of a type, as parseColumn reads it. */
export function typeText(type: DataType): string {
  switch (type.kind) {
    case 'decimal': return `decimal(${type.precision},${type.scale})`
    case 'array': return `array<${typeText(type.element)}>`
    case 'map': return `map<${typeText(type.key)},${typeText(type.value)}>`
    case 'struct': return `struct<${type.fields.map(({ name, type, isNullable }) => `${quotedName(name)}:${typeText(type)}${isNullable ? '' : ' not null'}`).join(',')}>`
    default: return type.kind
  }
}

function quotedName(name: string): string { return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name.replace(/`/g, '``')}\`` }

class TypeParser {
  private at = 0

  constructor(private readonly text: string) {}

  type(depth: number): DataType {
    if (depth > depthMax) throw new SyntaxError(`a type has more than ${depthMax} levels`)
    const word = this.match(/[A-Za-z]\w*/y)?.toLowerCase()
    if (word === 'decimal') return this.decimal()
    if (word === 'array') return this.between(() => ({ kind: 'array', element: this.type(depth + 1) }))
    if (word === 'map') return this.between(() => ({ kind: 'map', key: this.type(depth + 1), value: (this.expect(','), this.type(depth + 1)) }))
    if (word === 'struct') return this.between(() => ({ kind: 'struct', fields: this.fields(depth) }))
    if (word !== undefined && Object.hasOwn(plain, word)) return { kind: plain[word]! }
    throw new SyntaxError(`${describe(word ?? this.text.slice(this.at))} is no type; there are ${plainKinds}, decimal(p,s), array<t>, map<k,v> and struct<name:t>`)
  }

  notNull(): boolean { return this.match(/not\s+null/iy) !== undefined }

  end(): void {
    this.match(/\s*/y)
    if (this.at < this.text.length) throw new SyntaxError(`${describe(this.text.slice(this.at))} follows a type`)
  }

  private decimal(): DataType {
    if (this.match(/\(/y) === undefined) return { kind: 'decimal', precision: 10, scale: 0 }
    const precision = Number(this.match(/\d+/y))
    const scale = this.match(/,/y) === undefined ? 0 : Number(this.match(/\d+/y))
    this.expect(')')
    if (!(precision >= 1 && precision <= precisionMax && scale >= 0 && scale <= precision)) {
      throw new SyntaxError(`a decimal has 1 to ${precisionMax} digits, none to all of them behind the point`)
    }
    return { kind: 'decimal', precision, scale }
  }

  private fields(depth: number): Field[] {
    const fields: Field[] = []
    do {
      const quoted = this.match(/`(?:[^`]|``)+`/y)
      const name = quoted === undefined ? this.match(/[^\s:,<>`]+/y) : quoted.slice(1, -1).replace(/``/g, '`')
      if (name === undefined) throw new SyntaxError('a field of a struct has no name')
      if (fields.some(field => field.name === name)) throw new SyntaxError(`two fields of a struct are called ${describe(name)}`)
      this.match(/:/y)
      const type = this.type(depth + 1)
      fields.push({ name, type, isNullable: !this.notNull() })
    } while (this.match(/,/y) !== undefined)
    return fields
  }

  private between(inner: () => DataType): DataType {
    this.expect('<')
    const type = inner()
    this.expect('>')
    return type
  }

  private expect(mark: string): void {
    if (this.match(new RegExp(`\\${mark}`, 'y')) !== undefined) return
    const rest = this.text.slice(this.at)
    throw new SyntaxError(`${describe(mark)} is missing ${rest === '' ? 'at the end' : `before ${describe(rest)}`}`)
  }

  private match(pattern: RegExp): string | undefined {
    const space = /\s*/y
    space.lastIndex = this.at
    space.test(this.text)
    pattern.lastIndex = space.lastIndex
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at = pattern.lastIndex
    return found
  }
}
