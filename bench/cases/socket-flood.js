// A flood from another process through socketTextStream to reduceByKey, end to end, against the same count in memory.
const { spawn } = require('node:child_process')
const path = require('node:path')
const { Milliseconds, SparkContext, StreamingContext } = require('millrace')
const { compare } = require('../support/measure')
const { wordLines } = require('../support/text')

const megawords = 60

function startFeeder() {
  const feeder = spawn(process.execPath, [path.join(__dirname, '..', 'programs', 'feeder.js'), String(megawords)], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    feeder.on('error', reject)
    feeder.stdout.once('data', text => resolve({ port: Number(text), stop: () => feeder.stdin.end() }))
  })
}

async function flood(sc) {
  const feeder = await startFeeder()
  const ssc = new StreamingContext(sc, Milliseconds(500))
  let words = 0
  let peakBytes = 0
  const start = performance.now()
  let doneMs
  ssc.socketTextStream('127.0.0.1', feeder.port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
    .foreachRDD(async rdd => {
      words += await rdd.map(([, n]) => n).fold(0, (a, b) => a + b)
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
      if (words >= megawords * 1e6) doneMs ??= performance.now() - start
    })
  await ssc.start()
  while (doneMs === undefined) await new Promise(resolve => setTimeout(resolve, 20))
  await ssc.stop({ stopSparkContext: false })
  feeder.stop()
  return { rate: words / doneMs / 1_000, words, peakMb: peakBytes / 1e6 }
}

async function run() {
  const lines = wordLines()
  const sc = new SparkContext('local', 'bench')
  try {
    const text = sc.parallelize(lines, 1)
    const memory = await compare({
      millrace: () => text.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).collect(),
    }, { rounds: 5 })
    const inMemory = 2_000 / memory.medianMs.millrace
    const { rate, words, peakMb } = await flood(sc)
    return [{
      case: `socket flood of ${words / 1e6} M words, end to end`, ours: `${rate.toFixed(1)} Mwords/s, peak ${peakMb.toFixed(0)} MB`,
      against: `the same in memory (${inMemory.toFixed(1)} Mwords/s)`, ratio: rate / inMemory, wanted: 0.6,
    }]
  } finally {
    await sc.stop()
  }
}

module.exports = { run }
