// Threads beside the calling thread: how much faster two are, what they cost to have, and whether work grows as its size.
const crypto = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { SparkContext } = require('millrace')
const { compare, median } = require('../support/measure')
const { wordLines } = require('../support/text')

const count = (sc, file, partitions) => sc.textFile(file, partitions).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).collect()

/** One context after another, for there is one at a time: each is measured between two of the other. */
async function ratio(name, work, rounds = 5) {
  const times = { local: [], 'local[2]': [] }
  for (let round = 0; round < rounds; round++) {
    for (const master of Object.keys(times)) {
      const sc = new SparkContext(master, 'bench')
      try {
        const job = await work(sc)
        const { bestMs } = await compare({ job }, { rounds: 5, warmup: 3 })
        times[master].push(bestMs.job)
      } finally { await sc.stop() }
    }
  }
  const two = median(times['local[2]'])
  return { case: name, ours: `local[2] ${two.toFixed(1)} ms`, against: `local (${median(times.local).toFixed(1)} ms)`, ratio: median(times.local.map((ms, i) => ms / times['local[2]'][i])) }
}

/** Until the first job is done, in a process of its own that has loaded the package already. */
async function startUp(master) {
  const start = performance.now()
  const sc = new SparkContext(master, 'bench')
  await sc.parallelize([1, 2, 3, 4], 2).map(n => n + 1).collect()
  const ms = performance.now() - start
  const bytes = process.memoryUsage.rss()
  await sc.stop()
  return { ms, bytes }
}

async function run() {
  // First, while no thread is there to be used again.
  const before = await startUp('local')
  const two = await startUp('local[2]')
  const rows = [
    { case: 'start of local[2] beside local', ours: `${(two.ms - before.ms).toFixed(0)} ms more`, against: '150 ms more', ratio: 150 / Math.max(1, two.ms - before.ms), wanted: 1 },
    { case: 'memory of a thread at rest', ours: `${((two.bytes - before.bytes) / 2e6).toFixed(0)} MB`, against: '60 MB', ratio: 60e6 / Math.max(1, (two.bytes - before.bytes) / 2), wanted: 1 },
  ]
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  try {
    const file = millions => {
      const name = path.join(folder, `words-${millions}.txt`)
      fs.writeFileSync(name, `${wordLines(millions * 100_000).join('\n')}\n`)
      return name
    }
    const [one, twice, four] = [file(1), file(2), file(4)]
    rows.push({ ...await ratio('word count of 2 M words from bytes', sc => () => count(sc, twice, 2)), wanted: 1.7 })
    const records = sc => sc.parallelize(Array.from({ length: 20_000 }, (_, i) => `record number ${i}`), 8)
    rows.push({
      ...await ratio('hash each of 20,000 records 200 times', sc => {
        const all = records(sc)
        return () => all.map(record => {
          let hash = 0x811c9dc5
          for (let i = 0; i < 200; i++) for (let at = 0; at < record.length; at++) hash = Math.imul(hash ^ record.charCodeAt(at), 0x01000193)
          return hash
        }).fold(0, (a, b) => a ^ b)
      }), wanted: 1.85,
    })
    // OpenSSL looks every algorithm up behind a lock: threads wait for one another there.
    rows.push({
      ...await ratio('SHA-256 of each of 20,000 records 20 times', sc => {
        const all = records(sc)
        return () => all.map(record => {
          let hash = record
          for (let i = 0; i < 20; i++) hash = crypto.createHash('sha256').update(hash).digest('base64')
          return hash
        }).count()
      }), wanted: '-',
    })
    const sc = new SparkContext('local[2]', 'bench')
    try {
      const sizes = await compare({ four: () => count(sc, four, 2), two: () => count(sc, twice, 2), one: () => count(sc, one, 2) }, { rounds: 15 })
      const { one: a, two: b, four: c } = sizes.medianMs
      for (const [words, ms, times] of [[2, b, 2], [4, c, 4]]) {
        rows.push({ case: `word count of ${words} M words`, ours: `${ms.toFixed(1)} ms`, against: `${times} times 1 M words (${(a * times).toFixed(1)} ms)`, ratio: a * times / ms, wanted: 0.9 })
      }
      const partitions = await compare(Object.fromEntries([512, 64, 8, 1].map(n => [`p${n}`, () => count(sc, twice, n)])), { rounds: 9 })
      for (const n of [1, 64, 512]) {
        rows.push({ case: `word count in ${n} partitions`, ours: `${partitions.medianMs[`p${n}`].toFixed(1)} ms`, against: `8 partitions (${partitions.medianMs.p8.toFixed(1)} ms)`, ratio: partitions.medianMs.p8 / partitions.medianMs[`p${n}`], wanted: '-' })
      }
    } finally { await sc.stop() }
    return rows
  } finally { fs.rmSync(folder, { recursive: true }) }
}

module.exports = { run }
