// A real program for kill.ts, which is about to be killed: it goes on from its checkpoint folder with a golden program,
// asks the harness for its input, and tells it what each batch had and gave. It waits until the harness has it in writing.
// Argument: the options as JSON, see ChildOptions in kill.ts.
const { InputDStream, Milliseconds, Receiver, SparkConf, StorageLevel, StreamingContext } = require('../../dist/index.js')
const { reachedKillPoints } = require('../../dist/base/kill-points.js')
const golden = require('./programs.js')

const options = JSON.parse(process.argv[2])
const batch = Milliseconds(options.batchMs)
const waiting = new Map()
let asked = 0

/** Resolves with the answer of the harness. */
function ask(message) {
  const id = asked++
  return new Promise(resolve => {
    waiting.set(id, resolve)
    process.send({ id, ...message })
  })
}

class ReplayableInput extends InputDStream {
  ranges = new Map()
  until = 0

  async prepare(time) {
    if (this.ranges.has(time.milliseconds)) return
    const { available } = await ask({ type: 'available' })
    this.ranges.set(time.milliseconds, [this.until, available])
    this.until = available
  }

  checkpointData(time) { return this.ranges.get(time.milliseconds) }

  restore(batches) {
    for (const [timeMs, range] of batches) {
      this.ranges.set(timeMs, range)
      this.until = Math.max(this.until, range[1])
    }
  }

  compute(time) {
    const [from, until] = this.ranges.get(time.milliseconds) ?? [0, 0]
    return this.context.sparkContext.parallelize(Array.from({ length: until - from }, (_, i) => golden.recordOf(from + i)), 2)
  }
}

/** Takes records from a peer that sends again what was not acknowledged. */
class PeerReceiver extends Receiver {
  constructor() { super(StorageLevel.MEMORY_ONLY) }

  onStart() { void this.take() }
  onStop() {}

  async take() {
    while (!this.isStopped()) {
      const { records } = await ask({ type: 'take' })
      if (records.length === 0) continue
      try { await this.storeMultiple(records) } catch { return }
      await ask({ type: 'acknowledge', records })
    }
  }
}

function recordsOf(ssc) {
  if (options.source === 'files') return ssc.textFileStream(options.inputFolder)
  return options.source === 'log' ? new ReplayableInput(ssc, 'replayable') : ssc.receiverStream(new PeerReceiver())
}

function set() {
  const conf = new SparkConf().setMaster(options.master).setAppName('killed')
    .set('spark.streaming.receiver.writeAheadLog.enable', options.source === 'receiver')
    .set('spark.streaming.stopGracefullyOnShutdown', true)
  const ssc = new StreamingContext(conf, batch)
  ssc.sparkContext.setLogLevel('ERROR')
  ssc.checkpoint(options.folder)
  const records = recordsOf(ssc)
  records.foreachRDD(async (rdd, { milliseconds }) => ask({ type: 'input', timeMs: milliseconds, elements: await rdd.collect() }))
  const results = golden.programs[options.program](records.map(golden.pairOf), batch)
  if (options.saved !== undefined) results.saveAsTextFiles(options.saved)
  results.foreachRDD(async (rdd, { milliseconds }) => ask({ type: 'result', timeMs: milliseconds, elements: await rdd.collect() }))
  ssc.addStreamingListener({
    onBatchCompleted({ batchInfo }) {
      const isWell = [...batchInfo.outputOperationInfos.values()].every(({ failureReason }) => failureReason === undefined)
      void ask({ type: isWell ? 'ended' : 'failed', timeMs: batchInfo.batchTime.milliseconds })
    },
  })
  return ssc
}

async function main() {
  golden.hurry(false)
  const ssc = options.isAnew ? set() : await StreamingContext.getOrCreate(options.folder, set)
  process.on('message', ({ id, type, ...answer }) => {
    if (type === 'finish') void ssc.stop({ stopGracefully: true })
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  await ssc.start()
  await ask({ type: 'started', isRecovered: ssc.isRecovered })
  await ssc.awaitTermination()
  await ask({ type: 'stopped', reached: [...reachedKillPoints] })
  process.exit()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
