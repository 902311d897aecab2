// Word count of 2 million words, from strings and from the bytes of a file, against the loop that one would write by
// hand and against rxjs.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { from, map, mergeMap, reduce, lastValueFrom } = require('rxjs')
const { SparkContext } = require('millrace')
const { compare } = require('../support/measure')
const { wordLines } = require('../support/text')

const words = 2_000_000

function countByHand(lines) {
  const counts = new Map()
  for (const line of lines) {
    for (const word of line.split(' ')) {
      const count = counts.get(word)
      if (count === undefined) counts.set(word, { n: 1 })
      else count.n++
    }
  }
  return counts.size
}

const countByRxjs = lines => lastValueFrom(from(lines).pipe(
  mergeMap(line => line.split(' ')),
  map(word => [word, 1]),
  reduce((counts, [word, n]) => counts.set(word, (counts.get(word) ?? 0) + n), new Map()),
))

const countByMillrace = async rdd => (await rdd
  .flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).collect()).length

async function run() {
  const lines = wordLines()
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-')), 'words.txt')
  fs.writeFileSync(file, `${lines.join('\n')}\n`)
  const sc = new SparkContext('local', 'bench')
  try {
    const strings = sc.parallelize(lines, 1)
    const fromStrings = await compare({
      millrace: () => countByMillrace(strings), hand: () => countByHand(lines), rxjs: () => countByRxjs(lines),
    })
    const linesOfFile = () => fs.readFileSync(file, 'utf8').split('\n')
    const fromBytes = await compare({
      millrace: () => countByMillrace(sc.textFile(file, 1)), hand: () => countByHand(linesOfFile()), rxjs: () => countByRxjs(linesOfFile()),
    })
    return [...rows('strings', fromStrings), ...rows('bytes of a file', fromBytes)]
  } finally {
    await sc.stop()
    fs.rmSync(path.dirname(file), { recursive: true })
  }
}

const rows = (from, { medianMs, ratio }) => {
  const rate = `${(words / medianMs.millrace / 1_000).toFixed(1)} Mwords/s`
  return [
    { case: `word count from ${from}`, ours: rate, against: 'hand-written loop', ratio: ratio.hand, wanted: 0.9 },
    { case: `word count from ${from}`, ours: rate, against: 'rxjs', ratio: ratio.rxjs, wanted: 1.8 },
  ]
}

module.exports = { run }
