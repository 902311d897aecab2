/** The direct stream of several partitions keeps the contract of sources on a MemoryKafka, on every engine; spec/systems/kafka has it on brokers. */
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from '../../../lib/index'
import { MemoryKafka, sourceContract, type SourcePlace } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'

const partitions = 3

function open(): SourcePlace {
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

const contract = sourceContract({
  open, recovery: 'exactly once', clock: 'manual', masters,
  rateLimit: { settings: { 'spark.streaming.kafka.maxRatePerPartition': '20' }, recordsPerBatch: 20 * partitions },
})

for (const { name, run, timeoutMs } of contract) test(name, run, timeoutMs)
