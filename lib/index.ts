/** The public names of Millrace. */
import './rdd/catalogue'
import './streaming/catalogue'
import './connect/catalogue'
import './local/index'

export { Duration, Durations, Milliseconds, Minutes, Seconds } from './base/duration'
export { Time } from './base/time'
export { Interval } from './base/interval'
export {
  FileAlreadyExistsError, IllegalArgumentError, IllegalStateError, LogDamagedError, MillraceError, NoSuchElementError, SparkError,
  TaskNotSerializableError, UnsupportedOperationError, CheckpointError,
} from './base/errors'
export { SparkConf } from './conf/spark-conf'
export { SparkContext, version } from './rdd/context/spark-context'
export { RDD } from './rdd/rdd'
export { StorageLevel } from './rdd/storage-level'
export { TaskContext } from './rdd/task-context'
export { HashPartitioner, type Partitioner } from './rdd/partitioner'
export { RangePartitioner } from './rdd/range-partitioner'
export { StreamingContext } from './streaming/streaming-context'
export { DStream } from './streaming/dstream'
export { InputDStream } from './streaming/input-dstream'
export { Receiver } from './streaming/receivers/receiver'
