/**
 * Backpressure: after each batch an input is told how many records a second the program can take. It learns
 * that from the events of the stream alone.
 */
import { readSetting } from '../../conf/settings'
import type { BatchInfo } from '../events'
import type { StreamingContext } from '../streaming-context'
import { PidRateEstimator } from './pid-rate-estimator'
import type { RateEstimator } from './rate-estimator'

/** An input that can be held to a rate: a receiver, or a source that takes what it wants at each batch. */
export interface RateLimitedInput {
  /** From now on at most so many records a second, a whole number above 0. */
  updateRate(recordsPerSecond: number): void
}

/** Counterpart: org.apache.spark.streaming.scheduler.RateController. */
export class RateController {
  private latest: number | undefined

  constructor(
    private readonly streamId: number, private readonly estimator: RateEstimator, private readonly input: RateLimitedInput,
  ) {}

  /** The rate that was published last; undefined before the first. */
  get latestRate(): number | undefined { return this.latest }

  onBatchCompleted({ streamIdToInputInfo, processingEndTime, processingDelay, schedulingDelay }: BatchInfo): void {
    const records = streamIdToInputInfo.get(this.streamId)?.numRecords
    if (records === undefined || processingEndTime === undefined || processingDelay === undefined || schedulingDelay === undefined) return
    const rate = Math.floor(this.estimator.compute(processingEndTime, records, processingDelay, schedulingDelay) ?? 0)
    if (rate <= 0) return
    this.latest = rate
    this.input.updateRate(rate)
  }
}

/**
 * Holds `input` to what batches can process, where spark.streaming.backpressure.enabled says so; undefined
 * where it does not. Throws IllegalArgumentError for settings that cannot be.
 */
export function limitRate(context: StreamingContext, streamId: number, input: RateLimitedInput): RateController | undefined {
  const { conf, batchDuration, events } = context
  if (!readSetting(conf, 'spark.streaming.backpressure.enabled')) return undefined
  readSetting(conf, 'spark.streaming.backpressure.rateEstimator')
  const controller = new RateController(streamId, new PidRateEstimator({
    batchIntervalMs: batchDuration.milliseconds,
    proportional: readSetting(conf, 'spark.streaming.backpressure.pid.proportional'),
    integral: readSetting(conf, 'spark.streaming.backpressure.pid.integral'),
    derived: readSetting(conf, 'spark.streaming.backpressure.pid.derived'),
    minRate: readSetting(conf, 'spark.streaming.backpressure.pid.minRate'),
  }), input)
  events.subscribe(event => { if (event.type === 'batchCompleted') controller.onBatchCompleted(event.batchInfo) })
  return controller
}
