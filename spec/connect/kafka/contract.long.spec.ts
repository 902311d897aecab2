/** The direct stream keeps the contract of sources, on a MemoryKafka that goes away and comes back. */
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from '../../../lib/index'
import { MemoryKafka, sourceContract } from '../../../lib/testing/index'

const contract = sourceContract({
  open() {
    const kafka = new MemoryKafka()
    const topic = kafka.topic('t', { partitions: 1 })
    const params = { 'bootstrap.servers': kafka.bootstrapServers, 'auto.offset.reset': 'earliest' } as const
    return {
      stream: ssc => KafkaUtils.createDirectStream(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe(['t'], params)).map(record => record.value),
      add: records => topic.send(records),
      breakDown: () => kafka.breakDown(),
      repair: () => kafka.repair(),
      close: () => kafka.close(),
    }
  },
  recovery: 'exactly once', isOrdered: true, hasBackpressure: true, clock: 'manual',
  rateLimit: { settings: { 'spark.streaming.kafka.maxRatePerPartition': '20' }, recordsPerBatch: 20 },
})

for (const { name, run, timeoutMs } of contract) test(name, run, timeoutMs)
