/** Receivers of a consumer group on brokers: nothing is lost when members come and go, programs are killed and brokers start again. */
import { fork, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, Seconds, SparkConf, SparkContext, StreamingContext, type ConsumerRecord, type DStream } from '../../../lib/index'
import { eventually } from '../../support/eventually'
import { quietly } from '../../support/streams'
import { startKafka, type KafkaVersion } from '../support'
import { sharedKafka } from '../support/shared'
import { kafkaAt, newTopic, withAdmin } from './reading'

const kafkaParams = { 'auto.offset.reset': 'earliest', 'session.timeout.ms': 6_000, 'heartbeat.interval.ms': 500 }

async function send(broker: string, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkaAt(broker).producer()
  await producer.connect()
  await producer.send({ topic, messages: values.map((value, i) => ({ key: `key ${i}`, value, headers: { i: String(i) } })) })
  await producer.disconnect()
}

const numbers = (from: number, until: number): string[] => Array.from({ length: until - from }, (_, i) => String(from + i))

interface Running { readonly ssc: StreamingContext, readonly seen: string[] }

async function withReceivers<R>(
  f: (running: Running) => Promise<R>, build: (ssc: StreamingContext) => DStream<string>, settings: Record<string, string> = {},
): Promise<R> {
  const sc = new SparkContext(new SparkConf().setMaster('local').setAppName('spec').setAll(Object.entries(settings)))
  const ssc = new StreamingContext(sc, Milliseconds(100))
  const seen: string[] = []
  build(ssc).foreachRDD(async rdd => { seen.push(...await rdd.collect()) })
  try {
    await ssc.start()
    return await f({ ssc, seen })
  } finally {
    if (ssc.getState() !== 'STOPPED') await ssc.stop({ stopSparkContext: false })
    await sc.stop()
  }
}

describe.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s', version => {
  let broker: string
  beforeAll(async () => { broker = (await sharedKafka(version)).address })

  const records = (ssc: StreamingContext, topic: string, groupId = `group-${topic}`): DStream<ConsumerRecord<string, string>> => (
    ssc.kafkaReceiverStream({ servers: broker, groupId, topics: topic, kafkaParams }))

  test('records are what was written; a group goes on where it was; stopping takes less than a second or two', async () => {
    const topic = await newTopic(broker, 3)
    await send(broker, topic, numbers(0, 1_000))
    const text = (ssc: StreamingContext): DStream<string> => records(ssc, topic).map(({ key, value, headers, partition, offset, timestamp }) => (
      [key, value, Buffer.from(headers[0]![1]!).toString(), partition >= 0 && offset >= 0 && timestamp > 1e12].join()))
    await withReceivers(async ({ ssc, seen }) => {
      await eventually(() => seen.length >= 1_000, 60_000)
      expect([...seen].sort()).toEqual(numbers(0, 1_000).map(n => `key ${n},${n},${n},true`).sort())
      const beganMs = performance.now()
      await ssc.stop({ stopSparkContext: false })
      expect(performance.now() - beganMs).toBeLessThan(3_000)
    }, text)
    await send(broker, topic, ['next'])
    await withReceivers(async ({ seen }) => {
      await eventually(() => seen.length > 0, 60_000)
      expect(seen).toEqual(['key 0,next,0,true'])
    }, text)
  })

  test('two receivers share the partitions, and take over from one another', async () => {
    const topic = await newTopic(broker, 4)
    const group = `group-${topic}`
    const members = (): Promise<number> => withAdmin(broker, async admin => (await admin.describeGroups([group])).groups[0]!.members.length)
    await withReceivers(async ({ ssc, seen }) => {
      await eventually(async () => await members() === 2, 60_000)
      await send(broker, topic, numbers(0, 2_000))
      await eventually(() => new Set(seen).size === 2_000, 60_000)
      // Somebody else comes, takes a share and leaves; what is not committed is read again.
      const other = kafkaAt(broker).consumer({ groupId: group, sessionTimeout: 6_000, heartbeatInterval: 500, maxWaitTimeInMs: 200 })
      const others = new Set<string>()
      await other.connect()
      await other.subscribe({ topics: [topic], fromBeginning: true })
      await other.run({ eachMessage: async ({ message }) => { others.add(String(message.value)) } })
      await eventually(async () => await members() === 3, 60_000)
      await send(broker, topic, numbers(2_000, 4_000))
      await eventually(() => new Set([...seen, ...others]).size === 4_000, 60_000)
      await other.disconnect()
      await send(broker, topic, numbers(4_000, 5_000))
      await eventually(() => new Set([...seen, ...others]).size === 5_000, 60_000)
      expect(ssc.getState()).toBe('ACTIVE')
    }, ssc => ssc.union([records(ssc, topic), records(ssc, topic)]).map(({ value }) => value))
  })

  test('a stop at any moment, as while the group waits for its members, is quick and leaves no member behind', async () => {
    const topic = await newTopic(broker, 3)
    await send(broker, topic, numbers(0, 1_000))
    for (const afterMs of [0, 20, 50, 100, 200, 400]) {
      await withReceivers(async ({ ssc }) => {
        await new Promise(resolve => setTimeout(resolve, afterMs))
        const beganMs = performance.now()
        await ssc.stop({ stopSparkContext: false })
        expect(performance.now() - beganMs).toBeLessThan(3_000)
      }, ssc => ssc.union([records(ssc, topic), records(ssc, topic)]).map(({ value }) => value))
    }
    await eventually(() => withAdmin(broker, async admin => (await admin.describeGroups([`group-${topic}`])).groups[0]!.members.length === 0), 20_000)
  })

  test('it keeps to spark.streaming.receiver.maxRate', async () => {
    const topic = await newTopic(broker, 1)
    await send(broker, topic, numbers(0, 5_000))
    await withReceivers(async ({ seen }) => {
      await eventually(() => seen.length > 0, 60_000)
      const [fromMs, from] = [performance.now(), seen.length]
      await new Promise(resolve => setTimeout(resolve, 2_000))
      const rate = (seen.length - from) / (performance.now() - fromMs) * 1_000
      expect(rate).toBeGreaterThan(100)
      expect(rate).toBeLessThan(320)
    }, ssc => records(ssc, topic).map(({ value }) => value), { 'spark.streaming.receiver.maxRate': '200' })
  })

  test('with the write-ahead log nothing is lost when the program is killed', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-received-'))
    const topic = await newTopic(broker, 3)
    const options = { folder: path.join(folder, 'checkpoint'), output: path.join(folder, 'out'), servers: broker, topic, groupId: `group-${topic}`, receivers: 2 }
    let child: ChildProcess | undefined
    const start = (): ChildProcess => child = fork(path.join(__dirname, 'received-program.js'), [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    const ended = (child: ChildProcess): Promise<number | null> => new Promise(resolve => { child.once('close', resolve) })
    const written = (): Set<string> => new Set(fs.readdirSync(folder).filter(name => name.startsWith('out-')).flatMap(name => (
      fs.readdirSync(path.join(folder, name)).filter(part => part.startsWith('part-'))
        .flatMap(part => fs.readFileSync(path.join(folder, name, part), 'utf8').split('\n').filter(line => line !== '')))))
    try {
      let sent = 0
      for (let kill = 0; kill < 4; kill++) {
        const killed = start()
        const end = ended(killed)
        const received = new Promise<void>(resolve => {
          killed.on('message', (message: { numRecords?: number }) => { if ((message.numRecords ?? 0) > 0) resolve() })
        })
        await send(broker, topic, numbers(sent, sent += 2_000))
        await received
        killed.kill('SIGKILL')
        await end
      }
      const last = start()
      const end = ended(last)
      await eventually(() => written().size === sent, 90_000)
      last.send('finish')
      expect(await end).toBe(0)
      expect([...written()].map(Number).sort((a, b) => a - b)).toEqual(numbers(0, sent).map(Number))
    } finally {
      child?.kill('SIGKILL')
      fs.rmSync(folder, { recursive: true, force: true })
    }
  }, 240_000)
})

test.each<KafkaVersion>(['3.9.2', '4.3.1'])('Kafka %s: a broker that starts again is found again', async version => {
  const system = await startKafka({ version })
  try {
    const topic = await newTopic(system.address, 2)
    await send(system.address, topic, numbers(0, 500))
    await quietly(() => withReceivers(async ({ seen }) => {
      await eventually(() => new Set(seen).size === 500, 60_000)
      await system.kill()
      await system.restart()
      await send(system.address, topic, numbers(500, 1_000))
      await eventually(() => new Set(seen).size === 1_000, 90_000)
    }, ssc => ssc.kafkaReceiverStream({ servers: system.address, groupId: 'restarted', topics: topic, kafkaParams }).map(({ value }) => value)))
  } finally { await system.close() }
})

test('servers that are not there are tried again and again, and a stop does not wait for them', async () => {
  await quietly(() => withReceivers(async ({ ssc }) => {
    const errors: string[] = []
    ssc.addStreamingListener({ onReceiverError: ({ receiverInfo }) => { errors.push(receiverInfo.lastErrorMessage ?? '') } })
    await eventually(() => errors.length > 0, 60_000)
    expect(errors[0]).toMatch(/The consumer of group 'g' has failed/)
    const beganMs = performance.now()
    await ssc.stop({ stopSparkContext: false })
    expect(performance.now() - beganMs).toBeLessThan(3_000)
    expect(Seconds(1).milliseconds).toBe(1_000)
  }, ssc => ssc.kafkaReceiverStream({ servers: '127.0.0.1:1', groupId: 'g', topics: 't' }).map(({ value }) => value)))
})
