/**
 * Count, mean, variance, largest and smallest of numbers that come one by one or in groups. The mean and the
 * sum of squared distances from it are kept up to date (Welford), so that no large sums cancel each other
 * out.
 */

/** The state of a StatCounter as plain data. */
export type Statistics = readonly [count: number, mean: number, squares: number, max: number, min: number]

/**
 * Counterpart: org.apache.spark.util.StatCounter.
 * @example
 * ```ts
 * import { StatCounter } from 'millrace'
 * const stats = new StatCounter([1, 2, 3])
 * console.log(stats.mean, stats.max, stats.merge(6).count) // 2 3 4
 * ```
 */
export class StatCounter {
  private n = 0
  private average = 0
  private squares = 0
  private largest = -Infinity
  private smallest = Infinity

  constructor(values: Iterable<number> = []) { this.merge(values) }

  /** Internal. */
  static from([count, mean, squares, max, min]: Statistics): StatCounter {
    const counter = new StatCounter()
    counter.n = count
    counter.average = mean
    counter.squares = squares
    counter.largest = max
    counter.smallest = min
    return counter
  }

  get count(): number { return this.n }
  get mean(): number { return this.n === 0 ? NaN : this.average }
  get sum(): number { return this.n * this.average }
  /** -Infinity when there are no numbers, NaN when one of them is. */
  get max(): number { return this.largest }
  /** Infinity when there are no numbers, NaN when one of them is. */
  get min(): number { return this.smallest }

  /** Of the numbers themselves: divided by their count. NaN when there are none. */
  get popVariance(): number { return this.n === 0 ? NaN : this.squares / this.n }
  get variance(): number { return this.popVariance }
  /**
   * Estimated for what the numbers are a sample of: divided by their count less one. NaN for fewer than two.
   */
  get sampleVariance(): number { return this.n <= 1 ? NaN : this.squares / (this.n - 1) }
  get popStdev(): number { return Math.sqrt(this.popVariance) }
  get stdev(): number { return this.popStdev }
  get sampleStdev(): number { return Math.sqrt(this.sampleVariance) }

  /** Adds a number, numbers, or what another counter has seen. Returns this. */
  merge(other: number | Iterable<number> | StatCounter): this {
    if (typeof other === 'number') this.add(other)
    else if ('squares' in other) this.mergeCounter(other)
    else for (const value of other) this.add(value)
    return this
  }

  copy(): StatCounter {
    return StatCounter.from([this.n, this.average, this.squares, this.largest, this.smallest])
  }

  toString(): string {
    const [mean, stdev, max, min] = [this.mean, this.stdev, this.max, this.min].map(withSixDigits)
    return `(count: ${this.n}, mean: ${mean}, stdev: ${stdev}, max: ${max}, min: ${min})`
  }

  private add(value: number): void {
    const distance = value - this.average
    this.n++
    this.average += distance / this.n
    this.squares += distance * (value - this.average)
    this.largest = Math.max(this.largest, value)
    this.smallest = Math.min(this.smallest, value)
  }

  private mergeCounter(other: StatCounter): void {
    if (other.n === 0) return
    const count = this.n + other.n
    const distance = other.average - this.average
    this.squares += other.squares + distance * distance * this.n * other.n / count
    // The smaller group moves the mean of the larger one: so the least is lost.
    if (other.n * 10 < this.n) this.average += distance * other.n / count
    else if (this.n * 10 < other.n) this.average = other.average - distance * this.n / count
    else this.average = (this.average * this.n + other.average * other.n) / count
    this.largest = Math.max(this.largest, other.largest)
    this.smallest = Math.min(this.smallest, other.smallest)
    this.n = count
  }
}

function withSixDigits(value: number): string {
  return Number.isFinite(value) ? value.toFixed(6) : String(value)
}
