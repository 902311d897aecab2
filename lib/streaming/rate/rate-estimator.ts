/** What learns from batches how many records a second the program can take. */

/** Counterpart: org.apache.spark.streaming.scheduler.rate.RateEstimator. */
export interface RateEstimator {
  /**
   * Records a second, after a batch that ended at `timeMs`, had so many records, ran for `processingDelayMs`
   * and waited `schedulingDelayMs` before. Undefined where the batch says nothing.
   */
  compute(timeMs: number, records: number, processingDelayMs: number, schedulingDelayMs: number): number | undefined
}
