/** The values of a range of a file of JSON lines, or of a whole JSON document; and what becomes of lines that are none. */
import { isUtf8 } from 'node:buffer'
import { limits } from '../../../base/limits'
import { readTextChunks } from '../../../codec/gzip'
import { allFiles } from '../../../disk/files'
import type { Split } from '../../../rdd/sources/splits'
import { readLineBlocks, tooLong, withoutMark, type LineBlock } from '../line-blocks'
import { damaged, lineOf } from '../modes'
import type { CheckedJsonOptions } from './options'
import { mayNeedBigints, parseJson } from './parse-json'

/** What tasks need of the options. */
export type JsonRules = Pick<CheckedJsonOptions, 'mode' | 'columnNameOfCorruptRecord' | 'numbers' | 'multiLine'>

export async function* readJsonLines(split: Split, rules: JsonRules): AsyncGenerator<unknown[], void> {
  const isExact = rules.numbers === 'exact'
  try {
    for await (const block of readLineBlocks(split)) {
      const values = valuesOf(block, rules, isExact)
      if (values.length > 0) yield values
    }
  } catch (error) {
    if (!(error instanceof BadLine)) throw error
    const place = { path: split.path, offset: error.offset, line: await lineOf(split.path, error.offset) }
    throw damaged(`this line is not JSON: ${error.message}`, place, {
      cause: error, hint: "mode: 'DROPMALFORMED' leaves such lines out, 'PERMISSIVE' keeps their text.",
    })
  }
}

/** A line that fails the job. */
class BadLine extends Error {
  constructor(message: string, readonly offset: number) { super(message) }
}

function valuesOf({ bytes, offset }: LineBlock, rules: JsonRules, wantsExact: boolean): unknown[] {
  const isClean = isUtf8(bytes)
  const text = bytes.toString('utf8')
  const isExact = wantsExact && mayNeedBigints(text)
  const values: unknown[] = []
  let index = 0
  for (let start = 0; start < text.length; index++) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end < 0 ? text.length : end)
    start = end < 0 ? text.length : end + 1
    if (line === '' || line === '\r') continue
    try {
      if (!isClean && line.includes('\uFFFD')) requireUtf8(lineAt(bytes, index).bytes)
      values.push(parseJson(line, isExact))
    } catch (error) {
      if (line.trim() === '' || rules.mode === 'DROPMALFORMED') continue
      if (rules.mode === 'FAILFAST') throw new BadLine((error as Error).message, offset + lineAt(bytes, index).start)
      values.push({ [rules.columnNameOfCorruptRecord]: line.endsWith('\r') ? line.slice(0, -1) : line })
    }
  }
  return values
}

/** The bytes of the line of that index. */
function lineAt(bytes: Buffer, index: number): { readonly bytes: Buffer, readonly start: number } {
  let start = 0
  for (let i = 0; i < index; i++) start = bytes.indexOf(10, start) + 1
  const end = bytes.indexOf(10, start)
  return { bytes: bytes.subarray(start, end < 0 ? bytes.length : end), start }
}

function requireUtf8(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new SyntaxError('it is not valid UTF-8')
}

/** The elements of a file that is one document. */
export async function* readJsonDocument({ path }: Split, rules: JsonRules): AsyncGenerator<unknown[], void> {
  const pieces: Uint8Array[] = []
  let sizeBytes = 0
  for await (const piece of readTextChunks(allFiles, path)) {
    pieces.push(piece)
    sizeBytes += piece.length
    if (sizeBytes > limits.documentBytesMax) throw tooLong(path, 0, 'document')
  }
  const { bytes } = withoutMark({ bytes: Buffer.concat(pieces), offset: 0 })
  const text = bytes.toString('utf8')
  if (text.trim() === '') return
  try {
    requireUtf8(bytes)
    const value = parseJson(text, rules.numbers === 'exact')
    yield Array.isArray(value) ? value : [value]
  } catch (error) {
    if (rules.mode === 'DROPMALFORMED') return
    if (rules.mode === 'PERMISSIVE') yield [{ [rules.columnNameOfCorruptRecord]: text }]
    else throw damaged(`this document is not JSON: ${(error as Error).message}`, { path, offset: 0, line: 1 }, { cause: error })
  }
}
