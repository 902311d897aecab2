/** textFile: the lines of text files. They stay bytes until a task decodes them. */
import { isGzipPath } from '../../codec/gzip'
import { requireInteger } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import type { RDD } from '../rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from './input-files'
import { decompressLines, readLineBlocks } from './read-lines'
import { splitFiles, type Split } from './splits'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * The lines of a text file, of the files of a folder, or of several with commas between and globs
     * (`logs/2024-*,more/*.gz`). UTF-8; a line ends at LF or CRLF; `.gz` is decompressed. Partitions are byte
     * ranges, at least `minPartitions` where the files allow; a compressed file is one. Files are looked for
     * before the first job, which fails with "Input path does not exist" when there are none. Counterpart:
     * SparkContext.textFile.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'lines')
     * await sc.parallelize(['to be', 'or not'], 1).saveAsTextFile('lines')
     * console.log(await sc.textFile('lines').collect()) // [ 'to be', 'or not' ]
     * await sc.stop()
     * ```
     */
    textFile(path: string, minPartitions?: number): RDD<string>
  }
}

interface TextFile extends FileArguments<Split> { readonly minPartitions: number }

const cut = (files: Parameters<typeof splitFiles>[0], { minPartitions }: TextFile): Split[] =>
  splitFiles(files, { minPartitions, isWhole: isGzipPath })

export const textFileNode = defineSource<TextFile>('textFile', {
  partitionCount: args => cutsOf(args, cut).length,
  read: async (args, partition) => {
    const split = cutsOf(args, cut)[partition]!
    if (isGzipPath(split.path)) return { kind: 'asyncChunks', values: decompressLines(split.path) }
    return { kind: 'text', values: await readLineBlocks(split) }
  },
})

SparkContext.prototype.textFile = function (
  this: SparkContext, path: string, minPartitions = this.defaultMinPartitions,
): RDD<string> {
  requireInteger('textFile', minPartitions, 1, 'minPartitions')
  const args: TextFile = { pattern: requirePath('textFile', path), minPartitions, cuts: undefined }
  return fileSource(this, textFileNode, args, cut)
}

/** Internal: the lines of these files, whatever their names hold. For file streams. */
export function textFilesRdd(
  context: SparkContext, files: readonly string[], minPartitions = 1,
): RDD<string> {
  const args: TextFile = { pattern: files, minPartitions, cuts: undefined }
  return fileSource(context, textFileNode, args, cut)
}
