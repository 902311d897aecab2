// The golden programs of the fault tests, as functions of a stream of `[key, number]` pairs. Their results are what
// reference.ts computes by hand. Plain JavaScript, so that a process that is about to be killed starts quickly.
const { StateSpec } = require('../../dist/index.js')

/** In batches. */
const lengths = { window: 4, slide: 2, joined: 2, timeout: 3 }

const add = (a, b) => a + b
const partitions = 2

const programs = {
  stateless: pairs => pairs.reduceByKey(add, partitions),
  windowWithInverse: (pairs, batch) => (
    pairs.reduceByKeyAndWindow(add, (a, b) => a - b, batch.times(lengths.window), batch.times(lengths.slide), partitions)
  ),
  window: (pairs, batch) => (
    pairs.reduceByKeyAndWindow((a, b) => Math.max(a, b), batch.times(lengths.window), batch.times(lengths.slide), partitions)
  ),
  updateState: pairs => pairs.updateStateByKey((values, sum = 0) => {
    const next = values.reduce((a, b) => a + b, sum)
    return next % 7 === 3 ? undefined : next
  }, partitions),
  mapState: (pairs, batch) => {
    const sums = pairs.mapWithState(StateSpec.function((key, value, state) => {
      if (state.isTimingOut()) return ['out', key, state.get()]
      if (value === 0) {
        const last = state.getOption() ?? null
        if (state.exists()) state.remove()
        return ['gone', key, last]
      }
      const sum = (state.getOption() ?? 0) + value
      state.update(sum)
      return ['sum', key, sum]
    }).timeout(batch.times(lengths.timeout)).numPartitions(partitions)).checkpoint(batch.times(3))
    return sums.union(sums.stateSnapshots().map(([key, sum]) => ['state', key, sum]))
  },
  join: (pairs, batch) => {
    const counts = pairs.mapValues(() => 1).reduceByKeyAndWindow(add, batch.times(lengths.joined), batch, partitions)
    return pairs.reduceByKey(add, partitions).join(counts, partitions)
  },
}

/** A record is `id|key|number`; the ids say where it was. */
const pairOf = record => {
  const [, key, value] = record.split('|')
  return [key, Number(value)]
}

/** The record with that id: keys come and go, and come back. */
const recordOf = id => `${id}|k${(id * 7 + (id >> 4)) % 11}|${id % 5}`

/**
 * Sets small limits, so that logs roll, are cut short and are written anew within a few batches. `isTimeless`: nothing
 * depends on how long something takes.
 */
function hurry(isTimeless) {
  const { limits } = require('../../dist/base/limits.js')
  const { logLimits } = require('../../dist/disk/framed-log.js')
  const { eventLogLimits } = require('../../dist/streaming/checkpoint/event-log.js')
  Object.assign(limits, { eventsPerSnapshot: 5, stateChangesBeforeBase: 4, stateSliceEntriesMin: 2 })
  if (isTimeless) limits.eventLoopHoldMs = Number.POSITIVE_INFINITY
  logLimits.segmentBytesMax = eventLogLimits.segmentBytesMax = (isTimeless ? 12 : 5) * 1024
}

module.exports = { programs, lengths, pairOf, recordOf, hurry }
