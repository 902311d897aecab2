/** register: hands an accumulator to a context, once. */
import { CallSite } from '../../base/call-site'
import { IllegalStateError } from '../../base/errors'
import { describe, refuse } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { AccumulatorV2 } from './accumulator-v2'
import { attach, newAccumulatorId } from './registration'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * Makes an accumulator usable in tasks. Throws IllegalStateError when it was registered before.
     * Counterpart: SparkContext.register.
     */
    register(accumulator: AccumulatorV2<any, any>, name?: string): void
  }
}

export function registered<A extends AccumulatorV2<any, any>>(
  context: SparkContext, accumulator: A, name: string | undefined,
): A {
  context.requireRunning()
  if (!AccumulatorV2.is(accumulator)) {
    refuse('register', `it needs an accumulator, got ${describe(accumulator)}`, 'Extend AccumulatorV2.')
  }
  if (name !== undefined && typeof name !== 'string') {
    refuse('register', `the name must be a string, got ${describe(name)}`)
  }
  if (accumulator.isRegistered) {
    throw new IllegalStateError('Cannot register an Accumulator twice.',
      { at: CallSite.capture('register').toString() })
  }
  attach(accumulator, newAccumulatorId(), name)
  return accumulator
}

SparkContext.prototype.register = function (accumulator: AccumulatorV2<any, any>, name?: string): void {
  registered(this, accumulator, name)
}
