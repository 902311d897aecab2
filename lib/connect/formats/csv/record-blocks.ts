/**
 * Whole records of a range of a CSV file, in blocks that know where they begin. A record belongs to the range in which the
 * line break before it lies; the first, to the first range. Where quoted fields may hold line breaks, a range must know
 * whether it begins in one: that is its `state`.
 */
import { limits } from '../../../base/limits'
import { readTextChunks } from '../../../codec/gzip'
import { allFiles } from '../../../disk/files'
import type { Split } from '../../../rdd/sources/splits'
import { tooLong, withoutMark, type LineBlock } from '../line-blocks'
import { QuoteScanner, TransitionScanner, type QuoteMarks, type Transition } from './quotes'

/** A range, and the state in which it begins. */
export interface CsvSplit extends Split { readonly state: number }

const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

export async function* readRecordBlocks({ path, from, until, isLast, state }: CsvSplit, marks: QuoteMarks): AsyncGenerator<LineBlock, void> {
  const scanner = new QuoteScanner(marks, state)
  const held: Buffer[] = []
  let heldBytes = 0
  let begin = from === 0 ? 0 : undefined
  let offset = from
  for await (const raw of readTextChunks(allFiles, path, from === 0 ? {} : { offset: from })) {
    const chunk = bufferOf(raw)
    let start = 0
    let end = 0
    let isOver = false
    scanner.lines(chunk, at => {
      if (begin === undefined) {
        isOver = !isLast && offset + at >= until
        begin = offset + at + 1
        start = end = at + 1
        return isOver
      }
      end = at + 1
      isOver = !isLast && offset + at >= until
      return isOver
    })
    if (begin === undefined) {
      offset += chunk.length
      continue
    }
    if (end > start) {
      held.push(chunk.subarray(start, end))
      const block = { bytes: Buffer.concat(held), offset: begin }
      yield begin === 0 ? withoutMark(block) : block
      held.length = heldBytes = 0
      begin = offset + end
    }
    if (isOver) return
    held.push(chunk.subarray(Math.max(start, end)))
    heldBytes += chunk.length - Math.max(start, end)
    if (heldBytes > limits.lineBytesMax) throw tooLong(path, begin, 'record')
    offset += chunk.length
  }
  if (heldBytes === 0 || begin === undefined) return
  const block = { bytes: Buffer.concat(held), offset: begin }
  yield begin === 0 ? withoutMark(block) : block
}

/** What a range does to the state in which it begins. */
export async function transitionOf({ path, from, until }: Split, marks: QuoteMarks): Promise<Transition> {
  const scanner = new TransitionScanner(marks)
  for await (const chunk of readTextChunks(allFiles, path, { offset: from, length: until - from })) scanner.pass(bufferOf(chunk))
  return scanner.transition
}
