// What a job and a batch cost when there is nearly nothing to do.
const { Milliseconds, SparkContext, StreamingContext } = require('millrace')
const { median } = require('../support/measure')

async function run() {
  const sc = new SparkContext('local', 'bench')
  const words = sc.parallelize(['a', 'b', 'a', 'c'], 2)
  const times = []
  for (let i = 0; i < 4_000; i++) {
    const start = performance.now()
    await words.map(word => [word, 1]).reduceByKey((a, b) => a + b).collect()
    if (i >= 2_000) times.push(performance.now() - start)
  }
  const ssc = new StreamingContext(sc, Milliseconds(1))
  let batches = 0
  let behindMs = 0
  ssc.queueStream([]).map(x => [x, 1]).reduceByKey((a, b) => a + b).foreachRDD(async (rdd, time) => {
    await rdd.collect()
    batches++
    behindMs = Date.now() - time.milliseconds
  })
  await ssc.start()
  await ssc.awaitTerminationOrTimeout(3_000)
  await ssc.stop()
  const medianMs = median(times)
  return [
    { case: 'tiny two-stage job (4 words, 2 partitions)', ours: `${medianMs.toFixed(3)} ms`, against: '0.5 ms', ratio: 0.5 / medianMs, wanted: 1 },
    { case: 'stream of 1 ms batches for 3 s', ours: `${batches} batches, ${behindMs} ms behind at the end`, against: '3,000 batches', ratio: batches / 3_000, wanted: 0.98 },
  ]
}

module.exports = { run }
