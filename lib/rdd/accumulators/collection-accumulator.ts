/** CollectionAccumulator: everything that was added, in one array. */
import { registerClass } from '../../codec/values'
import { SparkContext } from '../context/spark-context'
import { AccumulatorV2 } from './accumulator-v2'
import { registered } from './register'

declare module '../context/spark-context' {
  interface SparkContext {
    /** A registered accumulator that keeps what is added. Counterpart: SparkContext.collectionAccumulator. */
    collectionAccumulator<T>(name?: string): CollectionAccumulator<T>
  }
}

/** In the order of the tasks as they succeed. Counterpart: org.apache.spark.util.CollectionAccumulator. */
export class CollectionAccumulator<T> extends AccumulatorV2<T, readonly T[]> {
  private gathered: T[] = []

  get isZero(): boolean { return this.gathered.length === 0 }

  copy(): CollectionAccumulator<T> {
    const copy = new CollectionAccumulator<T>()
    copy.gathered = [...this.gathered]
    return copy
  }

  reset(): void { this.gathered = [] }

  add(value: T): void { this.gathered.push(value) }

  merge(other: CollectionAccumulator<T>): void {
    for (const value of other.gathered) this.gathered.push(value)
  }

  /** A copy: changing it changes nothing. */
  get value(): readonly T[] { return [...this.gathered] }
}

registerClass('millrace.CollectionAccumulator', CollectionAccumulator)

SparkContext.prototype.collectionAccumulator = function <T>(
  this: SparkContext, name?: string,
): CollectionAccumulator<T> {
  return registered(this, new CollectionAccumulator<T>(), name)
}
