/**
 * Where the user wrote a function: its place in the original file, through whatever source maps this process uses
 * (ts-node, Jest, --enable-source-maps). The text is given empty lines where the compiler took some away, so that an
 * error anywhere in it shows the line of the original without a map.
 */
import { Script } from 'node:vm'
import { readSource } from './source'

/** Lines and columns from 0. */
export interface SourcePlace { readonly file: string, readonly line: number, readonly column: number }

export interface PlacedText extends SourcePlace { readonly text: string }

const paddingMax = 500
const columnMax = 2_000
const cached = new Map<string, PlacedText>()
const cachedMax = 2_000

/** `text` and its place as the user knows them. `closedLines` are lines that must stay right behind the one before. */
export function placeText(compiled: SourcePlace, text: string, closedLines: ReadonlySet<number>): PlacedText {
  if (!mapsStacks() || compiled.file === '') return { ...compiled, text }
  const key = `${compiled.file}:${compiled.line}:${compiled.column}:${text}`
  let placed = cached.get(key)
  if (placed === undefined) {
    placed = place(compiled, text, closedLines)
    if (cached.size >= cachedMax) cached.delete(cached.keys().next().value!)
    cached.set(key, placed)
  }
  return placed
}

function place(compiled: SourcePlace, text: string, closedLines: ReadonlySet<number>): PlacedText {
  const lines = text.split('\n')
  const originals = originalPlaces(compiled, lines)
  if (originals.length !== lines.length) return { ...compiled, text }
  const joined = layOut(lines, originals, closedLines, true)
  const laidOut = isReadable(joined) ? joined : layOut(lines, originals, closedLines, false)
  return { ...originals[0]!, text: laidOut }
}

/** Puts each line where the original had it: lower by empty lines, or behind the one before that it was split from. */
function layOut(
  lines: readonly string[], originals: readonly SourcePlace[], closedLines: ReadonlySet<number>, joins: boolean,
): string {
  let at = originals[0]!.line
  let text = lines[0]!
  for (let index = 1; index < lines.length; index++) {
    const wanted = originals[index]!.line
    const isClosed = closedLines.has(index)
    if (joins && !isClosed && wanted === at && canGoOn.test(lines[index - 1]!)) {
      text += lines[index]!
      continue
    }
    const added = isClosed ? 1 : Math.min(Math.max(1, wanted - at), paddingMax)
    text += '\n'.repeat(added) + lines[index]!
    at += added
  }
  return text
}

/** A line end that no statement relies on, in a line without a comment. */
const canGoOn = /^(?!.*\/\/).*(?:[){(,;[]|=>|\belse)\s*$/

function isReadable(text: string): boolean {
  try { return readSource(text) !== undefined } catch { return false }
}

function mapsStacks(): boolean {
  return (Error as any).prepareStackTrace !== undefined || (process as any).sourceMapsEnabled === true ||
    process.execArgv.includes('--enable-source-maps') || (process.env.NODE_OPTIONS ?? '').includes('--enable-source-maps')
}

/**
 * Asks the stack traces of this process: a script that claims to be the file calls back from the start of each line of
 * the function, and the trace of each call names the original place.
 */
function originalPlaces(compiled: SourcePlace, lines: readonly string[]): SourcePlace[] {
  const calls = lines.map((line, index) => {
    const column = index === 0 ? compiled.column : line.length - line.trimStart().length
    return `${' '.repeat(Math.min(column, columnMax))}e();`
  })
  const script = new Script(`(e=>{\n${calls.join('\n')}\n})`, { filename: compiled.file, lineOffset: compiled.line - 1 })
  const found: SourcePlace[] = []
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 2
  try {
    script.runInThisContext()(() => {
      const place = lastPlace(new Error('').stack)
      if (place !== undefined) found.push(place)
    })
  } catch {
    return []
  } finally {
    Error.stackTraceLimit = limit
  }
  return found
}

function lastPlace(stack: unknown): SourcePlace | undefined {
  const match = typeof stack === 'string' ? /at (?:[^\n]*\()?([^\n]+?):(\d+):(\d+)\)?\s*$/.exec(stack) : null
  return match === null ? undefined : { file: match[1]!, line: Number(match[2]) - 1, column: Number(match[3]) - 1 }
}
