// A program that kills.spec.ts kills: batches of 50 numbers into four tables, each once. Argument: the options as JSON.
const { Milliseconds, ReplayableInputDStream, SparkConf, StreamingContext, mysqlSink, postgresSink } = require('../../../dist/index.js')

const { folder, url, master, tables } = JSON.parse(process.argv[2])
const perBatch = 50
const batchMs = 100

class Counting extends ReplayableInputDStream {
  plan(_time, { previous }) {
    const from = previous?.until ?? 0
    return isFinishing ? undefined : { from, until: from + perBatch }
  }
  read({ from, until }) { return this.context.sparkContext.range(from, until, 1, 3) }
}

let isFinishing = false
const sink = url.startsWith('postgres') ? postgresSink : mysqlSink

function create() {
  const ssc = new StreamingContext(new SparkConf().setMaster(master).setAppName('killed'), Milliseconds(batchMs))
  ssc.sparkContext.setLogLevel('OFF')
  ssc.checkpoint(folder)
  const numbers = new Counting(ssc, 'counting')
  numbers.saveTo(sink({ url, table: tables.added, columns: ['n'], batchTime: 'batch_time', row: n => [n] }), { uid: 'added' })
  numbers.saveTo(sink({ url, table: tables.keyed, columns: ['k', 'n'], key: ['k'], row: n => [n % 7, n] }), { uid: 'keyed' })
  numbers.foreachRDD((rdd, _time, output) => rdd.saveToTable({ url, table: tables.written, columns: ['n'], batchTime: 'batch_time', row: n => [n] }, output), { uid: 'written' })
  // A slow output of another kind, so that kills fall between the outputs and the end of a batch, too.
  numbers.foreachRDD(rdd => rdd.count())
  return ssc
}

async function main() {
  const ssc = await StreamingContext.getOrCreate(folder, create)
  let batches = 0
  ssc.addStreamingListener({ onBatchCompleted() { process.send({ batches: ++batches }) } })
  process.on('message', () => {
    isFinishing = true
    setImmediate(() => { void ssc.stop({ stopGracefully: true }) })
  })
  await ssc.start()
  process.send({ started: true })
  await ssc.awaitTermination()
  process.send({ stopped: true })
  process.disconnect()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
