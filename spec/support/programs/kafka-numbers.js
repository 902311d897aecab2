// A program that specs kill: a direct stream from one topic, saved to another in transactions. Argument: the options as JSON. With
// `kafkaFolder` the Kafka is a MemoryKafka in that folder, to which the program itself sends numbers, one after another, as long as
// it lives; else it is at `servers`. It tells its parent what each batch had, and ends in order when nothing more comes after 'finish'.
const { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, offsetRangesOf, SparkConf, StreamingContext } = require('../../../dist/index.js')
const { MemoryKafka } = require('../../../dist/testing/index.js')

const { folder, kafkaFolder, servers, master, input, output, batchMs = 100, groupId, transactionalId } = JSON.parse(process.argv[2])
const kafka = kafkaFolder === undefined ? undefined : new MemoryKafka({ folder: kafkaFolder })
const brokers = { 'bootstrap.servers': kafka === undefined ? servers : kafka.bootstrapServers }
const params = { ...brokers, 'auto.offset.reset': 'earliest', 'metadata.max.age.ms': 500, ...groupId !== undefined && { 'group.id': groupId } }
const perSend = 15
let isFinishing = false

function create() {
  const ssc = new StreamingContext(new SparkConf().setMaster(master).setAppName(`numbers of ${input}`), Milliseconds(batchMs))
  ssc.sparkContext.setLogLevel('OFF')
  ssc.checkpoint(folder)
  const numbers = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([input], params))
  numbers.map(record => [record.key, record.value]).saveToKafka(output, { kafkaParams: brokers, transactional: true, transactionalId, uid: 'numbers' })
  // Another output, so that kills fall between the two.
  numbers.foreachRDD(async rdd => {
    await rdd.count()
    if (groupId !== undefined) numbers.commitAsync(offsetRangesOf(rdd))
  })
  return ssc
}

/** Number n goes to partition n modulo their count. Goes on behind what was sent before, of which a kill may have left a part. */
async function produce(topic) {
  const sent = await topic.offsets()
  const count = sent.length
  const first = Math.min(...sent.map(({ end }, partition) => partition + end * count))
  for (let next = first; !isFinishing; next += perSend) {
    const numbers = Array.from({ length: perSend }, (_, i) => next + i).filter(number => Math.floor(number / count) >= sent[number % count].end)
    await topic.send(numbers.map(number => ({ key: String(number % 7), value: String(number), partition: number % count })))
    await new Promise(resolve => { setTimeout(resolve, 3) })
  }
}

async function main() {
  const producing = kafka === undefined ? undefined : produce(kafka.topic(input, { partitions: 3 }))
  kafka?.topic(output, { partitions: 2 })
  const ssc = await StreamingContext.getOrCreate(folder, create)
  let batches = 0
  let empty = 0
  let isEnding = false
  ssc.addStreamingListener({
    onBatchCompleted({ batchInfo: { numRecords } }) {
      empty = isFinishing && numRecords === 0 ? empty + 1 : 0
      process.send({ batches: ++batches, numRecords })
      if (empty === 3 && !isEnding) void end()
    },
    onOutputOperationCompleted({ outputOperationInfo: { failureReason } }) { if (failureReason !== undefined) process.send({ failure: failureReason }) },
  })
  async function end() {
    isEnding = true
    await producing
    await ssc.stop(true, true)
    await kafka?.close()
    process.disconnect()
  }
  process.on('message', message => { if (message === 'finish') isFinishing = true })
  await ssc.start()
  process.send({ started: true })
  await ssc.awaitTermination()
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
