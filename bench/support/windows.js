// Windows over many keys: one program for every form, driven batch by batch on a clock of its own, so that a slide is timed
// alone with all that it does, the count of its result among it. Later batches are so many records of random keys.
const { Milliseconds, SparkContext, StreamingContext } = require('millrace')
const { ManualClock } = require('millrace/testing')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { generator } = require('./text')

const batchMs = 500

const add = (a, b) => a + b
const subtract = (a, b) => a - b
const withInverse = (pairs, length) => pairs.reduceByKeyAndWindow(add, subtract, length)
const withoutInverse = (pairs, length) => pairs.reduceByKeyAndWindow(add, length)

/** The milliseconds of the last slides, once the window is full; `hasAll`: the first batch has every key once. */
async function windowTimes(master, build, { keys, records, panes, slides, hasAll }) {
  const sc = new SparkContext(master, 'bench')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Milliseconds(batchMs), { clock })
  ssc.checkpoint(folder)
  try {
    const partitions = master === 'local' ? 1 : 2
    const some = Array.from({ length: 8 }, (_, i) => {
      const random = generator(i + 1)
      return sc.parallelize(Array.from({ length: records }, () => [`k${Math.floor(random() * keys)}`, 1]), partitions).cache()
    })
    for (const rdd of some) await rdd.count()
    const first = hasAll ? [sc.range(0, keys, 1, partitions).map(n => [`k${n}`, 1])] : []
    const total = panes + 2 + slides
    const input = Array.from({ length: total }, (_, i) => first[i] ?? some[i % some.length])
    build(ssc.queueStream(input), Milliseconds(panes * batchMs)).foreachRDD(async rdd => { await rdd.count() })
    await ssc.start()
    const times = []
    for (let i = 0; i < total; i++) {
      const start = performance.now()
      await clock.advance(batchMs)
      await ssc.idle()
      if (ssc.firstError !== undefined) throw ssc.firstError.thrown
      times.push(performance.now() - start)
    }
    return times.slice(-slides)
  } finally {
    await ssc.stop({ stopSparkContext: false })
    await sc.stop()
    fs.rmSync(folder, { recursive: true })
  }
}

module.exports = { windowTimes, withInverse, withoutInverse }
