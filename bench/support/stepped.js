// A streaming program on a clock of its own, driven batch by batch, so that each batch is timed alone with all that it does,
// its checkpoint among it.
const { Milliseconds, SparkContext, StreamingContext } = require('millrace')
const { ManualClock } = require('millrace/testing')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { generator } = require('./text')

const batchMs = 500

/** Cached RDDs of so many pairs of random keys each. */
async function randomPairs(sc, { count, records, keys, partitions }) {
  const some = Array.from({ length: count }, (_, i) => {
    const random = generator(i + 1)
    return sc.parallelize(Array.from({ length: records }, () => [`k${Math.floor(random() * keys)}`, 1]), partitions).cache()
  })
  for (const rdd of some) await rdd.count()
  return some
}

/**
 * The milliseconds of every batch, and the peak of memory in megabytes. `inputOf` gives the RDDs, one a batch; `build` makes
 * of their stream the one that is counted.
 */
async function stepThrough(master, inputOf, build) {
  const sc = new SparkContext(master, 'bench')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Milliseconds(batchMs), { clock })
  ssc.checkpoint(folder)
  try {
    const input = await inputOf(sc)
    const total = input.length // The stream takes them out of the list.
    build(ssc.queueStream(input)).foreachRDD(async rdd => { await rdd.count() })
    await ssc.start()
    const times = []
    let rssMb = 0
    for (let i = 0; i < total; i++) {
      const start = performance.now()
      await clock.advance(batchMs)
      await ssc.idle()
      if (ssc.firstError !== undefined) throw ssc.firstError.thrown
      times.push(performance.now() - start)
      rssMb = Math.max(rssMb, process.memoryUsage().rss / 1e6)
    }
    return { times, rssMb }
  } finally {
    await ssc.stop({ stopSparkContext: false })
    await sc.stop()
    fs.rmSync(folder, { recursive: true })
  }
}

module.exports = { batchMs, randomPairs, stepThrough }
