/** DoubleAccumulator: sum, count and mean of numbers. */
import { IllegalArgumentError } from '../../base/errors'
import { registerClass } from '../../codec/values'
import { describe } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { AccumulatorV2 } from './accumulator-v2'
import { registered } from './register'

declare module '../context/spark-context' {
  interface SparkContext {
    /** A registered accumulator of numbers. Counterpart: SparkContext.doubleAccumulator. */
    doubleAccumulator(name?: string): DoubleAccumulator
  }
}

/** Counterpart: org.apache.spark.util.DoubleAccumulator. */
export class DoubleAccumulator extends AccumulatorV2<number, number> {
  private total = 0
  private added = 0

  get isZero(): boolean { return this.total === 0 && this.added === 0 }

  copy(): DoubleAccumulator {
    const copy = new DoubleAccumulator()
    copy.total = this.total
    copy.added = this.added
    return copy
  }

  reset(): void {
    this.total = 0
    this.added = 0
  }

  /** Throws IllegalArgumentError for what is no number. */
  add(value: number): void {
    if (typeof value !== 'number') {
      throw new IllegalArgumentError(`a DoubleAccumulator adds numbers, got ${describe(value)}`)
    }
    this.total += value
    this.added++
  }

  merge(other: DoubleAccumulator): void {
    this.total += other.total
    this.added += other.added
  }

  /** The sum of what was added. */
  get value(): number { return this.total }
  get sum(): number { return this.total }
  /** How often something was added. */
  get count(): number { return this.added }
  /** The mean of what was added; NaN before anything was. */
  get avg(): number { return this.total / this.added }
}

registerClass('millrace.DoubleAccumulator', DoubleAccumulator)

SparkContext.prototype.doubleAccumulator = function (name?: string): DoubleAccumulator {
  return registered(this, new DoubleAccumulator(), name)
}
