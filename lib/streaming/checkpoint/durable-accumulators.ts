/** Accumulators whose values a checkpoint keeps: after a recovery they go on from the last batch that had ended. */
import { IllegalArgumentError } from '../../base/errors'
import { CallSite } from '../../base/call-site'
import { AccumulatorV2 } from '../../rdd/accumulators/accumulator-v2'
import { registrationOf } from '../../rdd/accumulators/registration'

export class DurableAccumulators {
  private readonly byName = new Map<string, AccumulatorV2<any, any>>()

  /** Throws IllegalArgumentError for what is no registered accumulator, has no name, or has the name of another. */
  add(accumulator: unknown): void {
    const at = CallSite.capture('durable').toString()
    if (!AccumulatorV2.is(accumulator) || registrationOf(accumulator) === undefined) {
      throw new IllegalArgumentError('durable takes an accumulator that is registered with the SparkContext', {
        at, hint: "ssc.durable(sc.longAccumulator('lines'))",
      })
    }
    const { name } = registrationOf(accumulator)!
    if (name === undefined) {
      throw new IllegalArgumentError('a durable accumulator needs a name, by which a recovery finds it', { at, hint: "sc.longAccumulator('lines')" })
    }
    if (this.byName.has(name)) throw new IllegalArgumentError(`two durable accumulators are called '${name}'`, { at })
    this.byName.set(name, accumulator)
  }

  /** By name, a copy that stays as it is. */
  values(): (readonly [name: string, value: unknown])[] {
    return [...this.byName].map(([name, accumulator]) => [name, { ...accumulator.copy() }] as const)
  }

  restore(values: ReadonlyMap<string, unknown>): void {
    for (const [name, accumulator] of this.byName) {
      if (!values.has(name)) continue
      accumulator.reset()
      registrationOf(accumulator)!.mergeUpdate(values.get(name))
    }
  }
}
