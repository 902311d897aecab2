/** LongAccumulator: sum, count and mean of whole numbers. */
import { IllegalArgumentError } from '../../base/errors'
import { registerClass } from '../../codec/values'
import { describe } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { AccumulatorV2 } from './accumulator-v2'
import { registered } from './register'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * A registered accumulator of whole numbers. Counterpart: SparkContext.longAccumulator.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'accumulator')
     * const bad = sc.longAccumulator('bad lines')
     * await sc.parallelize(['1', 'x', '3']).foreach(line => { if (Number.isNaN(Number(line))) bad.add(1) })
     * console.log(bad.value) // 1
     * await sc.stop()
     * ```
     */
    longAccumulator(name?: string): LongAccumulator
  }
}

/** Exact up to 2^53. Counterpart: org.apache.spark.util.LongAccumulator. */
export class LongAccumulator extends AccumulatorV2<number, number> {
  private total = 0
  private added = 0

  get isZero(): boolean { return this.total === 0 && this.added === 0 }

  copy(): LongAccumulator {
    const copy = new LongAccumulator()
    copy.total = this.total
    copy.added = this.added
    return copy
  }

  reset(): void {
    this.total = 0
    this.added = 0
  }

  /** Throws IllegalArgumentError for what is no whole number. */
  add(value: number): void {
    if (!Number.isInteger(value)) {
      throw new IllegalArgumentError(`a LongAccumulator adds whole numbers, got ${describe(value)}`, {
        hint: 'Use sc.doubleAccumulator() for other numbers.',
      })
    }
    this.total += value
    this.added++
  }

  merge(other: LongAccumulator): void {
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

registerClass('millrace.LongAccumulator', LongAccumulator)

SparkContext.prototype.longAccumulator = function (name?: string): LongAccumulator {
  return registered(this, new LongAccumulator(), name)
}
