/** The direct stream of Kafka keeps the contract of sources on a MemoryKafka; spec/systems/kafka has it on brokers. */
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from '../../lib/index'
import { MemoryKafka, sourceContract, type SourceHarness, type SourcePlace } from '../../lib/testing/index'
import { masters } from '../support/contexts'

function place(partitions: number): SourcePlace {
  const kafka = new MemoryKafka()
  const topic = kafka.topic('records', { partitions })
  const params = { 'bootstrap.servers': kafka.bootstrapServers, 'auto.offset.reset': 'earliest', 'group.id': 'contract' }
  return {
    stream: ssc => KafkaUtils.createDirectStream<string, string>(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe(['records'], params)).map(record => record.value),
    add: records => topic.send(records.map((value, i) => ({ value, partition: i % partitions }))),
    breakDown: () => kafka.breakDown(),
    repair: () => kafka.repair(),
    close: () => kafka.close(),
  }
}

const harness = (partitions: number): SourceHarness => ({
  open: () => place(partitions), recovery: 'exactly once', isOrdered: partitions === 1, hasBackpressure: partitions === 1, clock: 'manual', masters,
  rateLimit: { settings: { 'spark.streaming.kafka.maxRatePerPartition': '20' }, recordsPerBatch: 20 * partitions },
})

describe.each([1, 3])('createDirectStream of %d partitions', partitions => {
  for (const { name, run, timeoutMs } of sourceContract(harness(partitions))) test(name, run, timeoutMs)
})
