/**
 * Counts the words that come in over a TCP socket, batch by batch.
 *
 *   npm start                                   reads from a line feeder of its own, ends after ten batches
 *   npm start -- --host localhost --port 9999   reads from what listens there: nc -lk 9999
 */
import { parseArgs } from 'node:util'
import { Milliseconds, Seconds, StreamingContext } from 'millrace'
import { startLineFeeder } from './support/line-feeder'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { host: { type: 'string' }, port: { type: 'string' } } })
  const usesFeeder = values.host === undefined && values.port === undefined
  const feeder = usesFeeder ? await startLineFeeder() : undefined
  const host = values.host ?? '127.0.0.1'
  const port = feeder?.port ?? Number(values.port ?? 9999)

  const ssc = new StreamingContext(settings('NetworkWordCount'), usesFeeder ? Milliseconds(500) : Seconds(1))
  const lines = ssc.socketTextStream(host, port)
  const counts = lines.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
  counts.print()

  let batches = 0
  let words = 0
  counts.foreachRDD(async rdd => {
    words += await rdd.map(([, count]) => count).fold(0, (a, b) => a + b)
    batches++
  })
  if (usesFeeder) stopAfter(ssc, 10)

  await ssc.start()
  await ssc.awaitTermination()
  await feeder?.stop()
  console.log(`Counted ${words} words in ${batches} batches.`)
}

void main()
