/**
 * A received block as entries of a log, and back. Text stays as it came; a block that is larger than an entry
 * may be becomes several, cut between elements or lines.
 *
 *   entry = records:f64 bytes:f64 body      little-endian; records -1 where nobody knows them
 *
 * The entry's kind in the log says what the body is.
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { decodeColumns, encodeColumns } from '../../codec/columns'
import { countLines } from '../../codec/text'
import type { LogFrame } from '../../disk/framed-log'
import type { HeldBlock } from './block'

export const entryHeadBytes = 16
const lineFeed = 10

/** What the kinds of entries are in the log. */
export const entryKinds = { values: 1, text: 2, encoded: 3 } as const

/** One entry to be written, without what only the log knows. */
export interface ReceivedEntry {
  readonly of: HeldBlock['kind']
  readonly body: Uint8Array
  /** What it is in memory. */
  readonly block: HeldBlock
}

/** What the head of an entry says. */
export interface EntryHead {
  readonly of: HeldBlock['kind']
  readonly records: number | undefined
  readonly bytes: number
}

/**
 * The entries of a block, in order. Throws what encoding throws for elements that are no data, MR_LIMIT for
 * an element or line that is larger than an entry may be.
 */
export function entriesOf(block: HeldBlock, bodyBytesMax: number = limits.frameBytesMax - entryHeadBytes): ReceivedEntry[] {
  const body = block.kind === 'values' ? encodeColumns(block.values) : block.kind === 'text' ? block.text : block.encoded
  if (body.length <= bodyBytesMax) return [{ of: block.kind, body, block }]
  return halvesOf(block, body.length, bodyBytesMax).flatMap(half => entriesOf(half, bodyBytesMax))
}

function halvesOf(block: HeldBlock, bodyBytes: number, bodyBytesMax: number): HeldBlock[] {
  if (block.kind === 'values' && block.values.length > 1) {
    const middle = block.values.length >>> 1
    const firstBytes = block.bytes >>> 1
    const half = (values: readonly unknown[], bytes: number): HeldBlock => ({ kind: 'values', values, records: values.length, bytes })
    return [half(block.values.slice(0, middle), firstBytes), half(block.values.slice(middle), block.bytes - firstBytes)]
  }
  if (block.kind === 'text') {
    // The last line end that fits, so that as few entries as can be come of it.
    const end = block.text.lastIndexOf(lineFeed, bodyBytesMax - 1) + 1
    const part = (text: Uint8Array): HeldBlock => ({ kind: 'text', text, records: countLines(text), bytes: text.byteLength })
    if (end > 0) return [part(block.text.subarray(0, end)), part(block.text.subarray(end))]
  }
  const what = block.kind === 'text' ? 'a line' : block.kind === 'values' ? 'an element' : 'an encoded block'
  throw new MillraceError('MR_LIMIT',
    `${what} of ${bodyBytes} bytes is too large for the log of received data: ${bodyBytesMax} at most (frameBytesMax)`,
    { hint: 'Store it in smaller pieces.' })
}

/** The bytes of an entry in the log. */
export function encodeEntry({ block: { records, bytes }, body }: ReceivedEntry): Buffer {
  const payload = Buffer.allocUnsafe(entryHeadBytes + body.length)
  payload.writeDoubleLE(records ?? -1, 0)
  payload.writeDoubleLE(bytes, 8)
  payload.set(body, entryHeadBytes)
  return payload
}

export function decodeHead({ kind, payload }: LogFrame): EntryHead {
  const head = Buffer.from(payload.buffer, payload.byteOffset, entryHeadBytes)
  const records = head.readDoubleLE(0)
  const of = kind === entryKinds.text ? 'text' : kind === entryKinds.encoded ? 'encoded' : 'values'
  return { of, records: records < 0 ? undefined : records, bytes: head.readDoubleLE(8) }
}

/** The block of an entry. Throws MR_INPUT_DAMAGED when its elements cannot be decoded. */
export function decodeEntry(frame: LogFrame): HeldBlock {
  const { of, records, bytes } = decodeHead(frame)
  const body = frame.payload.subarray(entryHeadBytes)
  if (of === 'text') return { kind: 'text', text: body, records: records!, bytes }
  if (of === 'encoded') return { kind: 'encoded', encoded: body, records: undefined, bytes }
  const values = decodeColumns(body)
  return { kind: 'values', values, records: values.length, bytes }
}
