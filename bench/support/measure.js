// Times several ways of doing the same thing in turn, A B C A B C ..., so that a machine that slows down slows all of
// them. What counts is the median of the ratios of neighbours, never a single time.

const median = values => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** ways: { name: async () => void }. The first is ours. Returns { medianMs: { name }, ratio: { name: theirs / ours } }. */
async function compare(ways, { rounds = 9, warmup = 3 } = {}) {
  const names = Object.keys(ways)
  const times = Object.fromEntries(names.map(name => [name, []]))
  for (let round = -warmup; round < rounds; round++) {
    for (const name of names) {
      const start = performance.now()
      await ways[name]()
      if (round >= 0) times[name].push(performance.now() - start)
    }
  }
  const ours = times[names[0]]
  return {
    medianMs: Object.fromEntries(names.map(name => [name, median(times[name])])),
    bestMs: Object.fromEntries(names.map(name => [name, Math.min(...times[name])])),
    ratio: Object.fromEntries(names.slice(1).map(name => [name, median(times[name].map((time, i) => time / ours[i]))])),
  }
}

module.exports = { compare, median }
