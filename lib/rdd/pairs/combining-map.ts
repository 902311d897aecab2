/**
 * Pairs combined by key, with keys compared by structure. The cells are the pairs that come out: the second
 * place of a cell changes in place while values arrive.
 */
import { IllegalArgumentError } from '../../base/errors'
import { checkKey, isPrimitiveKey } from '../../base/keys'
import { KeyMap } from '../../base/key-map'
import type { Aggregator } from '../plan'
import { describe } from '../arguments'

export type Cell = [key: unknown, combined: unknown]

export class CombiningMap {
  /** Cells of keys that a native Map compares rightly. Generated loops use it directly. */
  readonly simple = new Map<unknown, Cell>()
  private structured: KeyMap<unknown, Cell> | undefined

  constructor(
    private readonly aggregator: Pick<Aggregator, 'create' | 'mergeValue'>,
    private readonly operator = 'combineByKey',
  ) {}

  add(pair: unknown): void {
    requirePair(pair, this.operator)
    this.addValue(pair[0], pair[1])
  }

  addValue(key: unknown, value: unknown): void {
    const { create, mergeValue } = this.aggregator
    const cell = this.cell(key)
    if (cell === undefined) this.put(key, create(value))
    else cell[1] = mergeValue(cell[1], value)
  }

  /** Takes a cell over: it becomes part of this map, or is merged into the cell of its key. */
  addCell(cell: Cell, mergeCombiners: (a: any, b: any) => unknown): void {
    const own = this.cell(cell[0])
    if (own === undefined) this.putCell(cell)
    else own[1] = mergeCombiners(own[1], cell[1])
  }

  cell(key: unknown): Cell | undefined {
    return isPrimitiveKey(key) ? this.simple.get(key) : this.structured?.get(key)
  }

  private put(key: unknown, combined: unknown): void {
    if (!isPrimitiveKey(key)) checkKey(key, this.operator)
    this.putCell([key, combined])
  }

  private putCell(cell: Cell): void {
    if (isPrimitiveKey(cell[0])) this.simple.set(cell[0], cell)
    else (this.structured ??= new KeyMap()).set(cell[0], cell)
  }

  get size(): number { return this.simple.size + (this.structured?.size ?? 0) }

  clear(): void {
    this.simple.clear()
    this.structured = undefined
  }

  pairs(): Cell[] {
    const cells = Array.from(this.simple.values())
    if (this.structured !== undefined) for (const cell of this.structured.values()) cells.push(cell)
    return cells
  }
}

/** Pair operators work on arrays of two; anything else fails the task with a sentence that says so. */
export function requirePair(pair: unknown, operator: string): asserts pair is [unknown, unknown] {
  if (!Array.isArray(pair)) throw notAPair(pair, operator)
}

export function notAPair(value: unknown, operator: string): IllegalArgumentError {
  return new IllegalArgumentError(`${operator} needs [key, value] pairs, it got ${describe(value)}`, {
    hint: 'Make pairs first, as map(word => [word, 1]) does.',
  })
}
