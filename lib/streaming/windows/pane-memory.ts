/**
 * What an inverse window has put in, pane by pane and by slot, so that it is taken out again without reading the pane
 * and without looking its keys up. A slot may be another key's by then, where a filter drops keys: keys are kept there.
 */
import { eachRecord } from '../../rdd/state/each-record'
import type { KeyedTable } from '../../rdd/state/keyed-table'

/** What keys have in a pane, side by side. A slot is -1 where the table has no such key. */
export class PaneParts {
  readonly slots: number[] = []
  /** Empty where no key can have gone. */
  readonly keys: unknown[] = []
  readonly values: unknown[] = []

  constructor(readonly timeMs: number) {}

  /** Those of pairs with one pair a key. */
  static of(table: KeyedTable, pairs: Iterable<unknown>, operator: string): PaneParts {
    const parts = new PaneParts(0)
    eachRecord(table, pairs, operator, (key, value, slot) => {
      parts.slots.push(slot)
      parts.keys.push(key)
      parts.values.push(value)
    })
    return parts
  }

  add(slot: number, value: unknown): void {
    this.slots.push(slot)
    this.values.push(value)
  }

  /** Finds the keys whose slots have become those of others. */
  findAgain(table: KeyedTable): void {
    for (let i = 0; i < this.keys.length; i++) {
      const slot = this.slots[i]!
      if (!table.isLive(slot) || !Object.is(table.keyAt(slot), this.keys[i])) this.slots[i] = table.find(this.keys[i])
    }
  }
}

export class PaneMemory {
  /** Oldest first. */
  private readonly panes: PaneParts[] = []

  /** A new pane, newer than all others, to be filled. */
  begin(timeMs: number): PaneParts {
    const parts = new PaneParts(timeMs)
    this.panes.push(parts)
    return parts
  }

  /** What the pane of this time held, which is forgotten with all older ones; undefined where it is not known. */
  take(table: KeyedTable, timeMs: number): PaneParts | undefined {
    while (this.panes.length > 0 && this.panes[0]!.timeMs < timeMs) this.panes.shift()
    if (this.panes[0]?.timeMs !== timeMs) return undefined
    const parts = this.panes.shift()!
    parts.findAgain(table)
    return parts
  }
}
