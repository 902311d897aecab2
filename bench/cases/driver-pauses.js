// How long the driver's event loop stands still while its threads work at full load: a flood through a socket, counted and
// collected on local[2] batch by batch, and with it a job whose every record goes through a shuffle and comes back.
const { spawn } = require('node:child_process')
const path = require('node:path')
const { Milliseconds, SparkContext, StreamingContext } = require('millrace')
const { pausesOf } = require('../support/pauses')

const megawords = Number(process.env.MILLRACE_BENCH_MEGAWORDS ?? 40)
const wantedMs = 20

function startFeeder() {
  const feeder = spawn(process.execPath, [path.join(__dirname, '..', 'programs', 'feeder.js'), String(megawords)], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    feeder.on('error', reject)
    feeder.stdout.once('data', text => resolve({ port: Number(text), stop: () => feeder.stdin.end() }))
  })
}

async function flood(sc, port) {
  const ssc = new StreamingContext(sc, Milliseconds(500))
  let words = 0
  ssc.socketTextStream('127.0.0.1', port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b, 2)
    .foreachRDD(async rdd => { for (const [, count] of await rdd.collect()) words += count })
  await ssc.start()
  while (words < megawords * 1e6) await new Promise(resolve => setTimeout(resolve, 20))
  await ssc.stop({ stopSparkContext: false })
  return words
}

async function run() {
  const sc = new SparkContext('local[2]', 'bench')
  try {
    // What is done once in a process (threads, the first captured function, code that is compiled) is not what is asked for.
    await sc.range(0, 100_000, 1, 8).map(n => [n % 1_000, { n, name: `name ${n}` }]).groupByKey(4).collect()
    const feeder = await startFeeder()
    const stream = await pausesOf(() => flood(sc, feeder.port))
    feeder.stop()
    const pairs = sc.range(0, 1_000_000, 1, 4).map(n => [n % 500_000, { n, name: `name ${n}` }])
    const shuffle = await pausesOf(async () => {
      for (let i = 0; i < 3; i++) await pairs.groupByKey(4).filter(([, values]) => values.length === 2).count()
    })
    const collect = await pausesOf(async () => {
      for (let i = 0; i < 3; i++) await sc.range(0, 400_000, 1, 8).map(n => [n, `name ${n}`]).collect()
    })
    const data = Array.from({ length: 600_000 }, (_, n) => ({ n, name: `name ${n}` }))
    const ship = await pausesOf(() => sc.parallelize(data, 2).filter(({ n }) => n % 2 === 0).count())
    const row = (name, { p99, max, seenMax }) => ({
      case: name, ours: `p99 ${p99.toFixed(1)}, max ${max.toFixed(1)} ms (${seenMax.toFixed(0)} with waiting)`,
      against: `${wantedMs} ms at the longest`, ratio: wantedMs / max, wanted: 1,
    })
    return [
      row(`driver pauses: a socket flood of ${stream.result / 1e6} M words`, stream),
      row('driver pauses: groupByKey of 1 M objects', shuffle),
      row('driver pauses: collect of 400,000 pairs', collect),
      row('driver pauses: parallelize of 600,000 objects', ship),
    ]
  } finally {
    await sc.stop()
  }
}

module.exports = { run }
