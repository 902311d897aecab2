/** Files read by a function of the user's: one partition a file. */
import { readTextChunks } from '../../codec/gzip'
import { allFiles } from '../../disk/files'
import { describe } from '../../rdd/arguments'
import type { SparkContext } from '../../rdd/context/spark-context'
import { defineSource, type Input } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'
import type { FileContent, FileReader } from './options'

interface ReadWith { readonly files: readonly string[], readonly f: FileReader<any> }

export const readWithNode = defineSource<ReadWith>('readWith', {
  partitionCount: ({ files }) => files.length,
  read: async ({ files, f }, partition): Promise<Input> => {
    const file = files[partition]!
    const elements: any = await f(file, contentOf(file))
    if (typeof elements === 'object' && elements !== null) {
      // An array, for a partition may be read more than once, which a generator cannot be.
      if (typeof elements[Symbol.iterator] === 'function') return { kind: 'array', values: Array.from(elements) }
      if (typeof elements[Symbol.asyncIterator] === 'function') return { kind: 'async', values: elements }
    }
    throw new TypeError('the reader given to fileStream must return an iterable or an async iterable, it returned'
      + ` ${describe(elements)}`)
  },
})

export function readWithRdd<T>(context: SparkContext, files: readonly string[], reader: FileReader<T>): RDD<T> {
  return new RDD<T>(context, { definition: readWithNode, parents: [], args: { files, f: reader } })
}

function contentOf(file: string): FileContent {
  const chunks = (): AsyncIterable<Uint8Array> => readTextChunks(allFiles, file)
  return {
    chunks,
    async bytes() {
      const all: Uint8Array[] = []
      for await (const chunk of chunks()) all.push(chunk)
      return Buffer.concat(all)
    },
  }
}
