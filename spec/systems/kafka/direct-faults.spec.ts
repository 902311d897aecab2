/**
 * Direct streams on real brokers when things die: the program, the broker, both; records deleted by retention of the broker itself;
 * two programs in one group. What came of every record is counted by an independent reader of what is committed.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { Random } from '../../../lib/base/random'
import { ConsumerStrategies, KafkaUtils, LocationStrategies, Milliseconds, SparkContext, StreamingContext } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { expectEachOnce, inputPartitions, liveNumbers, type Counted, type NumbersOptions } from '../../support/kafka-lives'
import { quietly } from '../../support/streams'
import { startKafka, type KafkaVersion, type System } from '../support'
import { sharedKafka } from '../support/shared'
import { kafkaAt, newTopic, readCommitted, withAdmin } from './reading'

async function withFolder<R>(f: (folder: string) => Promise<R>): Promise<R> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-kafka-direct-'))
  try { return await f(path.join(folder, 'checkpoint')) } finally { fs.rmSync(folder, { recursive: true, force: true }) }
}

/** Sends numbers, one after another, until it is stopped; some twice, when it is not known whether a broker that died has them. */
class Numbers {
  isStopped = false
  private readonly ended: Promise<void>
  private next = 0

  constructor(private readonly servers: string, private readonly topic: string) { this.ended = this.send() }

  private async send(): Promise<void> {
    while (!this.isStopped) {
      const producer = kafkaAt(this.servers).producer({ allowAutoTopicCreation: false })
      try {
        await producer.connect()
        while (!this.isStopped) {
          await producer.send({ topic: this.topic, messages: Array.from({ length: perSend }, (_, i) => messageOf(this.next + i)) })
          this.next += perSend
          await pause()
        }
      } catch { await pause() } finally { await producer.disconnect().catch(() => undefined) }
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.ended
  }
}

const perSend = 20
const messageOf = (n: number) => ({ key: String(n % 7), value: String(n), partition: n % inputPartitions })
const pause = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 20) })

async function recordsOf(servers: string, topic: string): Promise<Counted[]> {
  const read = await readCommitted(servers, [topic])
  return read.map(({ message: { key, value } }) => ({ key: key === null ? null : String(key), value: value === null ? null : String(value) }))
}

const topicsOf = async (servers: string): Promise<Pick<NumbersOptions, 'servers' | 'input' | 'output'>> => (
  { servers, input: await readyTopic(servers, inputPartitions), output: await readyTopic(servers, 2) })

/** kafkajs gives up at once when a topic that it has just made is not everywhere yet. */
const readyTopic = (servers: string, partitions: number): Promise<string> => eventually(() => newTopic(servers, partitions), 20_000)

describe.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s', version => {
  test('a program that is killed eight times has every record once', () => withFolder(async folder => {
    const { address } = await sharedKafka(version)
    const options = { ...await topicsOf(address), folder }
    const numbers = new Numbers(address, options.input)
    const random = new Random(version.length)
    for (let kill = 0; kill < 8; kill++) {
      const { code, errors } = await liveNumbers({ ...options, master: kill % 2 === 0 ? 'local' : 'local[2]' }, { afterMs: random.nextInt(900) })
      expect([code, errors]).toEqual([null, ''])
    }
    await numbers.stop()
    expect(await liveNumbers({ ...options, master: 'local' }, { batches: 3 })).toMatchObject({ code: 0, errors: '' })
    const input = await recordsOf(address, options.input)
    expectEachOnce(await recordsOf(address, options.output), input)
    expect(input.length).toBeGreaterThan(500)
  }), 180_000)

  test('a broker that is killed and comes back, while a program reads and writes: every record once, and no batch fails', () => withFolder(async folder => {
    const broker = await startKafka({ version })
    try {
      const options = { ...await topicsOf(broker.address), folder }
      const numbers = new Numbers(broker.address, options.input)
      let restarts = Promise.resolve()
      const onBatch = (batches: number): void => {
        if (batches === 10 || batches === 25) restarts = restarts.then(() => killAndRestart(broker))
        if (batches === 40) void restarts.then(() => numbers.stop())
      }
      expect(await liveNumbers({ ...options, master: 'local[2]' }, { batches: 41, onBatch, mayEnd: () => numbers.isStopped })).toMatchObject({ code: 0, errors: '' })
      await numbers.stop()
      // What was on its way when it was told to stop.
      expect(await liveNumbers({ ...options, master: 'local' }, { batches: 1 })).toMatchObject({ code: 0, errors: '' })
      expectEachOnce(await recordsOf(broker.address, options.output), await recordsOf(broker.address, options.input))
    } finally { await broker.close() }
  }), 300_000)

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
  const second = { ...first, output: await readyTopic(address, 2) }
  const numbers = new Numbers(address, first.input)
  let isSent = false
  const onBatch = (batches: number): void => {
    if (batches === 14) void numbers.stop().then(() => { isSent = true })
  }
  const lifeOf = (options: NumbersOptions, name: string) => liveNumbers({
    ...options, folder: `${folder}-${name}`, groupId: 'same', transactionalId: `${name}-${options.output}`,
  }, { batches: 15, onBatch, mayEnd: () => isSent })
  const lives = await Promise.all([lifeOf({ ...first, folder, master: 'local' }, 'a'), lifeOf({ ...second, folder, master: 'local' }, 'b')])
  for (const life of lives) expect(life).toMatchObject({ code: 0, errors: '' })
  const input = await recordsOf(address, first.input)
  for (const { output } of [first, second]) expectEachOnce(await recordsOf(address, output), input)
}), 120_000)
