/**
 * The rows of the table of settings that begin with `spark.streaming.`.
 */
import type { Setting } from './setting-kinds'

export const streamingSettings = {
  'spark.streaming.blockInterval': {
    kind: 'time', default: '200ms', unit: 'ms', above: 0, status: 'used',
    rule: '\'spark.streaming.blockInterval\' should be a positive value',
    doc: 'What a receiver stores during this time becomes one block, and so one partition. At least 50 '
      + 'ms is advised.',
  },
  'spark.streaming.blockQueueSize': {
    kind: 'int', default: 10, min: 1, status: 'used',
    doc: 'Blocks of one receiver that may wait to be stored.',
  },
  'spark.streaming.concurrentJobs': {
    kind: 'int', default: 1, min: 1, status: 'used',
    doc: 'Output operations that run at a time. More than 1 lets operations and batches overlap and '
      + 'gives up their order.',
  },
  'spark.streaming.backpressure.enabled': {
    kind: 'boolean', default: false, status: 'later',
    doc: 'Slows receivers and direct sources to what batches can process.',
  },
  'spark.streaming.backpressure.initialRate': {
    kind: 'long', default: undefined, defaultText: 'spark.streaming.receiver.maxRate', status: 'later',
    doc: 'Records a second of one receiver before the first estimate.',
  },
  'spark.streaming.backpressure.rateEstimator': {
    kind: 'enum', default: 'pid', values: ['pid'], unknownText: 'Unknown rate estimator', status: 'later',
    doc: 'How the rate is estimated.',
  },
  'spark.streaming.backpressure.pid.proportional': {
    kind: 'double', default: 1, min: 0, status: 'later', doc: 'Weight of the present error.',
  },
  'spark.streaming.backpressure.pid.integral': {
    kind: 'double', default: 0.2, min: 0, status: 'later', doc: 'Weight of the errors so far.',
  },
  'spark.streaming.backpressure.pid.derived': {
    kind: 'double', default: 0, min: 0, status: 'later', doc: 'Weight of the change of the error.',
  },
  'spark.streaming.backpressure.pid.minRate': {
    kind: 'double', default: 100, above: 0, status: 'later',
    doc: 'No estimate is lower, in records a second.',
  },
  'spark.streaming.receiver.maxRate': {
    kind: 'long', default: undefined, defaultText: 'no limit', status: 'used',
    doc: 'Records a second that one receiver takes; 0 and less mean any.',
  },
  'spark.streaming.kafka.maxRatePerPartition': {
    kind: 'long', default: undefined, defaultText: 'no limit', status: 'later',
    doc: 'Records a second read from one Kafka partition; 0 means any.',
  },
  'spark.streaming.kafka.minRatePerPartition': {
    kind: 'long', default: 1, status: 'later',
    doc: 'Backpressure reads at least so many records a second of a Kafka partition.',
  },
  'spark.streaming.receiver.writeAheadLog.enable': {
    kind: 'boolean', default: false, status: 'later',
    doc: 'Logs received data before it counts as received. Needs a checkpoint folder.',
  },
  'spark.streaming.receiver.writeAheadLog.class': {
    kind: 'string', default: undefined, status: 'later',
    doc: 'The class of the log of received data.',
  },
  'spark.streaming.receiver.writeAheadLog.rollingIntervalSecs': {
    kind: 'int', default: 60, min: 1, status: 'later', doc: 'Seconds after which a new log file begins.',
  },
  'spark.streaming.receiver.writeAheadLog.maxFailures': {
    kind: 'int', default: 3, min: 1, status: 'later',
    doc: 'Writes to the log that may fail before the receiver does.',
  },
  'spark.streaming.receiver.writeAheadLog.closeFileAfterWrite': {
    kind: 'boolean', default: false, status: 'later',
    doc: 'Closes the file after each write, for stores like S3.',
  },
  'spark.streaming.driver.writeAheadLog.class': {
    kind: 'string', default: undefined, status: 'later',
    doc: 'The class of the log of block metadata.',
  },
  'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': {
    kind: 'int', default: 60, min: 1, status: 'later', doc: 'Seconds after which a new log file begins.',
  },
  'spark.streaming.driver.writeAheadLog.maxFailures': {
    kind: 'int', default: 3, min: 1, status: 'later', doc: 'Writes to the log that may fail in a row.',
  },
  'spark.streaming.driver.writeAheadLog.closeFileAfterWrite': {
    kind: 'boolean', default: false, status: 'later',
    doc: 'Closes the file after each write, for stores like S3.',
  },
  'spark.streaming.driver.writeAheadLog.allowBatching': {
    kind: 'boolean', default: true, status: 'later', doc: 'Writes what several callers log in one go.',
  },
  'spark.streaming.driver.writeAheadLog.batchingTimeout': {
    kind: 'time', default: '5000ms', unit: 'ms', min: 0, status: 'later',
    doc: 'How long a caller waits for such a write.',
  },
  'spark.streaming.unpersist': {
    kind: 'boolean', default: true, status: 'used',
    doc: 'Frees generated RDDs and received blocks when no window remembers them.',
  },
  'spark.streaming.stopGracefullyOnShutdown': {
    kind: 'boolean', default: false, status: 'used',
    doc: 'A signal that ends the process lets received data be processed first.',
  },
  'spark.streaming.stopSparkContextByDefault': {
    kind: 'boolean', default: true, status: 'used',
    doc: 'StreamingContext.stop() stops the SparkContext as well.',
  },
  'spark.streaming.gracefulStopTimeout': {
    kind: 'time', default: undefined, defaultText: '10 batch intervals', unit: 'ms', min: 0, status: 'used',
    doc: 'How long a graceful stop waits for the batches that were generated.',
  },
  'spark.streaming.receiverRestartDelay': {
    kind: 'time', default: '2000ms', unit: 'ms', min: 0, status: 'used',
    doc: 'How long a receiver rests before it is restarted.',
  },
  'spark.streaming.fileStream.minRememberDuration': {
    kind: 'time', default: '60s', unit: 's', min: 0, status: 'used',
    formerly: ['spark.streaming.minRememberDuration'],
    doc: 'Files older than this before the batch are taken as seen.',
  },
  'spark.streaming.minRememberDuration': {
    kind: 'time', default: undefined, unit: 's', min: 0, status: 'used',
    doc: 'The former name of spark.streaming.fileStream.minRememberDuration.',
  },
  'spark.streaming.ui.retainedBatches': {
    kind: 'int', default: 1000, min: 0, status: 'later', doc: 'Finished batches that the web page shows.',
  },
  'spark.streaming.sessionByKey.deltaChainThreshold': {
    kind: 'int', default: 20, min: 1, status: 'cluster',
    doc: 'When Spark compacts the state of mapWithState.',
  },
  'spark.streaming.manualClock.jump': {
    kind: 'long', default: 0, status: 'later',
    doc: 'For tests: moves a manual clock on at recovery, in milliseconds.',
  },
  'spark.streaming.clock': {
    kind: 'string', default: undefined, defaultText: 'the clock of the system', status: 'cluster',
    doc: 'A class name in Spark; here a clock is given to the StreamingContext.',
  },
  'spark.streaming.checkpoint.directory': {
    kind: 'string', default: undefined, status: 'used',
    doc: 'Read when a StreamingContext is made; the same as ssc.checkpoint(directory).',
  },
  'spark.streaming.dynamicAllocation.enabled': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Takes and gives back executors as batches need them.',
  },
  'spark.streaming.dynamicAllocation.scalingInterval': {
    kind: 'time', default: '60s', unit: 's', min: 0, status: 'cluster', doc: 'How often that is decided.',
  },
  'spark.streaming.dynamicAllocation.scalingUpRatio': {
    kind: 'double', default: 0.9, above: 0, status: 'cluster',
    doc: 'Processing time per interval above which executors are taken.',
  },
  'spark.streaming.dynamicAllocation.scalingDownRatio': {
    kind: 'double', default: 0.3, above: 0, status: 'cluster',
    doc: 'Processing time per interval below which they are given back.',
  },
  'spark.streaming.dynamicAllocation.minExecutors': {
    kind: 'int', default: undefined, min: 1, status: 'cluster', doc: 'The fewest executors.',
  },
  'spark.streaming.dynamicAllocation.maxExecutors': {
    kind: 'int', default: undefined, min: 1, status: 'cluster', doc: 'The most executors.',
  },
} as const satisfies Record<string, Setting>
