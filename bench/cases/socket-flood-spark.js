// The same flood over a socket, end to end, on Millrace and on Spark Streaming: words a second on average over a minute and
// over half a minute, and how steady Millrace is: its memory, and how its second half minute compares with its first.
const { spawn } = require('node:child_process')
const path = require('node:path')
const { Seconds, SparkContext, StreamingContext } = require('millrace')
const { runScala } = require('../support/spark')

const seconds = Number(process.env.MILLRACE_BENCH_SECONDS ?? 60)
const sparkSeconds = Math.ceil(seconds / 2)

function startFeeder() {
  const feeder = spawn(process.execPath, [path.join(__dirname, '..', 'programs', 'feeder.js'), '1000000'], { stdio: ['pipe', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    feeder.on('error', reject)
    feeder.stdout.once('data', text => resolve({ port: Number(text), stop: () => feeder.kill() }))
  })
}

async function flood(master) {
  const feeder = await startFeeder()
  const sc = new SparkContext(master, 'bench')
  const ssc = new StreamingContext(sc, Seconds(1))
  const start = performance.now()
  const marks = []
  let words = 0
  ssc.socketTextStream('127.0.0.1', feeder.port).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey((a, b) => a + b)
    .foreachRDD(async rdd => {
      words += await rdd.map(([, n]) => n).fold(0, (a, b) => a + b)
      marks.push({ ms: performance.now() - start, words, mb: process.memoryUsage.rss() / 1e6 })
    })
  await ssc.start()
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  await ssc.stop()
  feeder.stop()
  const middle = marks.findLast(mark => mark.ms < seconds * 500)
  const last = marks.at(-1)
  const rate = (from, to) => (to.words - from.words) / (to.ms - from.ms) / 1000
  const mbAt = list => Math.max(...list.map(mark => mark.mb))
  const warm = marks.filter(mark => mark.ms > seconds * 250 && mark.ms < seconds * 500)
  return {
    rate: last.words / last.ms / 1000, first: rate({ ms: 0, words: 0 }, middle), second: rate(middle, last),
    warmMb: mbAt(warm), lastMb: mbAt(marks.filter(mark => mark.ms > seconds * 500)),
  }
}

async function run() {
  const feeder = await startFeeder()
  const spark = runScala(path.join(__dirname, '..', 'peers', 'spark', 'socket.scala'), { MILLRACE_BENCH_PORT: String(feeder.port), MILLRACE_BENCH_SECONDS: String(sparkSeconds) })
  feeder.stop()
  const ours = await flood('local')
  const rows = [
    { case: `socket flood, second half of ${seconds} s`, ours: `${ours.second.toFixed(1)} Mwords/s`, against: `the first half (${ours.first.toFixed(1)} Mwords/s)`, ratio: ours.second / ours.first, wanted: 0.9 },
    { case: 'memory of the socket flood', ours: `${ours.lastMb.toFixed(0)} MB`, against: `after a quarter (${ours.warmMb.toFixed(0)} MB)`, ratio: ours.warmMb / ours.lastMb, wanted: 0.8 },
  ]
  if (spark === undefined) return [{ case: 'socket flood beside Spark', ours: 'no Spark found: bench/peers/spark/install.sh', against: 'Spark', ratio: undefined, wanted: '-' }, ...rows]
  const theirs = spark['socketFlood local[3]'] / 1e6
  return [{ case: 'socket flood, end to end', ours: `${ours.rate.toFixed(1)} Mwords/s`, against: `Spark local[3] (${theirs.toFixed(1)} Mwords/s)`, ratio: ours.rate / theirs, wanted: 10 }, ...rows]
}

module.exports = { run }
