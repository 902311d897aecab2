// State of many keys: one program, driven batch by batch on a clock of its own, so that a batch is timed alone with all that
// it does, its checkpoint among it. The first batch has every key once, later ones so many records of random keys.
const { Milliseconds, SparkContext, StateSpec, StreamingContext } = require('millrace')
const { ManualClock } = require('millrace/testing')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { generator } = require('./text')

const batchMs = 500

const mapWithState = (pairs, partitions) => pairs.mapWithState(StateSpec.function((key, value, state) => {
  const sum = (state.getOption() ?? 0) + (value ?? 0)
  state.update(sum)
  return [key, sum]
}).numPartitions(partitions))

const updateStateByKey = (pairs, partitions) => pairs.updateStateByKey((values, state) => {
  let sum = state ?? 0
  for (const value of values) sum += value
  return sum
}, partitions)

/** The milliseconds of each batch after the first and the warm-up, and the peak of memory in megabytes. */
async function stateTimes(master, build, { keys, records = 100_000, batches = 24, warmup = 6, partitions = master === 'local' ? 1 : 2 }) {
  const sc = new SparkContext(master, 'bench')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  const clock = new ManualClock()
  const ssc = new StreamingContext(sc, Milliseconds(batchMs), { clock })
  ssc.checkpoint(folder)
  try {
    // All keys come in several batches: what brings them is no part of what is measured.
    const share = 250_000
    const first = Array.from({ length: Math.ceil(keys / share) }, (_, i) => sc.range(i * share, Math.min(keys, (i + 1) * share), 1, 2).map(n => [`k${n}`, 1]))
    const some = Array.from({ length: 4 }, (_, i) => {
      const random = generator(i + 1)
      return sc.parallelize(Array.from({ length: records }, () => [`k${Math.floor(random() * keys)}`, 1]), 2).cache()
    })
    for (const rdd of some) await rdd.count()
    const input = [...first, ...Array.from({ length: warmup + batches }, (_, i) => some[i % some.length])]
    const total = input.length // The stream takes them out of the list.
    build(ssc.queueStream(input), partitions).foreachRDD(async rdd => { await rdd.count() })
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
    return { times: times.slice(-batches), rssMb }
  } finally {
    await ssc.stop({ stopSparkContext: false })
    await sc.stop()
    fs.rmSync(folder, { recursive: true })
  }
}

module.exports = { mapWithState, stateTimes, updateStateByKey }
