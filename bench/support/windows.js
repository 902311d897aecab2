// Windows over many keys: one program for every form, stepped through, so that a slide is timed alone with the count of its
// result. Later batches are so many records of random keys.
const { Milliseconds } = require('millrace')
const { batchMs, randomPairs, stepThrough } = require('./stepped')

const add = (a, b) => a + b
const subtract = (a, b) => a - b
const withInverse = (pairs, length) => pairs.reduceByKeyAndWindow(add, subtract, length)
const withoutInverse = (pairs, length) => pairs.reduceByKeyAndWindow(add, length)

/** The milliseconds of the last slides, once the window is full; `hasAll`: the first batch has every key once. */
async function windowTimes(master, build, { keys, records, panes, slides, hasAll }) {
  const partitions = master === 'local' ? 1 : 2
  const inputOf = async sc => {
    const some = await randomPairs(sc, { count: 8, records, keys, partitions })
    const first = hasAll ? [sc.range(0, keys, 1, partitions).map(n => [`k${n}`, 1])] : []
    return Array.from({ length: panes + 2 + slides }, (_, i) => first[i] ?? some[i % some.length])
  }
  const { times } = await stepThrough(master, inputOf, pairs => build(pairs, Milliseconds(panes * batchMs)))
  return times.slice(-slides)
}

module.exports = { windowTimes, withInverse, withoutInverse }
