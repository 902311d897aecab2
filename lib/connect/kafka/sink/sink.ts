/** saveToKafka: streams and RDDs as records of Kafka topics. */
import { CallSite } from '../../../base/call-site'
import { refuse } from '../../../rdd/arguments'
import { RDD } from '../../../rdd/rdd'
import { writeInTasks, type PartitionWriter } from '../../../rdd/saving/write-to-sink'
import { travelling } from '../../../rdd/travel'
import { DStream } from '../../../streaming/dstream'
import { ForEachDStream } from '../../../streaming/outputs/foreach-rdd'
import { SinkDStream } from '../../../streaming/outputs/save-to'
import type { KafkaProducing } from '../producing'
import { ClusterProducing } from './cluster-producing'
import { EncodingWriter, Sending, SendingWriter } from './element-writer'
import { requireSave, type CheckedSave, type KafkaSaveOptions } from './options'
import { placeBatches } from './place-batches'
import { RecordSender, type OutgoingBatch } from './record-sender'
import { TransactionalOutput } from './transactional-output'
import { KafkaSink } from './transactional-sink'

declare module '../../../rdd/rdd' {
  interface RDD<T> {
    /**
     * Writes every element as a record of a topic, or of the topic that a function gives for it. Pairs give key and value, strings
     * and bytes are values as they are; others need `value`. Keys go to the partitions where Kafka's own clients put them. Tasks
     * write over a connection of their thread. Resolves when all is acknowledged; a task that is tried again writes again. With
     * `transactional`, and a `transactionalId`, all of it is there or nothing. Needs `npm install kafkajs`. Rejects with
     * IllegalArgumentError for options that cannot be. See docs/kafka-sink.md. Beyond Spark, whose counterpart is
     * `df.write.format('kafka')`.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'numbers')
     * await sc.parallelize([1, 2, 3]).saveToKafka('numbers', { servers: 'localhost:9092', value: n => String(n) })
     * ```
     */
    saveToKafka(topic: string | ((element: T) => string), options: KafkaSaveOptions<T>): Promise<void>
  }
}

declare module '../../../streaming/dstream' {
  interface DStream<T> {
    /**
     * Writes every element of every batch as a record of a topic, or of the topic that a function gives for it. Pairs give key and
     * value, strings and bytes are values as they are; others need `value`. Keys go to the partitions where Kafka's own clients
     * put them. Each record is there once at least: a task or a batch that runs again writes again. With `transactional` and a
     * checkpoint folder each batch is there exactly once, whole, for consumers that read what is committed, whenever the program
     * dies. Needs `npm install kafkajs`. Throws IllegalArgumentError for options that cannot be. See docs/kafka-sink.md. Beyond
     * Spark, whose counterpart is `writeStream.format('kafka')`.
     * @example
     * ```ts
     * import { Seconds, StreamingContext } from 'millrace'
     * const ssc = await StreamingContext.getOrCreate('checkpoints', () => {
     *   const fresh = new StreamingContext('local[2]', 'to kafka', Seconds(1))
     *   fresh.textFileStream('incoming').countByValue().saveToKafka('counts', {
     *     servers: 'localhost:9092', value: ([, count]) => String(count), transactional: true,
     *   })
     *   return fresh
     * })
     * await ssc.start()
     * ```
     */
    saveToKafka(topic: string | ((element: T) => string), options: KafkaSaveOptions<T>): void
  }
}

const operator = 'saveToKafka'

DStream.prototype.saveToKafka = function (this: DStream<any>, topic, options): void {
  const site = CallSite.capture(operator)
  const save = requireSave(topic, options)
  const { isTransactional, uid } = save
  const naming = uid === undefined ? {} : { uid }
  CallSite.within(site, () => {
    if (isTransactional) {
      new SinkDStream(this, sinkOf(save), naming)
      return
    }
    const write = plainWrite(save)
    new ForEachDStream(this, operator, rdd => write(site, rdd), naming)
  })
}

RDD.prototype.saveToKafka = async function (this: RDD<any>, topic, options): Promise<void> {
  const site = CallSite.capture(operator)
  const save = requireSave(topic, options)
  if (!save.isTransactional) return CallSite.within(site, () => plainWrite(save))(site, this)
  const { transactionalId: id, transactionTimeoutMs: timeoutMs } = save
  if (id === undefined) return refuse(operator, 'an RDD that is written in a transaction needs a transactionalId', "{ transactional: true, transactionalId: 'nightly export' }")
  const output = new TransactionalOutput(producingOf(save), { id, timeoutMs, topic: undefined })
  const encode = CallSite.within(site, () => encoding(save))
  try {
    await output.start(false)
    const batches = await encode(site, this, output.producing)
    await output.write(batches)
  } finally { await output.stop() }
}

type Write = (site: CallSite, rdd: RDD<any>) => Promise<void>

/** Without transactions: in the tasks, or where the client lives. Functions are captured here. */
function plainWrite(save: CheckedSave): Write {
  const { plan, cluster, acks } = save
  if (cluster === undefined) return writeOnDriver(save)
  const writer = new SendingWriter(plan, cluster, acks)
  const write: PartitionWriter = travelling(operator, (_transaction, part, elements) => writer.write(part, elements))
  return async (site, rdd) => {
    if (rdd.needsPreparation) await rdd.prepare()
    await writeInTasks(site, rdd, write, null)
  }
}

function writeOnDriver(save: CheckedSave): Write {
  const producing = producingOf(save)
  const encode = encoding(save)
  return async (site, rdd) => {
    await producing.connect()
    const sender = new RecordSender(producing, { acks: save.acks })
    const sending = new Sending(batch => sender.send(batch))
    await sending.take(await encode(site, rdd, producing))
    await sending.end()
  }
}

/** The record batches of an RDD, on the driver, each for its partition. Functions are captured here. */
function encoding({ plan }: CheckedSave): (site: CallSite, rdd: RDD<any>, producing: KafkaProducing) => Promise<OutgoingBatch[]> {
  const { topic } = plan
  const writer = new EncodingWriter(plan)
  const write: PartitionWriter = travelling(operator, (known, part, elements) => writer.write(known, part, elements))
  return async (site, rdd, producing) => {
    const counts = new Map(typeof topic === 'string' ? await producing.partitionCounts([topic]) : [])
    if (rdd.needsPreparation) await rdd.prepare()
    const written = await writeInTasks(site, rdd, write, [...counts]) as OutgoingBatch[][]
    return placeBatches(plan, written.flat(), producing, counts)
  }
}

function sinkOf(save: CheckedSave): KafkaSink {
  return new KafkaSink(new EncodingWriter(save.plan), {
    producing: () => producingOf(save), transactionalId: save.transactionalId, timeoutMs: save.transactionTimeoutMs,
  })
}

function producingOf({ client, cluster }: CheckedSave): KafkaProducing {
  return client === undefined ? new ClusterProducing(cluster!) : client.producing()
}
