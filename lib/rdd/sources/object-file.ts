/** objectFile: what saveAsObjectFile wrote, one partition a file. */
import { readFrames } from '../../codec/frames'
import { realDisk } from '../../disk/real-disk'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import type { RDD } from '../rdd'
import { decodeChunk } from '../saving/chunks'
import { InputFiles, requirePath } from './input-files'
import { lazySource } from './lazy-source'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * The elements that `saveAsObjectFile` wrote to `path` (a folder, files with commas between, globs). Damaged files
     * fail the job with file and offset. Counterpart: SparkContext.objectFile.
     */
    objectFile<T>(path: string, minPartitions?: number): RDD<T>
  }
}

export const objectFileNode = defineSource<{ readonly input: InputFiles }>('objectFile', {
  partitionCount: ({ input }) => input.files.length,
  read: ({ input }, partition) => ({ kind: 'asyncChunks', values: readObjects(input.files[partition]!.path) }),
})

/** The records of a framed file, chunk by chunk. */
export async function* readObjects(path: string): AsyncGenerator<unknown[], void> {
  for await (const frame of readFrames(realDisk, path)) yield decodeChunk(frame)
}

SparkContext.prototype.objectFile = function <T>(this: SparkContext, path: string): RDD<T> {
  const input = new InputFiles(requirePath('objectFile', path))
  return lazySource<T>(this, objectFileNode, { input }, input).setName(path)
}
