/**
 * The packages that read and write Parquet: optional peers, loaded when first used. They are ES modules, which Node's own
 * require loads from 20.19 on; that of a test environment may not, so Node itself is asked for one. What is used of them is
 * declared here, so that nobody needs their types.
 */
import { optionalPackage } from '../../support/optional-package'

/** A part of a file's schema: hyparquet's words for Parquet's. */
export interface SchemaElement {
  readonly name: string
  readonly type?: 'BOOLEAN' | 'INT32' | 'INT64' | 'INT96' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY'
  readonly type_length?: number
  readonly repetition_type?: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'
  readonly num_children?: number
  readonly converted_type?: string
  readonly scale?: number
  readonly precision?: number
  readonly logical_type?: { readonly type: string, readonly [detail: string]: unknown }
}

export interface SchemaTree {
  readonly element: SchemaElement
  readonly children: readonly SchemaTree[]
}

interface ColumnMetadata {
  readonly path_in_schema: readonly string[]
  readonly codec: string
  readonly num_values: bigint
  readonly total_compressed_size: bigint
  readonly total_uncompressed_size: bigint
  readonly data_page_offset: bigint
  readonly dictionary_page_offset?: bigint
}

export interface ColumnChunk {
  readonly meta_data?: ColumnMetadata
  /** Where the column is, when it is in another file. */
  readonly file_path?: string
}

export interface RowGroup {
  readonly columns: readonly ColumnChunk[]
  readonly num_rows: bigint
}

export interface FileMetaData {
  readonly schema: readonly SchemaElement[]
  readonly row_groups: readonly RowGroup[]
  readonly num_rows: bigint
}

/** A file as hyparquet reads it. */
export interface AsyncBuffer {
  readonly byteLength: number
  slice(start: number, end?: number): ArrayBuffer | Promise<ArrayBuffer>
}

export type Decompress = (bytes: Uint8Array, outputBytes: number) => Uint8Array

export interface ReadOptions {
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
  readonly columns?: string[]
  readonly rowStart: number
  readonly rowEnd: number
  readonly compressors: Readonly<Record<string, Decompress>>
  readonly parsers: Readonly<Record<string, (value: any) => unknown>>
  readonly utf8: boolean
  readonly onChunk: (chunk: { readonly columnName: string, readonly columnData: ArrayLike<unknown>, readonly rowStart: number }) => void
}

interface Hyparquet {
  parquetMetadataAsync(file: AsyncBuffer, options: { readonly initialFetchSize: number, readonly geoparquet: boolean }): Promise<FileMetaData>
  parquetSchema(metadata: FileMetaData): SchemaTree
  parquetRead(options: ReadOptions): Promise<void>
  snappyUncompress(input: Uint8Array, output: Uint8Array): void
}

/** Where a file's bytes gather. */
export interface ByteWriter {
  /** How many bytes of `getBytes` count; set to 0 when they were taken. */
  index: number
  getBytes(): Uint8Array
}

export interface ParquetWriter {
  write(data: { readonly columnData: readonly { readonly name: string, readonly data: readonly unknown[] }[], readonly rowGroupSize: number }): void
  finish(): void
}

interface HyparquetWriter {
  ByteWriter: new () => ByteWriter
  ParquetWriter: new (options: {
    readonly writer: ByteWriter, readonly schema: readonly SchemaElement[], readonly codec: string,
    readonly compressors: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>>, readonly createdBy: string,
  }) => ParquetWriter
}

interface HyparquetCompressors { readonly compressors: Readonly<Record<string, Decompress>> }

const modules = process.getBuiltinModule('node:module')
const requireModule = modules.createRequire(__filename)

export function hyparquet(): Hyparquet { return optionalPackage('hyparquet', 'Reading Parquet', () => requireModule('hyparquet') as Hyparquet) }

export function hyparquetWriter(): HyparquetWriter {
  return optionalPackage('hyparquet-writer', 'Writing Parquet', () => requireModule('hyparquet-writer') as HyparquetWriter)
}

/** Decompresses what Node itself does not: zstd, LZ4, and Snappy faster than hyparquet's own way. */
export function hyparquetCompressors(what: string): HyparquetCompressors {
  return optionalPackage('hyparquet-compressors', what, () => requireModule('hyparquet-compressors') as HyparquetCompressors)
}
