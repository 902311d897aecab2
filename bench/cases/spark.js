// The same jobs on Spark in Scala and on Millrace, on one thread and on two, one after the other in one run. Left out, with
// a line that says so, where there is no Spark.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { SparkContext } = require('millrace')
const { runScala } = require('../support/spark')
const { wordLines } = require('../support/text')

async function best(rounds, body) {
  let bestMs = Infinity
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    await body()
    bestMs = Math.min(bestMs, performance.now() - start)
  }
  return bestMs
}

const count = rdd => rdd.flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b).collect()

async function measure(master, file, lines) {
  const parallelism = master === 'local' ? 1 : 2
  const sc = new SparkContext(master, 'bench')
  try {
    const strings = sc.parallelize(lines, parallelism).cache()
    await strings.count()
    const words = sc.parallelize(['a', 'b', 'a', 'c'], 2)
    const tiny = () => words.map(word => [word, 1]).reduceByKey((a, b) => a + b).collect()
    const figures = {
      wordCountStrings: await best(8, () => count(strings)),
      wordCountFile: await best(8, () => count(sc.textFile(file, parallelism))),
      grep: await best(8, () => strings.filter(line => line.includes('zzz')).count()),
    }
    for (let i = 0; i < 200; i++) await tiny()
    figures.tinyJob = await best(200, tiny)
    return figures
  } finally {
    await sc.stop()
  }
}

async function run() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-bench-'))
  const file = path.join(folder, 'words.txt')
  const lines = wordLines()
  fs.writeFileSync(file, `${lines.join('\n')}\n`)
  try {
    const spark = runScala(path.join(__dirname, '..', 'peers', 'spark', 'jobs.scala'), { MILLRACE_BENCH_TEXT: file })
    if (spark === undefined) return [{ case: 'beside Spark', ours: 'no Spark found: bench/peers/spark/install.sh', against: 'Spark', ratio: undefined, wanted: '-' }]
    const rows = []
    for (const [ours, theirs] of [['local', 'local[1]'], ['local[2]', 'local[2]']]) {
      let figures
      try {
        figures = await measure(ours, file, lines)
      } catch (error) {
        rows.push({ case: `${ours} beside Spark`, ours: String(error.message), against: `Spark ${theirs}`, ratio: undefined, wanted: '-' })
        continue
      }
      for (const [name, ms] of Object.entries(figures)) {
        const other = spark[`${name} ${theirs}`]
        rows.push({
          case: `${names[name]}, ${ours}`, ours: `${ms.toFixed(2)} ms`, against: `Spark ${theirs} (${other} ms)`, ratio: other / ms, wanted: wanted[ours][name] ?? 1,
        })
      }
    }
    return rows
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

const names = { wordCountStrings: 'word count from strings', wordCountFile: 'word count from a file', grep: 'grep', tinyJob: 'tiny two-stage job' }
const wanted = { local: { wordCountStrings: 2.5, wordCountFile: 2.5 }, 'local[2]': { wordCountStrings: 2, wordCountFile: 6 } }

module.exports = { run }
