/**
 * Counts the words that come in over a TCP socket, batch by batch.
 *
 *   npm start                                        reads from a small line feeder of its own and ends after ten batches
 *   npm start -- --host localhost --port 9999        reads from what listens there: nc -lk 9999
 */
import { parseArgs } from 'node:util'
import { Milliseconds, Seconds, SparkConf, StreamingContext } from 'millrace'
import { startLineFeeder } from './support/line-feeder'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { host: { type: 'string', default: 'localhost' }, port: { type: 'string' } } })
  const feeder = values.port === undefined ? await startLineFeeder() : undefined
  const port = feeder?.port ?? Number(values.port)

  const conf = new SparkConf().setIfMissing('spark.master', 'local').setIfMissing('spark.app.name', 'NetworkWordCount')
  const ssc = new StreamingContext(conf, feeder === undefined ? Seconds(1) : Milliseconds(500))
  const lines = ssc.socketTextStream(feeder === undefined ? values.host : '127.0.0.1', port)
  const counts = lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.print()

  let batches = 0
  let words = 0
  counts.foreachRDD(async rdd => {
    words += await rdd.map(([, count]) => count).fold(0, (a, b) => a + b)
    batches++
    if (feeder !== undefined && batches === 10) setImmediate(() => { void ssc.stop(true, true) })
  })

  await ssc.start()
  await ssc.awaitTermination()
  await feeder?.stop()
  console.log(`Counted ${words} words in ${batches} batches.`)
}

main().catch(error => {
  console.error(error)
  process.exitCode = 1
})
