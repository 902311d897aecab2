/**
 * What receivers hand over: elements, text or encoded elements that nobody has decoded yet; where there is a
 * log, the place of such a block in it. And the RDD of a batch's blocks.
 */
import { decodeLines } from '../../codec/text'
import { decodeValues } from '../../codec/values'
import { SparkContext } from '../../rdd/context/spark-context'
import { defineSource, type Input } from '../../rdd/plan'
import { RDD } from '../../rdd/rdd'

/**
 * A block as it is held in memory. `records` is undefined where nobody can know before a task decodes the
 * block.
 */
export type HeldBlock =
  | { readonly kind: 'values', readonly values: readonly unknown[], readonly records: number, readonly bytes: number }
  /** UTF-8 that ends with a line end. */
  | { readonly kind: 'text', readonly text: Uint8Array, readonly records: number, readonly bytes: number }
  /** What encodeValues of lib/codec made. */
  | { readonly kind: 'encoded', readonly encoded: Uint8Array, readonly records: undefined, readonly bytes: number }

/** A block that is in the log, and in memory only for as long as there is room. */
export interface LoggedBlock {
  readonly kind: 'logged'
  /** Its number in the log of its stream. */
  readonly sequence: number
  readonly of: HeldBlock['kind']
  readonly records: number | undefined
  readonly bytes: number
  memory: HeldBlock | undefined
  /** Reads it from the log, checked. */
  readonly read: () => Promise<HeldBlock>
}

export type Block = HeldBlock | LoggedBlock

export const receivedBlocksNode = defineSource<{ readonly blocks: readonly Block[] }>('receivedBlocks', {
  partitionCount: ({ blocks }) => blocks.length,
  ship: true,
  read: ({ blocks }, partition): Input | Promise<Input> => {
    const block = blocks[partition]!
    if (block.kind !== 'logged') return inputOf(block)
    return block.memory === undefined ? block.read().then(inputOf) : inputOf(block.memory)
  },
})

function inputOf(block: HeldBlock): Input {
  return block.kind === 'text' ? { kind: 'text', values: [block.text] } : { kind: 'array', values: valuesOf(block) }
}

/** One partition a block, in the order in which they were received. */
export function blocksRdd<T>(context: SparkContext, blocks: readonly Block[]): RDD<T> {
  return new RDD<T>(context, { definition: receivedBlocksNode, parents: [], args: { blocks } })
}

export function valuesOf(block: HeldBlock): readonly unknown[] {
  switch (block.kind) {
    case 'values': return block.values
    case 'text': return decodeLines(block.text)
    case 'encoded': return decodeValues(block.encoded)
  }
}
