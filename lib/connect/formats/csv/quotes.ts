/**
 * Where quoted fields begin and end in bytes, without looking at the fields: a quote opens one, the next closes it, and two in
 * a row close and open. So a line break lies in a field exactly when the quotes before it are odd in number, and what a range
 * of a file does to that can be counted without knowing what came before.
 *
 *   state 0   between fields, or in one without quotes     1   in a quoted field     2   behind an escape that is no quote
 */

const lineFeed = 10

/** The bytes that matter. -1: there is none. */
export interface QuoteMarks { readonly quote: number, readonly escape: number }

export function marksOf({ quote, escape }: { readonly quote: string, readonly escape: string }): QuoteMarks {
  return quote === '' ? { quote: -1, escape: -1 } : { quote: quote.charCodeAt(0), escape: escape.charCodeAt(0) }
}

/** Follows the quotes of a file from chunk to chunk. */
export class QuoteScanner {
  constructor(private readonly marks: QuoteMarks, public state = 0) {}

  /** Calls `visit` with each line feed outside quoted fields, until it returns true. Without a stop the state is that behind the chunk. */
  lines(chunk: Buffer, visit: (at: number) => boolean): void {
    const next = this.walk(chunk)
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) {
      next(at)
      if (this.state === 0 && visit(at)) return
    }
    next(chunk.length)
  }

  /** Goes over all of a chunk. */
  pass(chunk: Buffer): void { this.walk(chunk)(chunk.length) }

  /** Goes on in `chunk` up to a position, which only grows. */
  private walk(chunk: Buffer): (until: number) => void {
    const { quote, escape } = this.marks
    if (quote < 0) return () => undefined
    let quoteAt = this.state === 2 ? chunk.indexOf(quote, 1) : chunk.indexOf(quote)
    if (escape === quote) {
      return until => {
        for (; quoteAt >= 0 && quoteAt < until; quoteAt = chunk.indexOf(quote, quoteAt + 1)) this.state ^= 1
      }
    }
    let escapeAt = this.state === 2 ? chunk.indexOf(escape, 1) : chunk.indexOf(escape)
    if (this.state === 2 && chunk.length > 0) this.state = 1
    return until => {
      for (;;) {
        // Outside quoted fields an escape is a character as any other.
        if (this.state === 0) while (escapeAt >= 0 && (quoteAt < 0 || escapeAt < quoteAt) && escapeAt < until) escapeAt = chunk.indexOf(escape, escapeAt + 1)
        const isEscape = this.state === 1 && escapeAt >= 0 && (quoteAt < 0 || escapeAt < quoteAt)
        const at = isEscape ? escapeAt : quoteAt
        if (at < 0 || at >= until) return
        if (!isEscape) {
          this.state ^= 1
          quoteAt = chunk.indexOf(quote, at + 1)
          continue
        }
        if (at + 1 === chunk.length) {
          this.state = 2
          escapeAt = quoteAt = -1
          return
        }
        if (quoteAt === at + 1) quoteAt = chunk.indexOf(quote, at + 2)
        escapeAt = chunk.indexOf(escape, at + 2)
      }
    }
  }
}

/** What a range does to each state. */
export type Transition = readonly [number, number, number]

/** Gathers the transition of a range, chunk by chunk. */
export class TransitionScanner {
  private readonly scanners: readonly QuoteScanner[]

  constructor(marks: QuoteMarks) { this.scanners = [0, 1, 2].map(state => new QuoteScanner(marks, state)) }

  pass(chunk: Buffer): void { for (const scanner of this.scanners) scanner.pass(chunk) }

  get transition(): Transition { return this.scanners.map(({ state }) => state) as unknown as Transition }
}
