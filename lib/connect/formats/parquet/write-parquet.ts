/** Writes one Parquet file: rows gather as columns, and a row group is encoded when there are enough of them. */
import { IllegalArgumentError } from '../../../base/errors'
import { limits } from '../../../base/limits'
import type { AppendHandle } from '../../../disk/disk'
import { describe } from '../../../rdd/arguments'
import { pullPieces } from '../../../rdd/saving/pull'
import type { TaskContext } from '../../../rdd/task-context'
import type { Field } from '../data-types'
import { compressorsFor, type ParquetCodec } from './codecs'
import { isStruct } from './infer'
import { hyparquetWriter } from './packages'
import { schemaElements } from './schema'
import { rowConversion } from './to-parquet'

export interface ParquetLayout {
  readonly fields: readonly Field[]
  readonly codec: ParquetCodec
  readonly rowGroupSize: number
}

export async function writeParquet(handle: AppendHandle, rows: Iterable<unknown>, task: TaskContext, { fields, codec, rowGroupSize }: ParquetLayout): Promise<void> {
  const { ByteWriter, ParquetWriter } = hyparquetWriter()
  const compressors = await compressorsFor(codec)
  const bytes = new ByteWriter()
  const writer = new ParquetWriter({ writer: bytes, schema: schemaElements(fields), codec: codec.toUpperCase(), compressors, createdBy: 'millrace' })
  const convert = rowConversion(fields)
  let columns = fields.map((): unknown[] => [])
  let count = 0
  let heldBytes = 0
  const flush = async (): Promise<void> => {
    if (count > 0) writer.write({ columnData: fields.map(({ name }, i) => ({ name, data: columns[i]! })), rowGroupSize: count })
    columns = fields.map(() => [])
    count = heldBytes = 0
    await append()
  }
  const append = async (): Promise<void> => {
    const ready = bytes.getBytes().slice()
    bytes.index = 0
    if (ready.length > 0) await handle.append(ready)
  }
  await pullPieces(task, rows, row => {
    const values = converted(convert, row)
    for (let i = 0; i < values.length; i++) {
      columns[i]!.push(values[i])
      heldBytes += sizeOf(values[i])
    }
    return ++count >= rowGroupSize || heldBytes >= limits.rowGroupBytesMax
  }, flush)
  writer.finish()
  await append()
}

function converted(convert: (row: Record<string, unknown>) => unknown[], row: unknown): unknown[] {
  try {
    if (!isStruct(row)) throw new TypeError(`${describe(row)} is no object with columns`)
    return convert(row)
  } catch (error) {
    throw new IllegalArgumentError(`an element cannot be written as Parquet: ${(error as Error).message}`, {
      cause: error, hint: "Say what the columns are: { schema: { id: 'bigint', tags: 'array<string>' } }, or map the elements first.",
    })
  }
}

/** About how much memory a value takes. */
function sizeOf(value: unknown): number {
  switch (typeof value) {
    case 'string': return value.length
    case 'object': return value === null ? 1 : ArrayBuffer.isView(value) ? value.byteLength
      : Array.isArray(value) ? value.reduce<number>((sum, item) => sum + sizeOf(item), 8) : Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item), 8)
    default: return 8
  }
}
