/**
 * JSON text to values. Whole numbers that a JavaScript number cannot hold become bigints, so that nothing is rounded in
 * silence; text that nests deeper than values may when they go from thread to thread is refused.
 */
import { limits } from '../../../base/limits'
import { isDeeperThan } from '../../../codec/json-depth'

/** A run of digits that may be too much for a number: not the digits behind a point. */
const longDigits = /(?<![\d.])\d{16,}(?![\d.eE])/

/** Parses `text`. Throws SyntaxError, or RangeError where it nests too deeply. */
export function parseJson(text: string, isExact: boolean): unknown {
  requireFlat(text)
  return isExact && longDigits.test(text) ? parseExactly(text) : JSON.parse(text)
}

/** Whether anything in `text`, which may be many lines, asks for `parseJson` with `isExact`. */
export function mayNeedBigints(text: string): boolean { return longDigits.test(text) }

/** Throws RangeError where `text` nests deeper than receivedDepthMax. */
export function requireFlat(text: string): void {
  if (text.length <= limits.receivedDepthMax || opened(text) <= limits.receivedDepthMax) return
  if (!isDeeperThan(Buffer.from(text), limits.receivedDepthMax)) return
  throw new RangeError(`it nests deeper than receivedDepthMax, ${limits.receivedDepthMax} levels`)
}

/** How many brackets are opened, counted up to one more than may be. */
function opened(text: string): number {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0 && count <= limits.receivedDepthMax; at = text.indexOf(bracket, at + 1)) count++
  }
  return count
}

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Numbers that are too large go through the parser as strings that begin with a character that the text does not have. */
function parseExactly(text: string): unknown {
  const mark = unusedCharacter(text)
  let isMarked = false
  const marked = text.replace(token, found => {
    if (found.length < 16 || found[0] === '"' || !/^-?\d+$/.test(found) || Number.isSafeInteger(Number(found))) return found
    // What is no JSON number (leading zeros) stays for the parser to refuse.
    if (/^-?0\d/.test(found)) return found
    isMarked = true
    return `"${mark}${found}"`
  })
  if (!isMarked) return JSON.parse(text)
  return JSON.parse(marked, (_key, value: unknown) => (
    typeof value === 'string' && value.startsWith(mark) ? BigInt(value.slice(1)) : value))
}

/** A character of the private use area that stands nowhere in `text`, neither as itself nor as an escape. */
function unusedCharacter(text: string): string {
  const lower = text.toLowerCase()
  for (let code = 0xE000; code <= 0xF8FF; code++) {
    const character = String.fromCharCode(code)
    if (!text.includes(character) && !lower.includes(`\\u${code.toString(16)}`)) return character
  }
  throw new RangeError('it uses every character of the private use area')
}
