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
    kind: 'boolean', default: false, status: 'used',
    doc: 'Slows receivers and direct sources to what batches can process. What a receiver stores in '
      + 'blocks of its own (storeMultiple, storeBytes) is not slowed.',
  },
  'spark.streaming.backpressure.initialRate': {
    kind: 'long', default: undefined, defaultText: 'spark.streaming.receiver.maxRate', status: 'used',
    doc: 'With backpressure, records a second of one receiver before the first estimate; 0 and less mean any.',
  },
  'spark.streaming.backpressure.rateEstimator': {
    kind: 'enum', default: 'pid', values: ['pid'], unknownText: 'Unknown rate estimator', status: 'used',
    doc: 'How the rate is estimated.',
  },
  'spark.streaming.backpressure.pid.proportional': {
    kind: 'double', default: 1, min: 0, status: 'used',
    rule: 'Proportional term P in PIDRateEstimator should be >= 0',
    doc: 'Weight of the present error.',
  },
  'spark.streaming.backpressure.pid.integral': {
    kind: 'double', default: 0.2, min: 0, status: 'used',
    rule: 'Integral term I in PIDRateEstimator should be >= 0',
    doc: 'Weight of the errors so far.',
  },
  'spark.streaming.backpressure.pid.derived': {
    kind: 'double', default: 0, min: 0, status: 'used',
    rule: 'Derivative term D in PIDRateEstimator should be >= 0',
    doc: 'Weight of the change of the error.',
  },
  'spark.streaming.backpressure.pid.minRate': {
    kind: 'double', default: 100, above: 0, status: 'used',
    rule: 'Minimum rate in PIDRateEstimator should be > 0',
    doc: 'No estimate is lower, in records a second.',
  },
  'spark.streaming.receiver.maxRate': {
    kind: 'long', default: undefined, defaultText: 'no limit', status: 'used',
    doc: 'Records a second that one receiver takes; 0 and less mean any.',
  },
  'spark.streaming.kafka.maxRatePerPartition': {
    kind: 'long', default: undefined, defaultText: 'no limit', min: 0, status: 'used',
    doc: 'Records a second that a direct stream reads of one Kafka partition; 0 means any.',
  },
  'spark.streaming.kafka.minRatePerPartition': {
    kind: 'long', default: 1, min: 0, status: 'used',
    doc: 'Records that a batch reads of each Kafka partition at least, where they are there, however low '
      + 'the rate is.',
  },
  'spark.streaming.kafka.allowNonConsecutiveOffsets': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Lets Spark read compacted topics and those of transactions; here they always can be.',
  },
  'spark.streaming.kafka.consumer.poll.ms': {
    kind: 'long', default: undefined, min: 0, status: 'cluster',
    doc: 'How long a task of Spark\'s waits for records of its range; here `default.api.timeout.ms` of '
      + 'Kafka\'s own settings says it.',
  },
  'spark.streaming.kafka.consumer.cache.enabled': {
    kind: 'boolean', default: true, status: 'cluster',
    doc: 'Keeps Kafka consumers open in Spark\'s executors; here a stream has one client.',
  },
  'spark.streaming.kafka.consumer.cache.initialCapacity': {
    kind: 'int', default: 16, min: 0, status: 'cluster', doc: 'Room for so many of them at first.',
  },
  'spark.streaming.kafka.consumer.cache.maxCapacity': {
    kind: 'int', default: 64, min: 0, status: 'cluster', doc: 'No more of them are kept.',
  },
  'spark.streaming.kafka.consumer.cache.loadFactor': {
    kind: 'double', default: 0.75, above: 0, status: 'cluster', doc: 'How full their table gets before it grows.',
  },
  'spark.streaming.kafka.consumer.cache.timeout': {
    kind: 'time', default: '5m', unit: 'ms', min: 0, status: 'cluster', doc: 'How long an idle one is kept.',
  },
  'spark.streaming.kinesis.retry.waitTime': {
    kind: 'time', default: '100ms', unit: 'ms', min: 0, status: 'used',
    doc: 'The pause before Kinesis is asked again when it starts or a range is read again; twice as long after each failure.',
  },
  'spark.streaming.kinesis.retry.maxAttempts': {
    kind: 'int', default: 3, status: 'used',
    doc: 'How often Kinesis is asked when it starts or a range is read again. Reading ahead never gives up on what may pass.',
  },
  'spark.streaming.receiver.writeAheadLog.enable': {
    kind: 'boolean', default: false, status: 'used',
    doc: 'Logs received data in the checkpoint folder before it counts as received, so that it survives '
      + 'the process. Needs a checkpoint folder.',
  },
  'spark.streaming.receiver.writeAheadLog.class': {
    kind: 'string', default: undefined, status: 'used',
    doc: 'Refused when it is set and the log is on: received data is logged by Millrace\'s own log alone.',
  },
  'spark.streaming.receiver.writeAheadLog.rollingIntervalSecs': {
    kind: 'int', default: 60, min: 1, status: 'cluster',
    doc: 'Seconds after which Spark begins a new log file; here one begins every 64 MiB.',
  },
  'spark.streaming.receiver.writeAheadLog.maxFailures': {
    kind: 'int', default: 3, min: 1, status: 'cluster',
    doc: 'Writes to Spark\'s log that may fail before the receiver does; here it ends with the first, '
      + 'for what the disk holds after a failed write is not known.',
  },
  'spark.streaming.receiver.writeAheadLog.closeFileAfterWrite': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Closes Spark\'s log file after each write, for stores like S3; here every write is synced.',
  },
  'spark.streaming.driver.writeAheadLog.class': {
    kind: 'string', default: undefined, status: 'cluster',
    doc: 'The class of Spark\'s log of block metadata; here blocks and their metadata are in one log.',
  },
  'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': {
    kind: 'int', default: 60, min: 1, status: 'cluster',
    doc: 'Seconds after which Spark begins a new file of that log.',
  },
  'spark.streaming.driver.writeAheadLog.maxFailures': {
    kind: 'int', default: 3, min: 1, status: 'cluster', doc: 'Writes to that log that may fail in a row.',
  },
  'spark.streaming.driver.writeAheadLog.closeFileAfterWrite': {
    kind: 'boolean', default: false, status: 'cluster',
    doc: 'Closes the file of that log after each write, for stores like S3.',
  },
  'spark.streaming.driver.writeAheadLog.allowBatching': {
    kind: 'boolean', default: true, status: 'cluster',
    doc: 'Writes what several callers log in one go, as the log here always does.',
  },
  'spark.streaming.driver.writeAheadLog.batchingTimeout': {
    kind: 'time', default: '5000ms', unit: 'ms', min: 0, status: 'cluster',
    doc: 'How long a caller of Spark\'s log waits for such a write.',
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
