/** The records of a range of a CSV file as arrays or objects, and what becomes of records that are damaged. */
import { isAscii, isUtf8 } from 'node:buffer'
import { describe } from '../../../rdd/arguments'
import type { Field } from '../data-types'
import type { LineBlock } from '../line-blocks'
import { damaged, lineOf, type ParseMode } from '../modes'
import { convertible } from './convert'
import { RecordParser, type Dialect, type ParsedRecord } from './parse-records'
import { marksOf } from './quotes'
import { readRecordBlocks, type CsvSplit } from './record-blocks'

/** What tasks need of the options. */
export interface CsvRules extends Dialect {
  readonly header: boolean
  readonly columns: readonly string[] | undefined
  readonly fields: readonly Field[]
  readonly mode: ParseMode
  readonly columnNameOfCorruptRecord: string
}

export async function* readCsv(split: CsvSplit, rules: CsvRules): AsyncGenerator<unknown[], void> {
  const names = rules.columns ?? (rules.header ? await namesOf(split.path, rules) : undefined)
  const reader = new CsvReader(rules, names, rules.header && split.from === 0)
  try {
    for await (const block of readRecordBlocks(split, marksOf(boundaries(rules)))) {
      const records = reader.read(block)
      if (records.length > 0) yield records
    }
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error
    const place = { path: split.path, offset: error.offset, line: await lineOf(split.path, error.offset) }
    throw damaged(error.message, place, { hint: error.hint })
  }
}

/** Without line breaks in fields, no quote says anything about where records end. */
function boundaries({ quote, escape, multiLine }: Dialect): { readonly quote: string, readonly escape: string } {
  return multiLine ? { quote, escape } : { quote: '', escape: '' }
}

/** A record that fails the job. */
class BadRecord extends Error {
  constructor(message: string, readonly offset: number, readonly hint: string) { super(message) }
}

const modeHint = "mode: 'DROPMALFORMED' leaves such records out, 'PERMISSIVE' keeps their text."
const lineHint = 'A file with line breaks in fields is read with multiLine: true.'

/** The names of the columns, from the first record of the file. Empty where the file is empty. */
async function namesOf(path: string, rules: CsvRules): Promise<string[]> {
  const whole = { path, from: 0, until: Infinity, isLast: true, state: 0 }
  for await (const { bytes, offset } of readRecordBlocks(whole, marksOf(boundaries(rules)))) {
    const { fields, wrong } = new RecordParser(bytes.toString('utf8'), rules).next() ?? { fields: [], wrong: undefined }
    const names = fields.map((name, i) => name === null || name === '' ? `_c${i}` : name)
    const twice = names.find((name, i) => names.indexOf(name) < i)
    const untyped = rules.fields.find(({ name }) => !names.includes(name))
    const trouble = wrong !== undefined ? `${wrong}` : twice !== undefined ? `two columns are called ${describe(twice)}`
      : untyped !== undefined ? `there is no column ${describe(untyped.name)}, which types names` : undefined
    if (trouble !== undefined) throw damaged(`the header is damaged: ${trouble}`, { path, offset, line: 1 }, { hint: 'Name the columns: { columns: [...] }.' })
    return names
  }
  return []
}

class CsvReader {
  private readonly converts: readonly (((text: string) => unknown) | undefined)[]
  private readonly make: (values: readonly unknown[]) => unknown

  constructor(private readonly rules: CsvRules, private readonly names: readonly string[] | undefined, private skipsFirst: boolean) {
    const types = new Map(rules.fields.map(field => [field.name, field]))
    const convertOf = (name: string): ((text: string) => unknown) | undefined => {
      const type = types.get(name)?.type
      return type === undefined || type.kind === 'string' ? undefined : convertible(type)
    }
    this.converts = names?.map(convertOf) ?? []
    this.make = maker(names)
  }

  read(block: LineBlock): unknown[] {
    const { bytes } = block
    // Bytes that are no UTF-8 are parsed as they are, and decoded field by field.
    const isAsIs = isAscii(bytes)
    const isClean = isAsIs || isUtf8(bytes)
    const text = bytes.toString(isAsIs || !isClean ? 'latin1' : 'utf8')
    const parser = new RecordParser(text, isClean ? this.rules : asBytes(this.rules))
    const records: unknown[] = []
    for (let record = parser.next(); record !== undefined; record = parser.next()) {
      if (this.isNoRecord(record)) continue
      const wrong = record.wrong ?? (isClean ? this.add(record.fields, records) : this.addBytes(record.fields, records))
      if (wrong === undefined) continue
      const decode = (part: string): string => isClean ? part : Buffer.from(part, 'latin1').toString('utf8')
      const offset = (): number => block.offset + (isAsIs || !isClean ? record!.start : Buffer.byteLength(text.slice(0, record!.start)))
      this.takeBad(wrong, record, decode(text.slice(record.start, record.end)), offset, records)
    }
    return records
  }

  /** True for the header, and for empty lines; but where there is one column, an empty line is a null. */
  private isNoRecord({ start, end, wrong, fields }: ParsedRecord): boolean {
    if (this.skipsFirst) {
      this.skipsFirst = false
      return true
    }
    return start === end && wrong === undefined && fields.length === 1 && this.names?.length !== 1
  }

  /** Adds the record of these fields, or says why there is none. */
  private add(fields: readonly (string | null)[], records: unknown[]): string | undefined {
    const { names, converts } = this
    if (names !== undefined && fields.length !== names.length) return `it has ${fields.length} fields, and there are ${names.length} columns`
    const values: unknown[] = fields.slice()
    for (let i = 0; i < converts.length; i++) {
      const field = fields[i]
      if (converts[i] === undefined || field === null) continue
      try { values[i] = converts[i]!(field!) } catch (error) { return `the column ${describe(names![i])}: ${(error as Error).message}` }
    }
    if (names !== undefined) {
      const missing = this.rules.fields.find(({ name, isNullable }) => !isNullable && values[names.indexOf(name)] === null)
      if (missing !== undefined) return `the column ${describe(missing.name)} is null, and its type says not null`
    }
    records.push(this.make(values))
    return undefined
  }

  private addBytes(fields: readonly (string | null)[], records: unknown[]): string | undefined {
    const decoded: (string | null)[] = []
    for (const field of fields) {
      const bytes = Buffer.from(field ?? '', 'latin1')
      if (!isUtf8(bytes)) return 'it is not valid UTF-8'
      decoded.push(field === null ? null : bytes.toString('utf8'))
    }
    return this.add(decoded, records)
  }

  private takeBad(wrong: string, { fields }: ParsedRecord, text: string, offset: () => number, records: unknown[]): void {
    const { mode, columnNameOfCorruptRecord } = this.rules
    if (mode === 'DROPMALFORMED') return
    if (mode === 'FAILFAST') throw new BadRecord(`this record is damaged: ${wrong}`, offset(), wrong.endsWith('on its line') ? lineHint : modeHint)
    const kept = this.names === undefined ? [] : this.names.map((name, i): [string, unknown] => [name, this.kept(fields[i], i)])
    records.push(Object.fromEntries([...kept, [columnNameOfCorruptRecord, text]]))
  }

  /** What is a value all the same, in a record that is damaged. */
  private kept(field: string | null | undefined, i: number): unknown {
    const convert = this.converts[i]
    if (field === null || field === undefined) return null
    try { return convert === undefined ? field : convert(field) } catch { return null }
  }
}

/** The same dialect for text of which each character is a byte. */
function asBytes(rules: CsvRules): Dialect {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1')
  return { ...rules, delimiter: bytes(rules.delimiter), nullValue: bytes(rules.nullValue) }
}

/** Makes elements of values: arrays, or objects with the names of the columns. */
function maker(names: readonly string[] | undefined): (values: readonly unknown[]) => unknown {
  if (names === undefined) return values => values
  if (names.includes('__proto__')) return values => Object.fromEntries(names.map((name, i) => [name, values[i]]))
  return values => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) row[names[i]!] = values[i]
    return row
  }
}
