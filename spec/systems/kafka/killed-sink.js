// A program that kills.spec.ts kills: batches of 60 numbers into two topics, in transactions. Argument: the options as JSON; `killAt`
// ends it by SIGKILL after the n-th call of that kind to Kafka.
const { Milliseconds, ReplayableInputDStream, SparkConf, StreamingContext } = require('../../../dist/index.js')
const { ClusterProducing } = require('../../../dist/connect/kafka/sink/cluster-producing.js')
const { requireProducerParams } = require('../../../dist/connect/kafka/sink/producer-params.js')

const { folder, servers, master, topics, killAt } = JSON.parse(process.argv[2])
const perBatch = 60
const batchMs = 100

class Counting extends ReplayableInputDStream {
  plan(_time, { previous }) {
    const from = previous?.until ?? 0
    return isFinishing ? undefined : { from, until: from + perBatch }
  }
  read({ from, until }) { return this.context.sparkContext.range(from, until, 1, 3) }
}

let isFinishing = false

/** A cluster as usual, and the end of the process between two steps. */
function client() {
  let calls = 0
  const dying = real => new Proxy(real, {
    get: (_target, name) => name !== killAt.step ? real[name].bind(real) : async (...args) => {
      const isNow = ++calls === killAt.count
      if (isNow && killAt.when === 'before') process.kill(process.pid, 'SIGKILL')
      const result = await real[name](...args)
      if (isNow) process.kill(process.pid, 'SIGKILL')
      return result
    },
  })
  return { producing: () => dying(new ClusterProducing(requireProducerParams('killed', { 'bootstrap.servers': servers }).cluster)) }
}

function create() {
  const ssc = new StreamingContext(new SparkConf().setMaster(master).setAppName(`killed ${topics[0]}`), Milliseconds(batchMs))
  ssc.sparkContext.setLogLevel('OFF')
  ssc.checkpoint(folder)
  const numbers = new Counting(ssc, 'counting')
  const two = topics
  numbers.saveToKafka(n => two[n % 2], {
    ...killAt === undefined ? { servers } : { client: client() }, transactional: true, uid: 'numbers', key: n => String(n % 7), value: n => String(n), batchBytes: 1_024,
  })
  // A slow output of another kind, so that kills fall between the outputs and the end of a batch, too.
  numbers.foreachRDD(rdd => rdd.count())
  return ssc
}

async function main() {
  const ssc = await StreamingContext.getOrCreate(folder, create)
  let batches = 0
  ssc.addStreamingListener({
    onBatchCompleted() { process.send({ batches: ++batches }) },
    onOutputOperationCompleted({ outputOperationInfo: { failureReason } }) { if (failureReason !== undefined) process.send({ failure: failureReason }) },
  })
  process.on('message', async message => {
    if (message !== 'finish') return
    isFinishing = true
    await ssc.stop(true, true)
    process.disconnect()
  })
  await ssc.start()
  process.send({ started: true })
  await ssc.awaitTermination()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
