/**
 * The results of approximate actions: what is known when the time is up, and later the final result. The job
 * goes on after the time is up, until it is complete.
 */
import { CallSite } from '../../base/call-site'
import { systemClock } from '../../base/clock'
import { describe, refuse } from '../arguments'
import type { SinkDefinition } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'

/** Counterpart: org.apache.spark.partial.PartialResult. */
export class PartialResult<R> {
  /** Internal. */
  constructor(
    readonly initialValue: R, readonly isInitialValueFinal: boolean, private readonly final: Promise<R>,
  ) {
    final.catch(() => undefined)
  }

  /** The result of the whole job. */
  getFinalValue(): Promise<R> { return this.final }

  /** Calls `f` with the result of the whole job. Returns this. */
  onComplete(f: (value: R) => void): this {
    this.final.then(f, () => undefined)
    return this
  }

  /** Calls `f` when the job fails after the time was up. */
  onFail(f: (error: unknown) => void): void { this.final.catch(f) }

  /** The same with `f` of each value. */
  map<S>(f: (value: R) => S): PartialResult<S> {
    return new PartialResult(f(this.initialValue), this.isInitialValueFinal, this.final.then(f))
  }

  toString(): string { return `(${this.isInitialValueFinal ? 'final' : 'partial'}: ${this.initialValue})` }
}

/** What some of the partitions say about all of them. */
export interface Evaluator<P, R> {
  merge(part: P): void
  /** `fraction` of the partitions are merged. */
  result(fraction: number): R
}

export interface Approximation<A, P, R> {
  readonly operator: string
  readonly sink: SinkDefinition<A>
  readonly args: A
  readonly evaluator: Evaluator<P, R>
  readonly timeoutMs: number
}

/** Runs the job; resolves with its result, or at `timeoutMs` with what is known by then. */
export function approximate<A, P, R>(
  rdd: RDD<any>, options: Approximation<A, P, R>,
): Promise<PartialResult<R>> {
  const { operator, sink, args, evaluator, timeoutMs } = options
  let merged = 0
  const onResult = (_index: number, part: P): void => {
    evaluator.merge(part)
    merged++
  }
  const final = runJob(operator, rdd, sink, args, { onResult }).then(() => evaluator.result(1))
  return new Promise((resolve, reject) => {
    const timer = systemClock.schedule(systemClock.now() + timeoutMs, () => {
      const count = rdd.getNumPartitions()
      resolve(new PartialResult(evaluator.result(count === 0 ? 1 : merged / count), false, final))
    })
    final.then(value => resolve(new PartialResult(value, true, final)), reject).finally(() => timer.cancel())
  })
}

/** Checks what all approximate actions take. */
export function requireApproximation(operator: string, timeoutMs: unknown, confidence: unknown): void {
  const site = CallSite.capture(operator)
  CallSite.within(site, () => {
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
      refuse(operator, `the timeout must be a number of milliseconds, 0 or more, got ${describe(timeoutMs)}`)
    }
    if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) {
      refuse(operator, `confidence (${describe(confidence)}) must be in [0,1]`)
    }
  })
}
