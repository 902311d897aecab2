// State of a million keys, 100,000 records a batch, with checkpoints: mapWithState and updateStateByKey beside Spark on two
// cores, beside a loop over a Map, and mapWithState with ten times the keys.
const path = require('node:path')
const { median } = require('../support/measure')
const { runScala } = require('../support/spark')
const { mapWithState, stateTimes, updateStateByKey } = require('../support/state')
const { generator } = require('../support/text')

const million = 1_000_000
const worst = times => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)]

/** What one would write by hand over one Map, without versions, failures or checkpoints. */
function handLoop() {
  const states = new Map(Array.from({ length: million }, (_, i) => [`k${i}`, 1]))
  const batches = Array.from({ length: 4 }, (_, i) => {
    const random = generator(i + 1)
    return Array.from({ length: 100_000 }, () => [`k${Math.floor(random() * million)}`, 1])
  })
  const times = []
  for (let round = 0; round < 16; round++) {
    const start = performance.now()
    const results = []
    for (const [key, value] of batches[round % 4]) {
      const sum = (states.get(key) ?? 0) + value
      states.set(key, sum)
      results.push([key, sum])
    }
    times.push(performance.now() - start)
  }
  return times.slice(4)
}

async function run() {
  const spark = process.env.MILLRACE_BENCH_NO_SPARK === undefined ? runScala(path.join(__dirname, '..', 'peers', 'spark', 'state.scala')) : undefined
  // Before anything else has filled the memory.
  const small = await stateTimes('local', mapWithState, { keys: million, partitions: 8 })
  const large = await stateTimes('local', mapWithState, { keys: 10 * million, partitions: 8 })
  const mapped = await stateTimes('local', mapWithState, { keys: million })
  const rows = [{
    case: 'mapWithState, 1 M keys, local', ours: text(mapped.times), against: 'a loop over a Map, without checkpoints', ratio: median(handLoop()) / median(mapped.times), wanted: 0.5,
  }]
  for (const [name, build, wanted, wantedWorst] of [['mapWithState', mapWithState, 3, 10], ['updateStateByKey', updateStateByKey, 8, 8]]) {
    const { times } = await stateTimes('local[2]', build, { keys: million })
    rows.push({
      case: `${name}, 1 M keys, local[2]`, ours: text(times), against: sparkText(spark?.[`${name}.median local[2]`]),
      ratio: spark === undefined ? undefined : spark[`${name}.median local[2]`] / median(times), wanted: spark === undefined ? '-' : wanted,
    })
    if (spark !== undefined) {
      rows.push({
        case: `${name}, the slowest of 100 batches`, ours: `${worst(times).toFixed(0)} ms`, against: sparkText(spark[`${name}.worst local[2]`]),
        ratio: spark[`${name}.worst local[2]`] / worst(times), wanted: wantedWorst,
      })
    }
  }
  rows.push({
    case: 'mapWithState, 10 M keys of 1 M', ours: `${text(large.times)}, ${(large.rssMb / 1000).toFixed(1)} GB`, against: text(small.times),
    ratio: median(small.times) / median(large.times), wanted: 0.67,
  }, {
    case: 'memory of 10 M keys in 8 partitions', ours: `${(large.rssMb / 1000).toFixed(2)} GB`, against: '3 GB', ratio: 3000 / large.rssMb, wanted: 1,
  })
  return rows
}

const text = times => `${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)}`
const sparkText = ms => ms === undefined ? 'no Spark found: bench/peers/spark/install.sh' : `Spark local[2] (${ms} ms)`

module.exports = { run }
