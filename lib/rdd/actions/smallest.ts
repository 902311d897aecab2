/**
 * The smallest few of many values, in order. Candidates gather in an array that is sorted and cut whenever it
 * is twice as long as needed, so that a value costs one comparison at most times; of equal values the first
 * ones stay.
 */
export class Smallest<T> {
  private candidates: T[] = []
  /** Once there are enough: a value that does not come before this one is none of the smallest. */
  private bound: T | undefined
  private hasBound = false

  constructor(private readonly count: number, private readonly compare: (a: T, b: T) => number) {}

  add(value: T): void {
    if (this.hasBound && this.compare(value, this.bound!) >= 0) return
    this.candidates.push(value)
    if (this.candidates.length >= 2 * this.count) this.cut()
  }

  private cut(): void {
    this.candidates.sort(this.compare)
    if (this.candidates.length < this.count) return
    this.candidates.length = this.count
    this.bound = this.candidates[this.count - 1]
    this.hasBound = true
  }

  values(): T[] {
    this.cut()
    return this.candidates
  }
}
