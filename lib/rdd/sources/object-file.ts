/** objectFile: what saveAsObjectFile wrote, one partition a file. */
import { readFrames } from '../../codec/frames'
import type { FoundFile } from '../../disk/glob'
import { allFiles } from '../../disk/files'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import type { RDD } from '../rdd'
import { decodeChunk } from '../saving/chunks'
import { cutsOf, fileSource, requirePath, type FileArguments } from './input-files'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * The elements that `saveAsObjectFile` wrote to `path` (a folder, files with commas between, globs).
     * Damaged files fail the job with file and offset. Counterpart: SparkContext.objectFile.
     */
    objectFile<T>(path: string, minPartitions?: number): RDD<T>
  }
}

const cut = (files: readonly FoundFile[]): string[] => files.map(file => file.path)

export const objectFileNode = defineSource<FileArguments<string>>('objectFile', {
  partitionCount: args => cutsOf(args, cut).length,
  read: (args, partition) => ({ kind: 'asyncChunks', values: readObjects(cutsOf(args, cut)[partition]!) }),
})

/** The records of a framed file, chunk by chunk. */
export async function* readObjects(path: string): AsyncGenerator<unknown[], void> {
  for await (const frame of readFrames(allFiles, path)) yield decodeChunk(frame)
}

SparkContext.prototype.objectFile = function <T>(this: SparkContext, path: string): RDD<T> {
  const args: FileArguments<string> = { pattern: requirePath('objectFile', path), cuts: undefined }
  return fileSource(this, objectFileNode, args, cut)
}
