/**
 * Counts the words of the lines in a Kafka topic, batch by batch, and says which offsets each batch had. Without a broker it takes a Kafka
 * in its own memory; with `--bootstrap-servers localhost:9092` it reads and writes a real one, and the rest is the same.
 */
import { parseArgs } from 'node:util'
import { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, StreamingContext, offsetRangesOf } from 'millrace'
import { MemoryKafka } from 'millrace/testing'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

const { values: { 'bootstrap-servers': given, 'topic': topic = 'lines' } } = parseArgs({
  options: { 'bootstrap-servers': { type: 'string' }, 'topic': { type: 'string' } },
})

async function main(): Promise<void> {
  const kafka = given === undefined ? new MemoryKafka({ newTopicPartitions: 2 }) : undefined
  const servers = given ?? kafka!.bootstrapServers
  const ssc = new StreamingContext(settings('KafkaWordCount'), Milliseconds(200))

  // Somebody writes lines.
  const lines = ['the mill turns', 'the wheel turns', 'the race is full', 'the mill stands']
  await ssc.sparkContext.parallelize(lines.map((line, i) => [`line ${i}`, line]), 1).saveToKafka(topic, { servers })

  const kafkaParams = { 'bootstrap.servers': servers, 'group.id': 'word-count', 'auto.offset.reset': 'earliest' } as const
  const stream = KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([topic], kafkaParams))
  stream.flatMap(record => record.value.split(' ')).countByValue().foreachRDD(async rdd => {
    const counts = await rdd.collect()
    if (counts.length > 0) console.log(counts.map(([word, count]) => `${word} ${count}`).sort().join(', '))
  })
  stream.foreachRDD(rdd => {
    const ranges = offsetRangesOf(rdd)
    const read = ranges.reduce((sum, range) => sum + range.count(), 0)
    if (read > 0) console.log(`${read} records of ${ranges.length} partition${ranges.length === 1 ? '' : 's'}`)
    stream.commitAsync(ranges)
  })
  stopAfter(ssc, 3)
  await ssc.start()
  await ssc.awaitTermination()

  const committed = await kafka?.committed('word-count')
  if (committed !== undefined) console.log(`The next run would go on behind ${committed.reduce((sum, { offset }) => sum + offset, 0)} records.`)
  await kafka?.close()
}

void main()
