// State of many keys: one program, stepped through. The first batches have every key once, later ones so many records of
// random keys.
const { StateSpec } = require('millrace')
const { randomPairs, stepThrough } = require('./stepped')

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
  const inputOf = async sc => {
    // All keys come in several batches: what brings them is no part of what is measured.
    const share = 250_000
    const first = Array.from({ length: Math.ceil(keys / share) }, (_, i) => sc.range(i * share, Math.min(keys, (i + 1) * share), 1, 2).map(n => [`k${n}`, 1]))
    const some = await randomPairs(sc, { count: 4, records, keys, partitions: 2 })
    return [...first, ...Array.from({ length: warmup + batches }, (_, i) => some[i % some.length])]
  }
  const { times, rssMb } = await stepThrough(master, inputOf, pairs => build(pairs, partitions))
  return { times: times.slice(-batches), rssMb }
}

module.exports = { mapWithState, stateTimes, updateStateByKey }
