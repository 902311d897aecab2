/** wholeTextFiles and binaryFiles: each file as one element, with its path. */
import { readTextChunks } from '../../codec/gzip'
import type { FoundFile } from '../../disk/glob'
import { allFiles } from '../../disk/files'
import { requireInteger } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import type { RDD } from '../rdd'
import { cutsOf, fileSource, requirePath, type FileArguments } from './input-files'
import { groupFiles } from './splits'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * Pairs of a file's absolute path and its whole text (UTF-8, `.gz` decompressed), for many small files;
     * paths as for `textFile`. Neighbouring files share a partition, about `minPartitions` of them.
     * Counterpart: SparkContext.wholeTextFiles.
     */
    wholeTextFiles(path: string, minPartitions?: number): RDD<[path: string, text: string]>
    /** Pairs of a file's absolute path and its bytes, as they are. Counterpart: SparkContext.binaryFiles. */
    binaryFiles(path: string, minPartitions?: number): RDD<[path: string, bytes: Uint8Array]>
  }
}

interface WholeFiles extends FileArguments<readonly FoundFile[]> { readonly minPartitions: number }

type Group = readonly FoundFile[]

const cut = (files: readonly FoundFile[], { minPartitions }: WholeFiles): readonly Group[] => (
  groupFiles(files, minPartitions)
)

export const wholeTextFilesNode = defineSource<WholeFiles>('wholeTextFiles', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({ kind: 'async', values: each(cutsOf(args, cut)[partition]!, readText) }),
})

export const binaryFilesNode = defineSource<WholeFiles>('binaryFiles', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({ kind: 'async', values: each(cutsOf(args, cut)[partition]!, readBytes) }),
})

async function* each<T>(
  files: readonly FoundFile[], read: (path: string) => Promise<T>,
): AsyncGenerator<[string, T], void> {
  for (const { path } of files) yield [path, await read(path)]
}

/** Bytes without Node's own class around them, which would not survive a journey to another thread. */
async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await allFiles.readFile(path)
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}

async function readText(path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of readTextChunks(allFiles, path)) chunks.push(chunk)
  return new TextDecoder().decode(Buffer.concat(chunks))
}

SparkContext.prototype.wholeTextFiles = function (
  this: SparkContext, path: string, minPartitions = this.defaultMinPartitions,
) {
  return fileSource<[string, string], readonly FoundFile[], WholeFiles>(
    this, wholeTextFilesNode, argumentsOf('wholeTextFiles', path, minPartitions), cut)
}

SparkContext.prototype.binaryFiles = function (
  this: SparkContext, path: string, minPartitions = this.defaultMinPartitions,
) {
  return fileSource<[string, Uint8Array], readonly FoundFile[], WholeFiles>(
    this, binaryFilesNode, argumentsOf('binaryFiles', path, minPartitions), cut)
}

function argumentsOf(operator: string, path: string, minPartitions: number): WholeFiles {
  requireInteger(operator, minPartitions, 1, 'minPartitions')
  return { pattern: requirePath(operator, path), minPartitions, cuts: undefined }
}
