/** The settings of a sample: what the command line says (run-example NAME --master local[2]), else these. */
import { SparkConf } from 'millrace'

export function settings(name: string): SparkConf {
  return new SparkConf().setIfMissing('spark.master', 'local').setIfMissing('spark.app.name', name)
    // A sample is over when its last batches are, on a busy machine too.
    .setIfMissing('spark.streaming.gracefulStopTimeout', '60s')
}
