/** One partition of a persisted RDD, in the form in which it is kept. */
import type { ScratchPosition } from '../../disk/scratch'
import type { Input } from '../../rdd/plan'
import { decodeChunk } from '../../rdd/saving/chunks'
import type { StorageLevel } from '../../rdd/storage-level'
import type { SpillFile } from './scratch-space'

export type BlockContent =
  | { readonly form: 'objects', readonly values: readonly unknown[] }
  | { readonly form: 'bytes', readonly chunks: readonly Uint8Array[] }
  | { readonly form: 'disk', readonly file: SpillFile, readonly positions: readonly ScratchPosition[] }

export interface BlockStatus {
  readonly rddId: number
  readonly partition: number
  /** Both are 0 for a block that was dropped. */
  readonly memoryBytes: number
  readonly diskBytes: number
}

export interface Block extends BlockStatus {
  readonly level: StorageLevel
  readonly content: BlockContent
}

export type BlockInput = Extract<Input, { kind: 'array' | 'chunks' }>

/** The elements of a block. Encoded ones are decoded anew each time, chunk by chunk. */
export function openContent(content: BlockContent): BlockInput {
  switch (content.form) {
    case 'objects': return { kind: 'array', values: content.values }
    case 'disk': return { kind: 'chunks', values: content.file.chunks(content.positions) }
    case 'bytes': {
      const { chunks } = content
      const decoded = { *[Symbol.iterator]() { for (const chunk of chunks) yield decodeChunk(chunk) } }
      return { kind: 'chunks', values: decoded }
    }
  }
}

export function lengthOf(positions: readonly ScratchPosition[]): number {
  return positions.reduce((sum, { length }) => sum + length, 0)
}
