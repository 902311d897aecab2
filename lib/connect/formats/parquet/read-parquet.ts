/**
 * The rows of the row groups of a file that belong to a byte range: those whose middle lies in it, as in Hadoop and Spark, so
 * that every row group is in exactly one range. A row group is decoded column by column, and given out in chunks of rows.
 */
import { MillraceError } from '../../../base/errors'
import type { ReadHandle } from '../../../disk/disk'
import { allFiles } from '../../../disk/files'
import { describe } from '../../../rdd/arguments'
import type { Split } from '../../../rdd/sources/splits'
import { damaged } from '../modes'
import { fromParquet, parsers, withoutConversions, type Numbers } from './from-parquet'
import { hyparquet, type AsyncBuffer, type ColumnChunk, type FileMetaData, type ReadOptions, type RowGroup, type SchemaTree } from './packages'
import { checkedPages } from './pages'

const chunkRows = 1_000
const footerBytes = 64 * 1024
const magicBytes = 12

/** What tasks need of the options. */
export interface ParquetRules { readonly columns: readonly string[] | undefined, readonly numbers: Numbers }

export async function* readParquet({ path, from, until, isLast }: Split, rules: ParquetRules): AsyncGenerator<unknown[], void> {
  const handle = await allFiles.openRead(path)
  try {
    const file = await fileOf(handle, path)
    const metadata = await metadataOf(file, path)
    const tree = hyparquet().parquetSchema(metadata)
    const columns = columnsOf(tree, rules.columns, path)
    const readable = withoutConversions(metadata)
    let rowStart = 0
    for (const [index, group] of metadata.row_groups.entries()) {
      const rowEnd = rowStart + Number(group.num_rows)
      const middle = middleOf(group)
      if (middle >= from && (isLast || middle < until)) {
        const values = await readGroup(file, { path, readable, tree, group, index, rowStart, rowEnd, names: rules.columns })
        yield* rowsOf(columns, values, { path, index, group, rows: rowEnd - rowStart }, rules.numbers)
      }
      rowStart = rowEnd
    }
  } finally { await handle.close() }
}

async function fileOf(handle: ReadHandle, path: string): Promise<AsyncBuffer> {
  const byteLength = await handle.size()
  if (byteLength < magicBytes) throw damaged(`this is no Parquet file: it has ${byteLength} bytes`, { path, offset: 0 })
  return {
    byteLength,
    async slice(start, end = byteLength) {
      if (!(start >= 0 && end >= start && end <= byteLength)) throw new RangeError(`bytes ${start} to ${end} of ${byteLength} are asked for`)
      const bytes = await handle.read(start, end - start)
      if (bytes.length < end - start) throw new RangeError(`the file ends at byte ${start + bytes.length}, while it is read`)
      const { buffer, byteOffset, byteLength: size } = bytes
      return (byteOffset === 0 && buffer.byteLength === size ? buffer : buffer.slice(byteOffset, byteOffset + size)) as ArrayBuffer
    },
  }
}

async function metadataOf(file: AsyncBuffer, path: string): Promise<FileMetaData> {
  const place = { path, offset: file.byteLength - 8 }
  const tail = Buffer.from(await file.slice(file.byteLength - 8))
  if (tail.toString('latin1', 4) === 'PARE') throw damaged('its footer is encrypted, which cannot be read', place)
  if (tail.toString('latin1', 4) !== 'PAR1') throw damaged('this is no Parquet file: it does not end with PAR1', place, { hint: 'Was it written to its end?' })
  const length = tail.readUInt32LE(0)
  if (length > file.byteLength - magicBytes) throw damaged(`the footer of ${length} bytes is larger than the file`, place)
  try {
    const metadata = await hyparquet().parquetMetadataAsync(file, { initialFetchSize: footerBytes, geoparquet: false })
    requireSound(metadata, file.byteLength)
    return metadata
  } catch (error) { throw unreadable('the footer cannot be read', error, { path, offset: file.byteLength - 8 - length }) }
}

/**
 * What the reader takes for granted. A column that it cannot place in the schema would end the process: nobody waits for what
 * becomes of it.
 */
function requireSound(metadata: FileMetaData, sizeBytes: number): void {
  const { schema, row_groups, num_rows } = metadata
  const parts = schema.reduce((sum, { num_children = 0 }) => sum + num_children, 1)
  if (parts !== schema.length || schema.some(({ name, num_children = 0 }) => typeof name !== 'string' || num_children < 0)) throw new RangeError('its schema is not whole')
  const leaves = leafPaths(hyparquet().parquetSchema(metadata), [])
  let rows = 0n
  for (const { columns, num_rows: count } of row_groups) {
    if (columns.length !== leaves.length || typeof count !== 'bigint' || count < 0n) throw new RangeError('a row group has not the columns of the schema')
    columns.forEach((column, i) => requireColumn(column, leaves[i]!, sizeBytes))
    rows += count
  }
  if (rows !== num_rows || rows > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('its rows are not those of its row groups')
}

function requireColumn({ meta_data: column, file_path }: ColumnChunk, path: string, sizeBytes: number): void {
  if (column === undefined || file_path !== undefined) throw new RangeError('a column is in another file, which cannot be read')
  if (column.path_in_schema.join('\0') !== path) throw new RangeError('a row group has not the columns of the schema')
  const start = chunkStart({ meta_data: column })
  if (!(start >= 0 && column.total_compressed_size >= 0n && start + Number(column.total_compressed_size) <= sizeBytes)) throw new RangeError('a column lies outside the file')
}

function leafPaths({ children }: SchemaTree, path: readonly string[]): string[] {
  return children.flatMap(child => {
    const at = [...path, child.element.name]
    return child.children.length === 0 ? [at.join('\0')] : leafPaths(child, at)
  })
}

const startOf = ({ columns }: RowGroup): number => Math.min(...columns.map(chunkStart))

/** Where the pages of a column begin. Some writers say that its dictionary is at 0 where there is none. */
function chunkStart({ meta_data }: ColumnChunk): number {
  const { data_page_offset, dictionary_page_offset = data_page_offset } = meta_data!
  return Number(dictionary_page_offset > 0n && dictionary_page_offset < data_page_offset ? dictionary_page_offset : data_page_offset)
}

function middleOf(group: RowGroup): number {
  const sizeBytes = group.columns.reduce((sum, { meta_data }) => sum + Number(meta_data!.total_compressed_size), 0)
  return startOf(group) + Math.floor(sizeBytes / 2)
}

function columnsOf(tree: SchemaTree, wanted: readonly string[] | undefined, path: string): readonly SchemaTree[] {
  if (wanted === undefined) return tree.children
  return wanted.map(name => tree.children.find(({ element }) => element.name === name) ?? missing(name, tree, path))
}

function missing(name: string, { children }: SchemaTree, path: string): never {
  const names = children.map(({ element }) => element.name)
  throw new MillraceError('MR_INPUT_DAMAGED', `${path} has no column ${describe(name)}`, { hint: `It has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}.` })
}

interface Group {
  readonly path: string
  readonly readable: FileMetaData
  readonly tree: SchemaTree
  readonly group: RowGroup
  readonly index: number
  readonly rowStart: number
  readonly rowEnd: number
  readonly names: readonly string[] | undefined
}

/** The values of each column of a row group, in pieces. */
async function readGroup(file: AsyncBuffer, group: Group): Promise<Map<string, ArrayLike<unknown>[]>> {
  const { path, index, rowStart, rowEnd, names } = group
  const pieces = new Map<string, { readonly rowStart: number, readonly values: ArrayLike<unknown> }[]>()
  try {
    if (rowEnd > rowStart) {
      const checked = await checkedGroup(file, group)
      await hyparquet().parquetRead({
        ...checked, rowStart, rowEnd, ...names === undefined ? {} : { columns: [...names] }, parsers, utf8: false,
        onChunk: ({ columnName, columnData, rowStart: start }) => {
          const known = pieces.get(columnName) ?? []
          known.push({ rowStart: start, values: columnData })
          pieces.set(columnName, known)
        },
      })
    }
  } catch (error) { throw unreadable(`row group ${index} cannot be read`, error, { path, offset: startOf(group.group) }) }
  return new Map([...pieces].map(([name, parts]) => [name, parts.sort((a, b) => a.rowStart - b.rowStart).map(({ values }) => values)]))
}

/**
 * A row group whose pages are known to be sound: a file that has its bytes, metadata in which each column has a codec of its
 * own, and these codecs, which give out one page after another, decompressed already.
 */
async function checkedGroup(file: AsyncBuffer, { readable, tree, group, rowStart, rowEnd, names }: Group): Promise<Pick<ReadOptions, 'file' | 'metadata' | 'compressors'>> {
  const leaves = leavesOf(tree, 0, 0)
  const parts: { readonly start: number, readonly bytes: Buffer }[] = []
  const compressors: Record<string, () => Uint8Array> = {}
  const columns: ColumnChunk[] = []
  for (const [i, column] of group.columns.entries()) {
    const { codec, path_in_schema } = column.meta_data!
    columns.push({ ...column, meta_data: { ...column.meta_data!, codec: `page of ${i}` } })
    if (names !== undefined && !names.includes(path_in_schema[0]!)) continue
    const start = chunkStart(column)
    const bytes = Buffer.from(await file.slice(start, start + Number(column.meta_data!.total_compressed_size)))
    const pages = checkedPages(bytes, { codec, rows: rowEnd - rowStart, ...leaves[i]! })
    let next = 0
    compressors[`page of ${i}`] = () => pages[next++]!
    parts.push({ start, bytes })
  }
  const held: AsyncBuffer = {
    byteLength: file.byteLength,
    slice(start, end = file.byteLength) {
      const all = Buffer.from(new ArrayBuffer(end - start))
      for (const { start: from, bytes } of parts) {
        const [first, last] = [Math.max(start, from), Math.min(end, from + bytes.length)]
        if (first < last) bytes.copy(all, first - start, first - from, last - from)
      }
      return all.buffer as ArrayBuffer
    },
  }
  const metadata = { ...readable, row_groups: readable.row_groups.map(each => each === group ? { ...group, columns } : each) }
  return { file: held, metadata, compressors }
}

interface Leaf { readonly type: string, readonly maxDefinition: number, readonly maxRepetition: number }

function leavesOf({ children }: SchemaTree, definition: number, repetition: number): Leaf[] {
  return children.flatMap(child => {
    const { repetition_type, type = '' } = child.element
    const maxDefinition = definition + (repetition_type === 'REQUIRED' ? 0 : 1)
    const maxRepetition = repetition + (repetition_type === 'REPEATED' ? 1 : 0)
    return child.children.length === 0 ? [{ type, maxDefinition, maxRepetition }] : leavesOf(child, maxDefinition, maxRepetition)
  })
}

interface Rows { readonly path: string, readonly index: number, readonly group: RowGroup, readonly rows: number }

type ColumnValues = ReadonlyMap<string, readonly ArrayLike<unknown>[]>

function* rowsOf(columns: readonly SchemaTree[], values: ColumnValues, { path, index, group, rows }: Rows, numbers: Numbers): Generator<unknown[], void> {
  const names = columns.map(({ element }) => element.name)
  const cursors = columns.map(column => new ColumnCursor(values.get(column.element.name) ?? [], fromParquet(column, numbers)))
  const short = names.find((_, i) => cursors[i]!.count !== rows)
  if (short !== undefined) throw damaged(`row group ${index} cannot be read: the column ${describe(short)} has not its ${rows} rows`, { path, offset: startOf(group) })
  const isPlain = !names.includes('__proto__')
  for (let from = 0; from < rows; from += chunkRows) {
    const chunk: unknown[] = []
    try {
      for (let i = from; i < Math.min(rows, from + chunkRows); i++) {
        if (!isPlain) {
          chunk.push(Object.fromEntries(names.map((name, at) => [name, cursors[at]!.next()])))
          continue
        }
        const row: Record<string, unknown> = {}
        for (let at = 0; at < names.length; at++) row[names[at]!] = cursors[at]!.next()
        chunk.push(row)
      }
    } catch (error) { throw unreadable(`row group ${index} cannot be read`, error, { path, offset: startOf(group) }) }
    yield chunk
  }
}

/** Goes over a column that comes in pieces. */
class ColumnCursor {
  readonly count: number
  private piece = 0
  private at = 0

  constructor(private readonly pieces: readonly ArrayLike<unknown>[], private readonly convert: ((value: unknown) => unknown) | undefined) {
    this.count = pieces.reduce((sum, { length }) => sum + length, 0)
  }

  next(): unknown {
    while (this.at >= this.pieces[this.piece]!.length) {
      this.piece++
      this.at = 0
    }
    const value = this.pieces[this.piece]![this.at++]
    return value === undefined || value === null ? null : this.convert === undefined ? value : this.convert(value)
  }
}

function unreadable(what: string, error: unknown, place: { readonly path: string, readonly offset: number }): Error {
  if (MillraceError.is(error) && error.code !== 'MR_LIMIT') return error
  return damaged(`${what}: ${(error as Error).message}`, place, { cause: error })
}
