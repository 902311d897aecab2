/**
 * Word count from Kafka to Kafka, exactly once: lines are read from one topic, the counts of all lines so far are written to another in
 * transactions, and the checkpoint folder holds what was read. The program runs twice, as after a stop or a crash: the second run goes on where the first
 * one was. Without a broker it takes a Kafka in its own memory; with `--bootstrap-servers localhost:9092` a real one.
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { parseArgs } from 'node:util'
import { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, OffsetRange, SparkContext, StreamingContext } from 'millrace'
import { MemoryKafka } from 'millrace/testing'
import { settings } from './support/settings'

const { values: { 'bootstrap-servers': given } } = parseArgs({ options: { 'bootstrap-servers': { type: 'string' } } })

interface Places { readonly servers: string, readonly lines: string, readonly counts: string, readonly folder: string }

/** The program: the same in every run. */
function create({ servers, lines, counts, folder }: Places): StreamingContext {
  const ssc = new StreamingContext(settings('KafkaInAndOut'), Milliseconds(200))
  ssc.checkpoint(folder)
  const kafkaParams = { 'bootstrap.servers': servers, 'auto.offset.reset': 'earliest', 'isolation.level': 'read_committed' } as const
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([lines], kafkaParams))
  const totals = stream.flatMap(record => record.value.split(' ')).map(word => [word, 1])
    .updateStateByKey<number>((news, total = 0) => total + news.length).uid('totals')
  totals.saveToKafka(counts, { servers, transactional: true, uid: 'counts', value: ([, total]) => String(total) })
  return ssc
}

/** Writes lines, as another program would, and lets the program run for some batches. */
async function run(places: Places, lines: readonly string[]): Promise<void> {
  const sc = new SparkContext(settings('LineWriter'))
  await sc.parallelize(lines, 1).saveToKafka(places.lines, { servers: places.servers })
  await sc.stop()
  const ssc = await StreamingContext.getOrCreate(places.folder, () => create(places))
  const someBatches = new Promise<void>(resolve => {
    let completed = 0
    ssc.addStreamingListener({ onBatchCompleted() { if (++completed === 4) resolve() } })
  })
  await ssc.start()
  await someBatches
  await ssc.stop(true, true)
}

/** The last count of each word, of what is committed. */
async function latest({ servers, counts }: Places): Promise<string> {
  const sc = new SparkContext(settings('CountReader'))
  const params = { 'bootstrap.servers': servers, 'isolation.level': 'read_committed' } as const
  const [starts, ends] = [await KafkaUtils.beginningOffsets(params, [counts]), await KafkaUtils.endOffsets(params, [counts])]
  const ranges = ends.map(([place, end], i) => OffsetRange.create(place, starts[i]![1], end))
  const words = await KafkaUtils.createRDD(sc, params, ranges).map(record => [record.key, Number(record.value)]).reduceByKey((a, b) => Math.max(a, b)).collect()
  await sc.stop()
  return words.sort().map(([word, count]) => `${word} ${count}`).join(', ')
}

async function main(): Promise<void> {
  const kafka = given === undefined ? new MemoryKafka({ newTopicPartitions: 3 }) : undefined
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  const suffix = path.basename(folder).slice(-6)
  const places = { servers: given ?? kafka!.bootstrapServers, lines: `lines-${suffix}`, counts: `counts-${suffix}`, folder: path.join(folder, 'checkpoint') }
  await run(places, ['the mill turns', 'the wheel turns'])
  console.log(await latest(places))
  await run(places, ['the mill stands'])
  console.log(await latest(places))
  await kafka?.close()
  await fs.rm(folder, { recursive: true })
}

void main()
