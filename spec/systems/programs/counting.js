// A program that counts, so many numbers a batch, ten batches a second, into outputs that it is given; meant to be killed and started
// again on the same folder. It tells its parent of batches and failures, and ends in order when it is told to (support/lives.ts).
const { Milliseconds, ReplayableInputDStream, SparkConf, StreamingContext } = require('../../../dist/index.js')

let isFinishing = false

class Counting extends ReplayableInputDStream {
  constructor(ssc, perBatch) {
    super(ssc, 'counting')
    this.perBatch = perBatch
  }
  plan(_time, { previous }) {
    const from = previous?.until ?? 0
    return isFinishing ? undefined : { from, until: from + this.perBatch }
  }
  read({ from, until }) { return this.context.sparkContext.range(from, until, 1, 3) }
}

/** Runs until it is ended; `addOutputs` gets the stream of numbers. */
exports.runCounting = ({ appName, folder, master, perBatch }, addOutputs) => run(appName, folder, master, perBatch, addOutputs).catch(error => {
  console.error(error)
  process.exit(1)
})

async function run(appName, folder, master, perBatch, addOutputs) {
  const ssc = await StreamingContext.getOrCreate(folder, () => {
    const fresh = new StreamingContext(new SparkConf().setMaster(master).setAppName(appName), Milliseconds(100))
    fresh.sparkContext.setLogLevel('OFF')
    fresh.checkpoint(folder)
    const numbers = new Counting(fresh, perBatch)
    addOutputs(numbers)
    // A slow output of another kind, so that kills fall between the outputs and the end of a batch, too.
    numbers.foreachRDD(rdd => rdd.count())
    return fresh
  })
  let batches = 0
  ssc.addStreamingListener({
    onBatchCompleted() { process.send({ batches: ++batches }) },
    onOutputOperationCompleted({ outputOperationInfo: { failureReason } }) { if (failureReason !== undefined) process.send({ failure: failureReason }) },
  })
  process.once('message', () => {
    isFinishing = true
    setImmediate(() => { void ssc.stop({ stopGracefully: true }) })
  })
  await ssc.start()
  process.send({ started: true })
  await ssc.awaitTermination()
  process.disconnect()
}
