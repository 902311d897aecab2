// A program that receivers.spec.ts kills: everything that a group's receivers read, a file a batch. Argument: the options as JSON.
const { Milliseconds, SparkConf, StreamingContext } = require('../../../dist/index.js')

const { folder, output, servers, topic, groupId, receivers } = JSON.parse(process.argv[2])

function create() {
  const conf = new SparkConf().setMaster('local').setAppName('received').set('spark.streaming.receiver.writeAheadLog.enable', true)
  const ssc = new StreamingContext(conf, Milliseconds(200))
  ssc.sparkContext.setLogLevel('OFF')
  ssc.checkpoint(folder)
  const kafkaParams = { 'auto.offset.reset': 'earliest', 'session.timeout.ms': 6_000, 'heartbeat.interval.ms': 500 }
  const streams = Array.from({ length: receivers }, () => ssc.kafkaReceiverStream({ servers, groupId, topics: topic, kafkaParams }))
  ssc.union(streams).map(({ value }) => value).saveAsTextFiles(output, 'txt')
  return ssc
}

async function main() {
  const ssc = await StreamingContext.getOrCreate(folder, create)
  process.on('message', async message => {
    if (message !== 'finish') return
    const beganMs = performance.now()
    await ssc.stop({ stopGracefully: true })
    process.send({ stoppedMs: performance.now() - beganMs })
    process.disconnect()
  })
  ssc.addStreamingListener({ onBatchCompleted({ batchInfo: { numRecords } }) { process.send({ numRecords }) } })
  await ssc.start()
  process.send({ started: true })
  await ssc.awaitTermination()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
