/** The direct stream of Kafka keeps the contract of sources on a broker, also when the network between them resets or swallows everything. */
import { Kafka, logLevel } from 'kafkajs'
import { ConsumerStrategies, KafkaUtils, LocationStrategies } from '../../../lib/index'
import { sourceContract, type SourcePlace } from '../../../lib/testing/index'
import { FaultProxy, startKafka, type System } from '../support'

let proxy: FaultProxy
let broker: System
let direct: Kafka
let topics = 0

beforeAll(async () => {
  proxy = await FaultProxy.start()
  // Clients are told to come through the proxy; the specs come from the other side.
  broker = await startKafka({
    version: '4.3.1', properties: ({ ports }) => ({
      'listeners': `PLAINTEXT://127.0.0.1:${ports.broker},DIRECT://127.0.0.1:${ports.direct},CONTROLLER://127.0.0.1:${ports.controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port},DIRECT://127.0.0.1:${ports.direct}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,DIRECT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name': 'DIRECT',
    }),
  })
  proxy.to(broker.port)
  direct = new Kafka({ brokers: [`127.0.0.1:${broker.ports.direct}`], logLevel: logLevel.NOTHING })
})

afterAll(async () => {
  await broker?.close()
  await proxy?.close()
})

async function place(partitions: number, breakDown: () => void): Promise<SourcePlace> {
  const topic = `contract-${topics++}`
  const [admin, producer] = [direct.admin(), direct.producer()]
  await admin.connect()
  await producer.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true })
  await admin.disconnect()
  const params = { 'bootstrap.servers': proxy.address, 'auto.offset.reset': 'earliest', 'group.id': topic }
  return {
    stream: ssc => KafkaUtils.createDirectStream<string, string>(ssc, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([topic], params)).map(record => record.value),
    add: async records => { await producer.send({ topic, messages: records.map((value, i) => ({ value, partition: i % partitions })) }) },
    breakDown,
    repair: () => proxy.heal(),
    close: () => producer.disconnect(),
  }
}

const harnesses = [
  ['one partition, connections refused', 1, () => proxy.refuse()],
  ['three partitions, a network that swallows everything', 3, () => proxy.blackhole()],
] as const

describe.each(harnesses)('createDirectStream of %s', (_name, partitions, breakDown) => {
  const cases = sourceContract({
    open: () => place(partitions, breakDown), recovery: 'exactly once', isOrdered: partitions === 1, hasBackpressure: partitions === 1,
    batchIntervalMs: 200, deadlineMs: 40_000, rateLimit: { settings: { 'spark.streaming.kafka.maxRatePerPartition': '50' }, recordsPerBatch: 10 * partitions },
  })
  for (const { name, run, timeoutMs } of cases) test(name, run, timeoutMs)
})
