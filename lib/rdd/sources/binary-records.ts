/** binaryRecords: flat files of records of one length. */
import { MillraceError } from '../../base/errors'
import type { FoundFile } from '../../disk/glob'
import { allFiles } from '../../disk/files'
import { requireInteger } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import type { RDD } from '../rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from './input-files'
import { splitFiles, type Split } from './splits'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * The records, `recordLength` bytes each, of flat binary files; paths as for `textFile`. A file whose
     * size is not a multiple of it fails the job with MR_INPUT_DAMAGED. Throws IllegalArgumentError when
     * `recordLength` is not a positive whole number. Counterpart: SparkContext.binaryRecords.
     */
    binaryRecords(path: string, recordLength: number): RDD<Uint8Array>
  }
}

interface BinaryRecords extends FileArguments<Split> { readonly recordLength: number }

const cut = (files: readonly FoundFile[], { recordLength }: BinaryRecords): Split[] =>
  splitFiles(files, { minPartitions: 1, recordBytes: recordLength })

export const binaryRecordsNode = defineSource<BinaryRecords>('binaryRecords', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({
    kind: 'asyncChunks', values: readRecords(cutsOf(args, cut)[partition]!, args.recordLength),
  }),
})

const pieceBytes = 1024 * 1024

async function* readRecords(
  { path, from, until }: Split, recordLength: number,
): AsyncGenerator<Uint8Array[], void> {
  const handle = await allFiles.openRead(path)
  const pieceLength = Math.max(1, Math.floor(pieceBytes / recordLength)) * recordLength
  try {
    for (let offset = from; offset < until; offset += pieceLength) {
      const wanted = Math.min(pieceLength, until - offset)
      const piece = await handle.read(offset, wanted)
      if (piece.length < wanted || wanted % recordLength !== 0) {
        throw notWhole(path, await handle.size(), recordLength)
      }
      const records: Uint8Array[] = []
      // Copies: a record that is kept must not keep its whole piece alive, and travels alone.
      for (let at = 0; at < piece.length; at += recordLength) records.push(piece.slice(at, at + recordLength))
      yield records
    }
  } finally { await handle.close() }
}

function notWhole(path: string, sizeBytes: number, recordLength: number): MillraceError {
  const message = `Byte array does not have correct length: ${path} has ${sizeBytes} bytes, `
    + `which is no multiple of the record length, ${recordLength}`
  return new MillraceError('MR_INPUT_DAMAGED', message, {
    hint: 'Is the record length right, and was the file written to its end?',
  })
}

SparkContext.prototype.binaryRecords = function (
  this: SparkContext, path: string, recordLength: number,
): RDD<Uint8Array> {
  requireInteger('binaryRecords', recordLength, 1, 'recordLength')
  const args: BinaryRecords = { pattern: requirePath('binaryRecords', path), recordLength, cuts: undefined }
  return fileSource(this, binaryRecordsNode, args, cut)
}

/** Internal: the records of these files, whatever their names hold. For file streams. */
export function binaryRecordsRdd(
  context: SparkContext, files: readonly string[], recordLength: number,
): RDD<Uint8Array> {
  const args: BinaryRecords = { pattern: files, recordLength, cuts: undefined }
  return fileSource(context, binaryRecordsNode, args, cut)
}
