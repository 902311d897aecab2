// The same jobs on Spark in Scala and on Millrace, on one thread and on two, one after the other in one run. Left out, with
// a line that says so, where there is no Spark.
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { SparkContext } = require('millrace')
const { runScala } = require('../support/spark')
const { generator, wordLines } = require('../support/text')

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

/** Whole numbers below `n`, the same in every run. */
function numbers(seed) {
  const random = generator(seed)
  return n => Math.floor(random() * n)
}

/** A pipeline over objects in memory, a join, a sort and a grouping. */
async function measureObjects(sc, parallelism) {
  const random = numbers(7)
  const kept = async values => {
    const rdd = sc.parallelize(values, parallelism).cache()
    await rdd.count()
    return rdd
  }
  const orders = await kept(Array.from({ length: 1_000_000 }, () => ({ customer: random(100_000), product: `product${random(1_000)}`, amount: random(10_000) })))
  const objects = await best(8, () => orders.filter(order => order.amount > 100).map(order => [order.product, [1, order.amount]])
    .reduceByKey((a, b) => [a[0] + b[0], a[1] + b[1]]).mapValues(([n, sum]) => sum / n).collect())
  orders.unpersist()
  const left = await kept(Array.from({ length: 500_000 }, (_, i) => [`k${i}`, i]))
  const right = await kept(Array.from({ length: 500_000 }, (_, i) => [`k${i * 7 % 500_000}`, i]))
  const join = await best(8, () => left.join(right, 8).count())
  left.unpersist()
  right.unpersist()
  const million = await kept(Array.from({ length: 1_000_000 }, () => [random(2 ** 31), 1]))
  const sortByKey = await best(8, () => million.sortByKey(true, 8).count())
  million.unpersist()
  const grouped = await kept(Array.from({ length: 1_000_000 }, () => [`k${random(100_000)}`, random(2 ** 31)]))
  const groupByKey = await best(8, () => grouped.groupByKey(8).count())
  grouped.unpersist()
  return { objects, join, sortByKey, groupByKey }
}

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
    strings.unpersist()
    Object.assign(figures, await measureObjects(sc, parallelism))
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

const names = {
  wordCountStrings: 'word count from strings', wordCountFile: 'word count from a file', grep: 'grep', tinyJob: 'tiny two-stage job',
  objects: 'pipeline over a million objects', join: 'join of two times 500,000 pairs', sortByKey: 'sortByKey of a million', groupByKey: 'groupByKey of a million',
}
const wanted = { local: { wordCountStrings: 2.5, wordCountFile: 2.5 }, 'local[2]': { wordCountStrings: 2, wordCountFile: 6 } }

module.exports = { run }
