/**
 * About how much memory a combining map takes. It walks through the cells, a few at each look, and knows
 * their mean size; cells that have grown far beyond it, as when values are gathered for one key of many
 * records, are counted one by one. Those are met soon: the cell of the latest record is looked at too, and
 * they have most of the records.
 */
import { estimateSizeBytes } from '../../base/sizes'
import type { Cell, CombiningMap } from '../../rdd/pairs/combining-map'

const samples = 16
const entryBytes = 48
const heavyFactor = 8
const heavyMax = 64

export class CellGauge {
  /** The mean size of a cell with its entry in the map. */
  cellBytes = 0
  private walk: Iterator<Cell>
  private readonly heavy = new Map<Cell, number>()

  constructor(private readonly map: CombiningMap) { this.walk = map.simple.values() }

  /** Bytes that all cells take; `key` is the latest that was added to. */
  measure(key: unknown): number {
    const latest = this.map.cell(key)
    const latestBytes = latest === undefined ? 0 : estimateSizeBytes(latest) + entryBytes
    this.meet(this.sampled() ?? latestBytes)
    const isHeavy = latestBytes > this.cellBytes * heavyFactor
    const isCounted = this.heavy.size < heavyMax || this.heavy.has(latest!)
    if (isHeavy && isCounted) this.heavy.set(latest!, latestBytes)
    let sizeBytes = this.map.size * this.cellBytes
    for (const heavyBytes of this.heavy.values()) sizeBytes += heavyBytes
    return sizeBytes
  }

  /** The map was emptied. */
  restart(): void {
    this.walk = this.map.simple.values()
    this.heavy.clear()
  }

  private meet(meanBytes: number): void {
    this.cellBytes = this.cellBytes === 0 ? meanBytes : (this.cellBytes + meanBytes) / 2
  }

  /** The mean of the next few cells; undefined where there are none in the native map. */
  private sampled(): number | undefined {
    let sizeBytes = 0
    let count = 0
    while (count < samples) {
      const next = this.walk.next()
      if (next.done === true) {
        this.walk = this.map.simple.values()
        break
      }
      if (this.heavy.has(next.value)) continue
      sizeBytes += estimateSizeBytes(next.value) + entryBytes
      count++
    }
    return count === 0 ? undefined : sizeBytes / count
  }
}
