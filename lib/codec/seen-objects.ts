/**
 * The objects of one value, numbered as they are met. Most values hold few: those are compared one by one,
 * which is several times cheaper than a Map; with more the Map takes over.
 */
const listedMax = 16

export class SeenObjects {
  private listed: object[] = []
  private count = 0
  private table: Map<object, number> | undefined

  /** The number of an object that was met before; otherwise it gets the next one, and this is undefined. */
  numberOf(object: object): number | undefined {
    const { listed, table, count } = this
    if (table !== undefined) {
      const before = table.get(object)
      if (before === undefined) table.set(object, table.size)
      return before
    }
    for (let i = 0; i < count; i++) if (listed[i] === object) return i
    listed[count] = object
    if (++this.count > listedMax) this.table = new Map(listed.slice(0, this.count).map((one, index) => [one, index]))
    return undefined
  }

  /** Begins the next value. */
  clear(): void {
    this.count = 0
    this.table = undefined
  }

  /** Lets go of the objects themselves. */
  forget(): void {
    this.clear()
    this.listed = []
  }
}
