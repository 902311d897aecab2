/**
 * A controller with a proportional, an integral and a derivative part, which steers the rate at which records
 * come in to the rate at which batches process them. Pure: what it gives depends on what it was told alone.
 *
 *   error       how much faster records came in than they were processed
 *   integral    records that wait already, as a rate: those that came in while batches waited
 *   derivative  how the error changes
 */
import { IllegalArgumentError } from '../../base/errors'
import type { RateEstimator } from './rate-estimator'

export interface PidOptions {
  readonly batchIntervalMs: number
  readonly proportional: number
  readonly integral: number
  readonly derived: number
  /** No estimate is lower. */
  readonly minRate: number
}

/** Counterpart: org.apache.spark.streaming.scheduler.rate.PIDRateEstimator. */
export class PidRateEstimator implements RateEstimator {
  private latestMs = -1
  private latestRate: number | undefined
  private latestError = 0

  /** Throws IllegalArgumentError when a weight is negative, or the interval or the lowest rate is not positive. */
  constructor(private readonly options: PidOptions) {
    const { batchIntervalMs, proportional, integral, derived, minRate } = options
    demand(batchIntervalMs > 0, `Specified batch interval ${batchIntervalMs} in PIDRateEstimator is invalid`)
    demand(proportional >= 0, `Proportional term ${proportional} in PIDRateEstimator should be >= 0`)
    demand(integral >= 0, `Integral term ${integral} in PIDRateEstimator should be >= 0`)
    demand(derived >= 0, `Derivative term ${derived} in PIDRateEstimator should be >= 0`)
    demand(minRate > 0, `Minimum rate in PIDRateEstimator should be > 0, but is ${minRate}`)
  }

  compute(timeMs: number, records: number, processingDelayMs: number, schedulingDelayMs: number): number | undefined {
    if (timeMs <= this.latestMs || records <= 0 || processingDelayMs <= 0) return undefined
    const sinceSeconds = (timeMs - this.latestMs) / 1_000
    const processingRate = records / processingDelayMs * 1_000
    this.latestMs = timeMs
    if (this.latestRate === undefined) {
      this.latestRate = processingRate
      return undefined
    }
    const { batchIntervalMs, proportional, integral, derived, minRate } = this.options
    const error = this.latestRate - processingRate
    const waitingRate = schedulingDelayMs * processingRate / batchIntervalMs
    const errorChange = (error - this.latestError) / sinceSeconds
    const rate = this.latestRate - proportional * error - integral * waitingRate - derived * errorChange
    this.latestRate = Math.max(rate, minRate)
    this.latestError = error
    return this.latestRate
  }
}

function demand(holds: boolean, message: string): void {
  if (!holds) throw new IllegalArgumentError(message, { hint: 'See spark.streaming.backpressure.pid.* in docs/settings.md.' })
}
