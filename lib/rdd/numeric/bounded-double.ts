/** A number that is known within bounds: what approximate actions give. */

/** Counterpart: org.apache.spark.partial.BoundedDouble. */
export class BoundedDouble {
  /**
   * The true value is between `low` and `high` with the probability `confidence`; `mean` is the best guess.
   */
  constructor(
    readonly mean: number, readonly confidence: number, readonly low: number, readonly high: number,
  ) {}

  toString(): string { return `[${this.low.toFixed(3)}, ${this.high.toFixed(3)}]` }
}
