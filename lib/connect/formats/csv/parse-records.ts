/**
 * CSV text to records, by RFC 4180: fields between delimiters, quoted ones with anything in them. A record ends at a line break
 * outside quoted fields, as quotes.ts counts them: so what is wrong with one record never moves where the next one begins.
 */

const lineFeed = 10
const carriageReturn = 13

export interface Dialect {
  readonly delimiter: string
  /** '' where nothing is quoted. */
  readonly quote: string
  readonly escape: string
  readonly nullValue: string
  readonly multiLine: boolean
}

/** A record, or what is wrong with one; and where it stands in the text, without its line break. */
export interface ParsedRecord {
  readonly fields: (string | null)[]
  readonly wrong: string | undefined
  readonly start: number
  readonly end: number
}

export class RecordParser {
  private at = 0
  private readonly quoteCode: number
  /** The next of each kind at or behind `at`; the length of the text where there is none. */
  private nextLine = -1
  private nextQuote = -1

  constructor(private readonly text: string, private readonly dialect: Dialect) {
    this.quoteCode = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0)
  }

  /** The next record; undefined at the end. Empty lines are records with one field. */
  next(): ParsedRecord | undefined {
    const { text, dialect: { delimiter } } = this
    const start = this.at
    if (start >= text.length) return undefined
    const fields: (string | null)[] = []
    for (;;) {
      const wrong = text.charCodeAt(this.at) === this.quoteCode ? this.quoted(fields) : this.bare(fields)
      if (wrong !== undefined) return this.badRecord(start, wrong)
      if (text.startsWith(delimiter, this.at)) {
        this.at += delimiter.length
        continue
      }
      const end = this.at
      if (end < text.length) this.at += text.charCodeAt(end) === carriageReturn ? 2 : 1
      return { fields, wrong: undefined, start, end }
    }
  }

  /** Reads a field without quotes, up to what ends it. */
  private bare(fields: (string | null)[]): string | undefined {
    const { text, at, dialect: { delimiter, nullValue, quote } } = this
    if (this.nextLine < at) this.nextLine = this.find('\n', at)
    const found = text.indexOf(delimiter, at)
    let end = this.nextLine
    if (found >= 0 && found < end) end = found
    else if (end > at && end < text.length && text.charCodeAt(end - 1) === carriageReturn) end--
    if (quote !== '') {
      if (this.nextQuote < at) this.nextQuote = this.find(quote, at)
      if (this.nextQuote < end) return 'a quote stands within a field that does not begin with one'
    }
    const field = text.slice(at, end)
    fields.push(field === nullValue ? null : field)
    this.at = end
    return undefined
  }

  /** Reads a quoted field, and checks that it ends where a field may. */
  private quoted(fields: (string | null)[]): string | undefined {
    const { text, dialect: { quote, escape, multiLine, delimiter } } = this
    const start = this.at + 1
    const end = this.closing(start)
    if (end >= text.length) return 'a quoted field does not end'
    let field = text.slice(start, end)
    if (!multiLine && field.includes('\n')) return 'a quoted field does not end on its line'
    if (escape === quote ? field.includes(quote) : field.includes(escape)) field = this.unescaped(field)
    fields.push(field)
    this.at = end + 1
    const next = text.charCodeAt(end + 1)
    const isEnd = end + 1 === text.length || next === lineFeed || (next === carriageReturn && text.charCodeAt(end + 2) === lineFeed)
    return isEnd || text.startsWith(delimiter, end + 1) ? undefined : 'something follows a quoted field before the next delimiter'
  }

  /** Where the quoted field that begins at `at` is closed; the length of the text where it is not. */
  private closing(at: number): number {
    const { text, dialect: { quote, escape } } = this
    for (let from = at; ;) {
      const found = this.find(quote, from)
      if (found >= text.length) return found
      if (escape === quote) {
        if (text.charCodeAt(found + 1) !== this.quoteCode) return found
        from = found + 2
        continue
      }
      const escapeAt = text.indexOf(escape, from)
      if (escapeAt < 0 || escapeAt > found) return found
      from = escapeAt + 2
    }
  }

  private unescaped(field: string): string {
    const { quote, escape } = this.dialect
    if (escape === quote) return field.replaceAll(quote + quote, quote)
    let plain = ''
    let from = 0
    for (let at = field.indexOf(escape); at >= 0; at = field.indexOf(escape, at + 2)) {
      const next = field[at + 1]
      // What is not to be escaped keeps its escape.
      plain += field.slice(from, next === quote || next === escape ? at : at + 1) + (next ?? '')
      from = at + 2
    }
    return plain + field.slice(from)
  }

  private badRecord(start: number, wrong: string): ParsedRecord {
    const { text } = this
    const found = this.endOfRecord(start)
    this.at = found + 1
    const end = found > start && found < text.length && text.charCodeAt(found - 1) === carriageReturn ? found - 1 : found
    return { fields: [], wrong, start, end }
  }

  private endOfRecord(start: number): number {
    const { text, dialect: { quote, escape, multiLine } } = this
    if (!multiLine || quote === '') return this.find('\n', start)
    let isQuoted = false
    for (let at = start; at < text.length; at++) {
      const character = text[at]
      if (isQuoted && character === escape && escape !== quote) at++
      else if (character === quote) isQuoted = !isQuoted
      else if (character === '\n' && !isQuoted) return at
    }
    return text.length
  }

  private find(what: string, from: number): number {
    const found = this.text.indexOf(what, from)
    return found < 0 ? this.text.length : found
  }
}
