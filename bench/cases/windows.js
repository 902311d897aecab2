// Windows of 20 batches over a million keys, 100,000 records a batch: with and without an inverse, beside Spark on two cores;
// and what a slide costs when a window without an inverse has 10, 100 and 1,000 batches.
const path = require('node:path')
const { median } = require('../support/measure')
const { runScala } = require('../support/spark')
const { windowTimes, withInverse, withoutInverse } = require('../support/windows')

const forms = [['with an inverse', 'windowWithInverse', withInverse], ['without an inverse', 'windowWithoutInverse', withoutInverse]]

async function run() {
  const spark = process.env.MILLRACE_BENCH_NO_SPARK === undefined ? runScala(path.join(__dirname, '..', 'peers', 'spark', 'windows.scala')) : undefined
  const rows = []
  for (const [name, figure, build] of forms) {
    const theirs = spark?.[`${figure} local[2]`]
    for (const master of ['local', 'local[2]']) {
      const times = await windowTimes(master, build, { keys: 1_000_000, records: 100_000, panes: 20, slides: 20, hasAll: true })
      rows.push({
        case: `20 batches ${name}, 1 M keys, ${master}`, ours: text(times),
        against: theirs === undefined ? 'no Spark found: bench/peers/spark/install.sh' : `Spark local[2] (${theirs} ms)`,
        ratio: theirs === undefined ? undefined : theirs / median(times), wanted: theirs === undefined ? '-' : 8,
      })
    }
  }
  const slides = {}
  for (const panes of [10, 100, 1_000]) {
    slides[panes] = await windowTimes('local', withoutInverse, { keys: 100_000, records: 10_000, panes, slides: 60, hasAll: false })
    if (panes === 10) continue
    rows.push({
      case: `${panes} batches without an inverse, 100 k keys`, ours: text(slides[panes]), against: `10 batches (${median(slides[10]).toFixed(1)} ms)`,
      ratio: median(slides[10]) / median(slides[panes]), wanted: 0.67,
    })
  }
  return rows
}

const text = times => `${median(times).toFixed(1)} ms, at most ${Math.max(...times).toFixed(0)}`

module.exports = { run }
