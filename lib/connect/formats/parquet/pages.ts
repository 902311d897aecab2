/**
 * The pages of a column, decompressed and checked before they are decoded: hyparquet takes it for granted that sizes and counts
 * are what they should be, and would work for ever, or make arrays of billions, where they are not. Checksums are looked at
 * where a page has one.
 *
 *   page   header (thrift) | levels and values, compressed; in version 2 the levels before them and not compressed
 *   levels, indices of dictionaries   runs: a header (varint), then a value or packed values
 */
import { types } from 'node:util'
import { crc32 } from '../../../base/crc32'
import { limits } from '../../../base/limits'
import { decompressors } from './codecs'
import { readStruct, type ThriftStruct, type ThriftValue } from './thrift'

/** What is known of a column. */
export interface ColumnShape {
  readonly codec: string
  readonly type: string
  readonly maxDefinition: number
  readonly maxRepetition: number
  /** How many rows its row group has. */
  readonly rows: number
}

const dataPage = 0
const indexPage = 1
const dictionaryPage = 2
const dataPageV2 = 3

const plainDictionary = 2
const rle = 3
const rleDictionary = 8

/** Runs may go a little beyond what is asked for: packed values come in eights. */
const slackValues = 1_024

/** The decompressed parts of the pages, in their order. Throws RangeError for what no writer writes. */
export function checkedPages(bytes: Buffer, shape: ColumnShape): Uint8Array[] {
  const plain: Uint8Array[] = []
  let values = 0
  // One byte behind the last page is no page: the reader stops there.
  for (let at = 0; at < bytes.length - 1 && (values < shape.rows || shape.maxRepetition > 0);) {
    const { struct, sizeBytes } = readStruct(bytes.subarray(at))
    const header = headerOf(struct)
    at += sizeBytes
    if (header.compressedBytes > bytes.length - at) throw new RangeError(`a page of ${header.compressedBytes} bytes is larger than its column`)
    const page = bytes.subarray(at, at + header.compressedBytes)
    at += header.compressedBytes
    if (header.crc !== undefined && crc32(page) !== header.crc >>> 0) throw new RangeError('the checksum of a page is not that of its bytes')
    values += header.type === dataPage || header.type === dataPageV2 ? header.values : 0
    if (values > limits.rowGroupValuesMax) throw new RangeError(`a column of a row group has more than rowGroupValuesMax, ${limits.rowGroupValuesMax} values`)
    const part = header.type === dataPageV2 ? pageV2(page, header, shape) : pageV1(page, header, shape)
    if (part !== undefined) plain.push(part)
  }
  if (shape.maxRepetition === 0 ? values !== shape.rows : values < shape.rows) throw new RangeError(`a column has ${values} values where its row group has ${shape.rows} rows`)
  return plain
}

interface PageHeader {
  readonly type: number
  readonly plainBytes: number
  readonly compressedBytes: number
  readonly crc: number | undefined
  readonly values: number
  readonly encoding: number
  /** Version 2: what the levels take, and whether the values are compressed. */
  readonly definitionBytes: number
  readonly repetitionBytes: number
  readonly isCompressed: boolean
}

function headerOf(header: ThriftStruct): PageHeader {
  const type = header.get(1)
  if (type === indexPage || typeof type !== 'number' || type > dataPageV2) throw new RangeError('a page is of a type that is not known')
  const details = header.get(type === dataPage ? 5 : type === dictionaryPage ? 7 : 8)
  if (!types.isMap(details)) throw new RangeError('a page has no header of its type')
  const own = details as ThriftStruct
  const crc = header.get(4)
  const isV2 = type === dataPageV2
  return {
    type, crc: typeof crc === 'number' ? crc : undefined,
    plainBytes: sizeOf(header.get(2)), compressedBytes: sizeOf(header.get(3)), values: sizeOf(own.get(1)),
    encoding: sizeOf(own.get(isV2 ? 4 : 2)), definitionBytes: isV2 ? sizeOf(own.get(5)) : 0, repetitionBytes: isV2 ? sizeOf(own.get(6)) : 0,
    isCompressed: own.get(7) !== false,
  }
}

function sizeOf(value: ThriftValue | undefined): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new RangeError('a page has a size that cannot be')
}

function decompressed(bytes: Uint8Array, plainBytes: number, codec: string): Uint8Array {
  if (codec === 'UNCOMPRESSED') {
    if (bytes.length !== plainBytes) throw new RangeError(`a page of ${bytes.length} bytes says that it has ${plainBytes}`)
    return bytes
  }
  const decompress = decompressors[codec]
  if (decompress === undefined) throw new RangeError(`it is compressed with ${codec}, which is not known`)
  const plain = plainBytes === 0 ? new Uint8Array(0) : decompress(bytes, plainBytes)
  if (plain.length !== plainBytes) throw new RangeError(`a page says that it has ${plainBytes} bytes when decompressed, and has ${plain.length}`)
  return plain
}

const widthOf = (most: number): number => 32 - Math.clz32(most)
const isDictionary = (encoding: number): boolean => encoding === plainDictionary || encoding === rleDictionary
const bufferOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

function pageV1(page: Buffer, { type, plainBytes, values, encoding }: PageHeader, shape: ColumnShape): Uint8Array {
  const plain = decompressed(page, plainBytes, shape.codec)
  if (type === dictionaryPage) return plain
  const bytes = bufferOf(plain)
  let at = 0
  for (const most of [shape.maxRepetition, shape.maxDefinition]) {
    if (most === 0) continue
    const length = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : bytes.length
    if (length > bytes.length - at - 4) throw new RangeError('the levels of a page are longer than the page')
    checkRuns(bytes.subarray(at + 4, at + 4 + length), widthOf(most), values, true)
    at += 4 + length
  }
  checkIndices(bytes.subarray(at), encoding, shape, values)
  return plain
}

/** The values of a page of version 2, where they are compressed: the levels before them are not. */
function pageV2(page: Buffer, header: PageHeader, shape: ColumnShape): Uint8Array | undefined {
  const { repetitionBytes, definitionBytes, plainBytes, values, encoding, isCompressed } = header
  const levels = repetitionBytes + definitionBytes
  if (levels > page.length || levels > plainBytes) throw new RangeError('the levels of a page are longer than the page')
  if (shape.maxRepetition > 0) checkRuns(page.subarray(0, repetitionBytes), widthOf(shape.maxRepetition), values, true)
  if (shape.maxDefinition > 0) checkRuns(page.subarray(repetitionBytes, levels), widthOf(shape.maxDefinition), values, true)
  const plain = isCompressed ? decompressed(page.subarray(levels), plainBytes - levels, shape.codec) : undefined
  checkIndices(plain === undefined ? page.subarray(levels) : bufferOf(plain), encoding, shape, values)
  return plain
}

function checkIndices(bytes: Buffer, encoding: number, { type }: ColumnShape, values: number): void {
  // One byte a page says how wide indices are; booleans in runs have their length before them.
  if (isDictionary(encoding) && bytes.length > 0) {
    if (bytes[0]! > 32) throw new RangeError(`the indices of a page cannot be ${bytes[0]} bits wide`)
    checkRuns(bytes.subarray(1), bytes[0]!, values, false)
  } else if (encoding === rle && type === 'BOOLEAN') {
    checkRuns(bytes.subarray(4), 1, values, false)
  }
}

/** Goes over the runs of `values` numbers without making them. Levels must all be there; of other values nulls are left out. */
function checkRuns(bytes: Buffer, width: number, values: number, isWhole: boolean): void {
  let at = 0
  let seen = 0
  while (seen < values && at < bytes.length) {
    let header = 0
    for (let scale = 1; ; scale *= 128) {
      if (at >= bytes.length || scale > 128 ** 4) throw new RangeError('a run of a page has no length that can be')
      const byte = bytes[at++]!
      header += (byte & 0x7F) * scale
      if (byte < 0x80) break
    }
    const isPacked = header % 2 === 1
    const count = isPacked ? (header - 1) / 2 * 8 : header / 2
    if (count > values - seen + slackValues) throw new RangeError(`a run of a page has ${count} values, and ${values - seen} are left`)
    // The last packed run of a page may be cut where its values end.
    at += isPacked ? Math.ceil(count * width / 8) : Math.ceil(width / 8)
    if (!isPacked && at > bytes.length) throw new RangeError('a run of a page is not whole')
    seen += count
  }
  if (isWhole && seen < values) throw new RangeError(`a page has ${seen} levels for ${values} values`)
}
