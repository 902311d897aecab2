/**
 * Entries of a state as bytes: what a checkpoint keeps and a lost table is made of again.
 *
 *   frame   = format:byte timeForm:byte times pairsLength:varint pairs removedLength:varint removed
 *   times   = one float64 when all entries have the same (timeForm 0); timesLength:varint encodeColumns(times) (timeForm 1)
 *   pairs   = encodePairColumns(keys, values)
 *   removed = encodeColumns(keys)
 */
import { MillraceError } from '../../base/errors'
import { limits } from '../../base/limits'
import { ByteReader } from '../../codec/byte-reader'
import { ByteWriter } from '../../codec/byte-writer'
import { decodeColumns, decodePairColumns, encodeColumns, encodePairColumns } from '../../codec/columns'

const format = 1
const writer = new ByteWriter()

export interface EntryFrame {
  readonly keys: readonly unknown[]
  readonly values: readonly unknown[]
  readonly times: readonly number[]
  /** Keys that are gone. */
  readonly removed: readonly unknown[]
}

/** One frame, or several where one would be too large. */
export function encodeEntries({ keys, values, times, removed }: EntryFrame): Uint8Array[] {
  const frames: Uint8Array[] = []
  const most = limits.stateFrameEntriesMax
  for (let at = 0; at < keys.length || at === 0; at += most) {
    const isLast = at + most >= keys.length
    frames.push(...encodeOne({
      keys: keys.slice(at, at + most), values: values.slice(at, at + most), times: times.slice(at, at + most), removed: isLast ? removed : [],
    }))
  }
  return frames
}

function encodeOne(entries: EntryFrame): Uint8Array[] {
  const { keys, values, times, removed } = entries
  writer.byte(format)
  const isSame = times.every(time => time === times[0])
  writer.byte(isSame ? 0 : 1)
  if (isSame) writer.float64(times[0] ?? 0)
  else writeColumn(encodeColumns(times))
  writeColumn(encodePairColumns(keys, values))
  writeColumn(encodeColumns(removed))
  const bytes = writer.finish()
  return bytes.length > limits.frameBytesMax / 2 ? halves(entries, bytes.length) : [bytes]
}

function writeColumn(column: Uint8Array): void {
  writer.varint(column.length)
  writer.raw(column)
}

function halves({ keys, values, times, removed }: EntryFrame, sizeBytes: number): Uint8Array[] {
  const middle = keys.length >> 1
  if (middle === 0) {
    throw new MillraceError('MR_LIMIT', `the state of one key takes ${sizeBytes} bytes, more than a frame may have (frameBytesMax)`, {
      hint: 'Keep less in the state of a key.',
    })
  }
  return [[0, middle], [middle, keys.length]].flatMap(([from, to], half) => encodeOne({
    keys: keys.slice(from, to), values: values.slice(from, to), times: times.slice(from, to), removed: half === 1 ? removed : [],
  }))
}

/** Throws MR_INPUT_DAMAGED for bytes that are no frame. */
export function decodeEntries(bytes: Uint8Array): EntryFrame {
  try {
    const reader = new ByteReader(bytes)
    const version = reader.byte()
    if (version !== format) throw new RangeError(`its format is ${version}, not ${format}`)
    const isSame = reader.byte() === 0
    const time = isSame ? reader.float64() : 0
    const times = isSame ? undefined : decodeColumns(reader.raw(reader.varint())) as number[]
    const { keys, values } = decodePairColumns(reader.raw(reader.varint()))!
    const removed = decodeColumns(reader.raw(reader.varint()))
    return { keys, values, times: times ?? new Array<number>(keys.length).fill(time), removed }
  } catch (error) {
    if (MillraceError.is(error)) throw error
    throw new MillraceError('MR_INPUT_DAMAGED', `These bytes are no entries of a state: ${String((error as Error)?.message)}`, { cause: error })
  }
}
