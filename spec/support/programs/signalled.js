// A program for shutdown.long.spec.ts: receives a thousand elements, whose first batch is an hour away, and waits for a
// signal. Arguments: `graceful`, `hangs` (its job never ends), `lingers` (something keeps the process alive after the
// stream), `own` (it has a handler of its own, which stops gracefully).
const { Receiver, Seconds, SparkConf, StreamingContext } = require('../../../dist/index.js')
const { limits } = require('../../../dist/base/limits.js')

const has = name => process.argv.includes(name)

class Thousand extends Receiver {
  onStart() { for (let i = 0; i < 1_000; i++) void this.store(i) }
  onStop() { console.log('stopping') }
}

async function main() {
  limits.exitAfterSignalMs = 200
  const conf = new SparkConf().setMaster('local').setAppName('signalled').set('spark.streaming.stopGracefullyOnShutdown', has('graceful'))
  const ssc = new StreamingContext(conf, Seconds(3_600))
  let total = 0
  ssc.receiverStream(new Thousand()).foreachRDD(async rdd => {
    total += await rdd.count()
    if (has('hangs')) await new Promise(() => undefined)
  })
  await ssc.start()
  if (has('own')) process.on('SIGTERM', () => { void ssc.stop(true, true) })
  if (has('lingers')) setInterval(() => undefined, 1_000)
  console.log('ready')
  await ssc.awaitTermination()
  console.log(`total ${total}`)
}

void main()
