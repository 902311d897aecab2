/**
 * Direct streams on real brokers when things die: the program, the broker, both; records deleted by retention of the broker itself;
 * two programs in one group. What came of every record is counted by an independent reader of what is committed.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import type { Producer } from 'kafkajs'
import { Random } from '../../../lib/base/random'
import { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, SparkContext, StreamingContext } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { expectEachOnce, inputPartitions, liveNumbers, type NumbersOptions } from '../../support/kafka-lives'
import { quietly } from '../../support/streams'
import { startKafka, type KafkaVersion, type System } from '../support'
import { sharedKafka } from '../support/shared'
import { kafkaAt, newTopic, readCommitted, withAdmin } from './reading'

async function withFolder<R>(f: (folder: string) => Promise<R>): Promise<R> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-kafka-direct-'))
  try { return await f(path.join(folder, 'checkpoint')) } finally { fs.rmSync(folder, { recursive: true, force: true }) }
}

/** Sends numbers, one after another, until it is stopped. */
class Numbers {
  private isStopped = false
  private readonly ended: Promise<void>
  count = 0

  constructor(servers: string, topic: string, perSecond = 1_000) { this.ended = this.send(servers, topic, perSecond) }

  private async send(servers: string, topic: string, perSecond: number): Promise<void> {
    // With numbers of its own a batch that is sent again is not there twice.
    const producer: Producer = kafkaAt(servers).producer({ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false, retry: { retries: 60, maxRetryTime: 500 } })
    await producer.connect()
    const some = Math.ceil(perSecond / 50)
    while (!this.isStopped) {
      const messages = Array.from({ length: some }, (_, i) => this.count + i).map(n => ({ key: String(n % 7), value: String(n), partition: n % inputPartitions }))
      await producer.send({ topic, messages })
      this.count += some
      await new Promise(resolve => { setTimeout(resolve, 20) })
    }
    await producer.disconnect()
  }

  async stop(): Promise<number> {
    this.isStopped = true
    await this.ended
    return this.count
  }
}

async function committedNumbers(servers: string, output: string): Promise<{ key: string | null, value: string | null }[]> {
  const read = await readCommitted(servers, [output])
  return read.map(({ message: { key, value } }) => ({ key: key === null ? null : String(key), value: value === null ? null : String(value) }))
}

const topicsOf = async (servers: string): Promise<Pick<NumbersOptions, 'servers' | 'input' | 'output'>> => (
  { servers, input: await newTopic(servers, inputPartitions), output: await newTopic(servers, 2) })

describe.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s', version => {
  test('a program that is killed twelve times has every record once', () => withFolder(async folder => {
    const { address } = await sharedKafka(version)
    const options = { ...await topicsOf(address), folder }
    const numbers = new Numbers(address, options.input)
    const random = new Random(version.length)
    for (let kill = 0; kill < 12; kill++) {
      const { code, errors } = await liveNumbers({ ...options, master: kill % 2 === 0 ? 'local' : 'local[2]' }, { afterMs: random.nextInt(900) })
      expect([code, errors]).toEqual([null, ''])
    }
    const sent = await numbers.stop()
    expect(await liveNumbers({ ...options, master: 'local' }, { batches: 3 })).toMatchObject({ code: 0, errors: '' })
    expectEachOnce(await committedNumbers(address, options.output), sent)
    expect(sent).toBeGreaterThan(2_000)
  }), 180_000)

  test('a broker that is killed and comes back, while a program reads and writes: every record once, and no batch fails', () => withFolder(async folder => {
    const broker = await startKafka({ version })
    try {
      const options = { ...await topicsOf(broker.address), folder }
      const numbers = new Numbers(broker.address, options.input)
      let restarts = Promise.resolve()
      const onBatch = (batches: number): void => {
        if (batches === 10 || batches === 25) restarts = restarts.then(() => killAndRestart(broker))
        if (batches === 39) void numbers.stop()
      }
      expect(await liveNumbers({ ...options, master: 'local[2]' }, { batches: 40, onBatch })).toMatchObject({ code: 0, errors: '' })
      await restarts
      const sent = await numbers.stop()
      // What was sent while the program ended.
      expect(await liveNumbers({ ...options, master: 'local' }, { batches: 1 })).toMatchObject({ code: 0, errors: '' })
      expectEachOnce(await committedNumbers(broker.address, options.output), sent)
    } finally { await broker.close() }
  }), 180_000)

  test('records that the broker\'s retention deletes before they are read are an error', () => withFolder(async folder => {
    const broker = await startKafka({ version, properties: { 'log.retention.check.interval.ms': 200, 'log.segment.delete.delay.ms': 0 } })
    try {
      const { address } = broker
      const topic = await newTopic(address, 1, [{ name: 'segment.bytes', value: '1048576' }])
      const send = async (values: readonly string[]): Promise<void> => {
        const producer = kafkaAt(address).producer()
        await producer.connect()
        for (const value of values) await producer.send({ topic, messages: [{ value }] })
        await producer.disconnect()
      }
      const large = 'x'.repeat(700_000)
      await send([large])
      const kept = await quietlyLive(address, topic, folder, ssc => ssc.completedBatchCount >= 2)
      expect(kept).toBeUndefined()
      await send([large, large, large, large])
      await withAdmin(address, admin => admin.alterConfigs({
        validateOnly: false, resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.bytes', value: '1000000' }, { name: 'segment.bytes', value: '1048576' }] }],
      }))
      await withAdmin(address, admin => eventually(async () => Number((await admin.fetchTopicOffsets(topic))[0]!.low) > 1 || undefined, 30_000))
      const lost = await quietlyLive(address, topic, folder, ssc => ssc.firstError !== undefined)
      expect(lost).toMatchObject({ code: 'MR_DATA_LOST', message: expect.stringMatching(`${topic}-0 was to be read from offset 1, but the first that is there is [2-4]`) })
    } finally { await broker.close() }
  }), 120_000)
})

async function killAndRestart(broker: System): Promise<void> {
  await broker.kill()
  await broker.restart()
}

/** Runs a program until `isOver`; returns its first error. */
async function quietlyLive(servers: string, topic: string, folder: string, isOver: (ssc: StreamingContext) => boolean): Promise<unknown> {
  let error: unknown
  await quietly(async () => {
    const sc = new SparkContext('local', 'retention')
    try {
      const ssc = await StreamingContext.getOrCreate(folder, () => {
        const made = new StreamingContext(sc, Milliseconds(100))
        made.checkpoint(folder)
        const params = { 'bootstrap.servers': servers, 'auto.offset.reset': 'earliest' } as const
        KafkaUtils.createDirectStream(made, LocationStrategies.PreferConsistent, ConsumerStrategies.Subscribe([topic], params)).foreachRDD(rdd => rdd.count())
        return made
      })
      await ssc.start()
      await eventually(() => isOver(ssc) || undefined, 30_000)
      error = ssc.firstError?.thrown
      await ssc.stop({ stopSparkContext: false })
    } finally { await sc.stop() }
  })
  return error
}

test('two programs in one group have every record each: there is no rebalance to come between', () => withFolder(async folder => {
  const { address } = await sharedKafka('3.9.2')
  const first = await topicsOf(address)
  const second = { ...first, output: await newTopic(address, 2) }
  const numbers = new Numbers(address, first.input)
  const onBatch = (batches: number): void => { if (batches === 14) void numbers.stop() }
  const lives = await Promise.all([
    liveNumbers({ ...first, folder: `${folder}-1`, master: 'local', groupId: 'same', transactionalId: `a-${first.output}` }, { batches: 15, onBatch }),
    liveNumbers({ ...second, folder: `${folder}-2`, master: 'local', groupId: 'same', transactionalId: `b-${second.output}` }, { batches: 15 }),
  ])
  for (const life of lives) expect(life).toMatchObject({ code: 0, errors: '' })
  const sent = await numbers.stop()
  for (const { output } of [first, second]) expectEachOnce(await committedNumbers(address, output), sent)
}), 120_000)
