/**
 * Merging sorted runs, chunk by chunk: by an order, or by the hash of keys with equal keys combined. What is
 * equal keeps the order of its sources, so that a merge gives what a stable sort of all of them would give.
 * Memory: one chunk a source, and all cells of one hash.
 */
import { equalKeys, hashKey } from '../../base/keys'
import type { Cell } from '../../rdd/pairs/combining-map'

/** Elements in chunks; can be iterated more than once. */
export type Chunks = Iterable<readonly Cell[]>

const chunkLength = 1024

class Cursor {
  private readonly chunks: Iterator<readonly Cell[]>
  private chunk: readonly Cell[] = []
  private at = -1
  cell!: Cell
  hash = 0

  constructor(source: Chunks, readonly index: number, private readonly isHashed: boolean) {
    this.chunks = source[Symbol.iterator]()
  }

  /** Goes to the next cell; false at the end. */
  next(): boolean {
    while (++this.at >= this.chunk.length) {
      const next = this.chunks.next()
      if (next.done === true) return false
      this.chunk = next.value
      this.at = -1
    }
    this.cell = this.chunk[this.at]!
    if (this.isHashed) this.hash = hashKey(this.cell[0])
    return true
  }

  close(): void { this.chunks.return?.() }
}

/** A heap of cursors, the one with the least cell on top. */
class Merge {
  private readonly heap: Cursor[] = []
  private readonly cursors: Cursor[]

  constructor(
    sources: readonly Chunks[], private readonly compare: (a: Cursor, b: Cursor) => number, isHashed: boolean,
  ) {
    this.cursors = sources.map((source, index) => new Cursor(source, index, isHashed))
    for (const cursor of this.cursors) if (cursor.next()) this.heap.push(cursor)
    for (let at = (this.heap.length >>> 1) - 1; at >= 0; at--) this.sift(at)
  }

  get top(): Cursor | undefined { return this.heap[0] }

  /** Takes the least cell away. */
  advance(): void {
    if (!this.heap[0]!.next()) {
      const last = this.heap.pop()!
      if (this.heap.length === 0) return
      this.heap[0] = last
    }
    this.sift(0)
  }

  close(): void { for (const cursor of this.cursors) cursor.close() }

  private isBefore(a: Cursor, b: Cursor): boolean {
    const order = this.compare(a, b)
    return order < 0 || (order === 0 && a.index < b.index)
  }

  private sift(from: number): void {
    const { heap } = this
    const moving = heap[from]!
    let at = from
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && this.isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!this.isBefore(heap[child]!, moving)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = moving
  }
}

/** The elements of sources that are each sorted by `order`. */
export function mergeSorted(sources: readonly Chunks[], order: (a: any, b: any) => number): Chunks {
  return { [Symbol.iterator]: () => sorted(new Merge(sources, (a, b) => order(a.cell, b.cell), false)) }
}

function* sorted(merge: Merge): Generator<Cell[], void> {
  try {
    let chunk: Cell[] = []
    for (let { top } = merge; top !== undefined; { top } = merge) {
      chunk.push(top.cell)
      merge.advance()
      if (chunk.length < chunkLength) continue
      yield chunk
      chunk = []
    }
    if (chunk.length > 0) yield chunk
  } finally { merge.close() }
}

/** The cells of sources that are each sorted by `sortByHash`, one a key, sorted in the same way. */
export function mergeCells(sources: readonly Chunks[], mergeCombiners: (a: any, b: any) => unknown): Chunks {
  const open = (): Merge => new Merge(sources, (a, b) => a.hash - b.hash, true)
  return { [Symbol.iterator]: () => combined(open(), mergeCombiners) }
}

function* combined(merge: Merge, mergeCombiners: (a: any, b: any) => unknown): Generator<Cell[], void> {
  try {
    let chunk: Cell[] = []
    for (let { top } = merge; top !== undefined; { top } = merge) {
      const { hash } = top
      const first = chunk.length
      for (; top !== undefined && top.hash === hash; { top } = merge) {
        const { cell } = top
        const own = findKey(chunk, first, cell[0])
        if (own === undefined) chunk.push(cell)
        else own[1] = mergeCombiners(own[1], cell[1])
        merge.advance()
      }
      if (chunk.length < chunkLength) continue
      yield chunk
      chunk = []
    }
    if (chunk.length > 0) yield chunk
  } finally { merge.close() }
}

/** The cell of `key` among those from `first` on: nearly always there is none or one to look at. */
function findKey(cells: readonly Cell[], first: number, key: unknown): Cell | undefined {
  for (let i = first; i < cells.length; i++) if (equalKeys(cells[i]![0], key)) return cells[i]
  return undefined
}

/** Bits of an index next to a hash of 31 bits in a double's 53. */
const indexRange = 2 ** 22

/** The cells in the order of their keys' hashes; those of one hash keep their order. */
export function sortByHash(cells: readonly Cell[]): readonly Cell[] {
  if (cells.length > indexRange) {
    return cells.map(cell => ({ cell, hash: hashKey(cell[0]) }))
      .sort((a, b) => a.hash - b.hash).map(({ cell }) => cell)
  }
  const ranks = new Float64Array(cells.length)
  for (let i = 0; i < cells.length; i++) ranks[i] = hashKey(cells[i]![0]) * indexRange + i
  ranks.sort()
  return Array.from(ranks, rank => cells[rank % indexRange]!)
}
