// Chains without a shuffle: grep over strings, and map-filter-map-reduce over numbers, against loops and rxjs.
const { from, filter, map, reduce, count, lastValueFrom } = require('rxjs')
const { SparkContext } = require('millrace')
const { compare } = require('../support/measure')
const { wordLines } = require('../support/text')

async function run() {
  const lines = wordLines()
  const numbers = Array.from({ length: 5_000_000 }, (_, i) => i)
  const needle = lines[17].split(' ')[3]
  const sc = new SparkContext('local', 'bench')
  try {
    const text = sc.parallelize(lines, 1)
    const grep = await compare({
      millrace: () => text.filter(line => line.includes(needle)).count(),
      hand: () => {
        let n = 0
        for (const line of lines) if (line.includes(needle)) n++
        return n
      },
      rxjs: () => lastValueFrom(from(lines).pipe(filter(line => line.includes(needle)), count())),
    })
    const integers = sc.parallelize(numbers, 1)
    const chain = await compare({
      millrace: () => integers.map(x => x * 2).filter(x => x % 3 === 0).map(x => x + 1).reduce((a, b) => a + b),
      hand: () => {
        let sum = 0
        for (const x of numbers) {
          const doubled = x * 2
          if (doubled % 3 === 0) sum += doubled + 1
        }
        return sum
      },
      rxjs: () => lastValueFrom(from(numbers).pipe(map(x => x * 2), filter(x => x % 3 === 0), map(x => x + 1), reduce((a, b) => a + b, 0))),
    })
    return [
      ...rows('grep of 200,000 lines', grep), ...rows('map-filter-map-reduce of 5 M numbers', chain),
    ]
  } finally {
    await sc.stop()
  }
}

const rows = (name, { medianMs, ratio }) => {
  const ours = `${medianMs.millrace.toFixed(1)} ms`
  return [
    { case: name, ours, against: 'hand-written loop', ratio: ratio.hand, wanted: 0.9 },
    { case: name, ours, against: 'rxjs', ratio: ratio.rxjs, wanted: 1 },
  ]
}

module.exports = { run }
