/** What receivers hand over: a run of elements, or text that nobody has decoded yet. And the RDD of a batch's blocks. */
import { decodeLines } from '../../codec/text'
import { SparkContext } from '../../rdd/context/spark-context'
import { defineSource, type Input } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'

export type Block =
  | { readonly kind: 'values', readonly values: readonly unknown[], readonly records: number, readonly bytes: number }
  /** UTF-8 that ends with a line end. */
  | { readonly kind: 'text', readonly text: Uint8Array, readonly records: number, readonly bytes: number }

export const receivedBlocksNode = defineSource<{ readonly blocks: readonly Block[] }>('receivedBlocks', {
  partitionCount: ({ blocks }) => blocks.length,
  read: ({ blocks }, partition): Input => {
    const block = blocks[partition]!
    return block.kind === 'text' ? { kind: 'text', values: [block.text] } : { kind: 'array', values: block.values }
  },
})

/** One partition a block, in the order in which they were received. */
export function blocksRdd<T>(context: SparkContext, blocks: readonly Block[]): RDD<T> {
  return new RDD<T>(context, { definition: receivedBlocksNode, parents: [], args: { blocks } })
}

export function valuesOf(block: Block): readonly unknown[] {
  return block.kind === 'text' ? decodeLines(block.text) : block.values
}
