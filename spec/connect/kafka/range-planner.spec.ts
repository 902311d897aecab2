/** What batches read: where they begin, how they follow one another, partitions that come and go, and what is lost. */
import { MemoryKafka } from '../../../lib/testing/index'
import { ConsumerStrategies, TopicPartition } from '../../../lib/index'
import { requireKafkaParams } from '../../../lib/connect/kafka/client/kafka-params'
import type { ConsumerStrategy } from '../../../lib/connect/kafka/consumer-strategies'
import { PerPartitionConfig } from '../../../lib/connect/kafka/per-partition-config'
import { RangePlanner, type BatchPlan } from '../../../lib/connect/kafka/range-planner'
import { warningsOf } from '../../support/streams'

class Any extends PerPartitionConfig { maxRatePerPartition(): number { return 0 } }

const kafkas: MemoryKafka[] = []
afterEach(() => Promise.all(kafkas.splice(0).map(kafka => kafka.close())))
function newKafka(): MemoryKafka {
  const kafka = new MemoryKafka()
  kafkas.push(kafka)
  return kafka
}

interface Extra { readonly failOnDataLoss?: boolean, readonly startingTimestamp?: number, readonly lookEveryMs?: number }

function plannerOf(kafka: MemoryKafka, { wanted, offsets, kafkaParams }: ConsumerStrategy<any, any>, extra: Extra = {}): RangePlanner {
  const settings = requireKafkaParams('spec', kafkaParams)
  const { failOnDataLoss = true, startingTimestamp, lookEveryMs = 0 } = extra
  return new RangePlanner({
    kafka: kafka.log(), wanted, start: { settings, given: offsets, failOnDataLoss, startingTimestamp }, config: new Any(), batchSeconds: 1, lookEveryMs,
  })
}

const params = (kafka: MemoryKafka, more: object = {}): object => ({ 'bootstrap.servers': kafka.bootstrapServers, 'auto.offset.reset': 'earliest', ...more })
const subscribe = (kafka: MemoryKafka, topics: string[], more: object = {}, offsets: [string, number, number][] = []): ConsumerStrategy<any, any> => (
  ConsumerStrategies.Subscribe(topics, params(kafka, more) as any, new Map(offsets.map(([topic, partition, offset]) => [new TopicPartition(topic, partition), offset]))))
const ranges = ({ ranges: all }: BatchPlan): string[] => all.map(([topic, partition, from, until]) => `${topic}-${partition} ${from}-${until}`)
const toEach = (partitions: number, count: number): { value: string, partition: number }[] => (
  Array.from({ length: partitions * count }, (_, i) => ({ value: String(i), partition: i % partitions })))

describe('where a stream begins', () => {
  async function firstPlan(kafka: MemoryKafka, strategy: ConsumerStrategy<any, any>, extra: Extra = {}): Promise<string[]> {
    const planner = plannerOf(kafka, strategy, extra)
    await planner.begin(undefined)
    return ranges(await planner.plan(1, undefined, undefined))
  }

  test('earliest, latest, and offsets that are given', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 2 }).send(toEach(2, 5))
    expect(await firstPlan(kafka, subscribe(kafka, ['t']))).toEqual(['t-0 0-5', 't-1 0-5'])
    expect(await firstPlan(kafka, subscribe(kafka, ['t'], { 'auto.offset.reset': 'latest' }))).toEqual(['t-0 5-5', 't-1 5-5'])
    expect(await firstPlan(kafka, subscribe(kafka, ['t'], {}, [['t', 1, 3]]))).toEqual(['t-0 0-5', 't-1 3-5'])
  })

  test('latest is the end when the stream starts, not when its first batch is made', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    await topic.send(['a', 'b'])
    const planner = plannerOf(kafka, subscribe(kafka, ['t'], { 'auto.offset.reset': 'latest' }))
    await planner.begin(undefined)
    await topic.send('c')
    expect(ranges(await planner.plan(1, undefined, undefined))).toEqual(['t-0 2-3'])
  })

  test('where the group has committed; the offset that is given counts more', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 3 }).send(toEach(3, 5))
    await kafka.log().commit('g', [{ topic: 't', partition: 0, offset: 2 }, { topic: 't', partition: 1, offset: 2 }])
    const group = { 'group.id': 'g', 'auto.offset.reset': 'latest' }
    expect(await firstPlan(kafka, subscribe(kafka, ['t'], group, [['t', 1, 4]]))).toEqual(['t-0 2-5', 't-1 4-5', 't-2 5-5'])
  })

  test('at a time', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 2 }).send([10, 20, 30].map(timestamp => ({ value: 'v', timestamp, partition: 0 })))
    await kafka.log().commit('g', [{ topic: 't', partition: 0, offset: 3 }])
    expect(await firstPlan(kafka, subscribe(kafka, ['t'], { 'group.id': 'g' }), { startingTimestamp: 15 })).toEqual(['t-0 1-3', 't-1 0-0'])
  })

  test('none: an error where there is no offset', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 2 }).send(toEach(2, 5))
    const none = { 'auto.offset.reset': 'none' }
    await expect(firstPlan(kafka, subscribe(kafka, ['t'], none, [['t', 0, 1]]))).rejects.toMatchObject({ code: 'MR_KAFKA', message: expect.stringContaining('t-1') })
    await expect(firstPlan(kafka, subscribe(kafka, ['t'], { ...none, 'group.id': 'g' }))).rejects.toThrow('group g has committed none')
    expect(await firstPlan(kafka, subscribe(kafka, ['t'], none, [['t', 0, 1], ['t', 1, 5]]))).toEqual(['t-0 1-5', 't-1 5-5'])
  })

  test.each([['given, and deleted', 1], ['given, and still to come', 6]])('an offset that is %s is an error', async (_name, offset) => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    await topic.send(toEach(1, 5))
    await topic.deleteRecords(0, 2)
    const lost = subscribe(kafka, ['t'], {}, [['t', 0, offset]])
    await expect(firstPlan(kafka, lost)).rejects.toMatchObject({ code: 'MR_DATA_LOST', message: expect.stringContaining(`from offset ${offset}`) })
    const warnings = await warningsOf(async () => { expect(await firstPlan(kafka, lost, { failOnDataLoss: false })).toEqual(['t-0 2-5']) })
    expect(warnings.join()).toContain('failOnDataLoss is false')
  })

  test('what the group has committed was deleted: an error, whatever auto.offset.reset says', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    await topic.send(toEach(1, 5))
    await kafka.log().commit('g', [{ topic: 't', partition: 0, offset: 1 }])
    await topic.deleteRecords(0, 3)
    for (const reset of ['earliest', 'latest', 'none']) {
      await expect(firstPlan(kafka, subscribe(kafka, ['t'], { 'group.id': 'g', 'auto.offset.reset': reset }))).rejects.toMatchObject({
        code: 'MR_DATA_LOST', message: 't-0 was to be read from offset 1, but the first that is there is 3: 2 offsets are lost',
      })
    }
  })

  test('assigned partitions only; one that does not exist is an error', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 3 }).send(toEach(3, 2))
    const assign = (...partitions: number[]): ConsumerStrategy<any, any> => (
      ConsumerStrategies.Assign(partitions.map(partition => new TopicPartition('t', partition)), params(kafka) as any))
    expect(await firstPlan(kafka, assign(2, 0))).toEqual(['t-0 0-2', 't-2 0-2'])
    await expect(firstPlan(kafka, assign(0, 3))).rejects.toThrow('t-3: there is no such partition')
  })

  test('topics whose whole name matches', async () => {
    const kafka = newKafka()
    for (const name of ['pat1', 'pat2', 'pat33', 'advanced3']) await kafka.topic(name).send(name)
    const pattern = (given: RegExp | string): ConsumerStrategy<any, any> => ConsumerStrategies.SubscribePattern(given, params(kafka) as any)
    expect(await firstPlan(kafka, pattern(/pat\d/g))).toEqual(['pat1-0 0-1', 'pat2-0 0-1'])
    expect(await firstPlan(kafka, pattern('PAT\\d+'))).toEqual([])
    expect(await firstPlan(kafka, pattern(/PAT\d+|x/i))).toEqual(['pat1-0 0-1', 'pat2-0 0-1', 'pat33-0 0-1'])
  })
})

describe('how batches follow one another', () => {
  test('each begins where the one before ended; one that fails is not missed', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t', { partitions: 2 })
    const planner = plannerOf(kafka, subscribe(kafka, ['t']))
    await planner.begin(undefined)
    await topic.send(toEach(2, 2))
    const first = await planner.plan(1, undefined, undefined)
    await topic.send({ value: 'x', partition: 1 })
    const second = await planner.plan(2, first, undefined)
    expect([ranges(first), ranges(second)]).toEqual([['t-0 0-2', 't-1 0-2'], ['t-0 2-2', 't-1 2-3']])
    await topic.send({ value: 'y', partition: 0 })
    expect(ranges(await planner.plan(3, second, 1))).toEqual(['t-0 2-3', 't-1 3-3'])
    expect(ranges(await planner.plan(4, second, undefined))).toEqual(['t-0 2-3', 't-1 3-3'])
  })

  test('partitions and topics that appear are read from their first record, whatever auto.offset.reset says', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('pat1')
    await topic.send('old')
    const planner = plannerOf(kafka, ConsumerStrategies.SubscribePattern(/pat\d/, params(kafka, { 'auto.offset.reset': 'latest' }) as any))
    await planner.begin(undefined)
    const first = await planner.plan(1, undefined, undefined)
    await topic.addPartitions(2)
    await topic.send([{ value: 'a', partition: 1 }, { value: 'b', partition: 0 }])
    await kafka.topic('pat2').send(['c', 'd'])
    await kafka.topic('other').send('e')
    expect(ranges(first)).toEqual(['pat1-0 1-1'])
    expect(ranges(await planner.plan(2, first, undefined))).toEqual(['pat1-0 1-2', 'pat1-1 0-1', 'pat2-0 0-2'])
  })

  test('partitions are looked for as often as asked', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    const planner = plannerOf(kafka, subscribe(kafka, ['t']), { lookEveryMs: 1_000 })
    await planner.begin(undefined)
    let plan = await planner.plan(1_000, undefined, undefined)
    await topic.addPartitions(2)
    plan = await planner.plan(1_999, plan, undefined)
    expect(plan.ranges).toHaveLength(1)
    plan = await planner.plan(2_000, plan, undefined)
    expect(plan.ranges).toHaveLength(2)
  })

  test('a topic that is missing at the start is waited for', async () => {
    const kafka = newKafka()
    const planner = plannerOf(kafka, subscribe(kafka, ['late', 't'], { 'auto.offset.reset': 'latest' }))
    await kafka.topic('t').send('old')
    const warnings = await warningsOf(async () => { await planner.begin(undefined) })
    expect(warnings).toEqual(['Kafka: Topic late does not exist yet. It is read from its first record once it does'])
    const first = await planner.plan(1, undefined, undefined)
    expect(first).toEqual({ ranges: [['t', 0, 1, 1]], waiting: ['late'] })
    await kafka.topic('late').send(['a', 'b'])
    expect(await planner.plan(2, first, undefined)).toEqual({ ranges: [['late', 0, 0, 2], ['t', 0, 1, 1]] })
  })

  test('transactions: committed readers wait for what is open', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    const planner = plannerOf(kafka, subscribe(kafka, ['t'], { 'isolation.level': 'read_committed' }))
    await planner.begin(undefined)
    await topic.send('a')
    const transaction = await kafka.transaction()
    await transaction.send('t', ['b', 'c'])
    await topic.send('d')
    const first = await planner.plan(1, undefined, undefined)
    await transaction.commit()
    expect([ranges(first), ranges(await planner.plan(2, first, undefined))]).toEqual([['t-0 0-1'], ['t-0 1-5']])
  })
})

describe('what is lost', () => {
  async function running(extra: Extra = {}, partitions = 1): Promise<{ kafka: MemoryKafka, planner: RangePlanner, plan: BatchPlan }> {
    const kafka = newKafka()
    await kafka.topic('t', { partitions }).send(toEach(partitions, 5))
    const planner = plannerOf(kafka, subscribe(kafka, ['t']), extra)
    await planner.begin(undefined)
    return { kafka, planner, plan: await planner.plan(1, undefined, undefined) }
  }

  test('retention deletes what was not read: an error in every batch, and never a jump', async () => {
    const { kafka, planner, plan } = await running()
    const topic = kafka.topic('t')
    await topic.send(toEach(1, 5))
    await topic.deleteRecords(0, 5)
    expect(ranges(await planner.plan(2, plan, undefined))).toEqual(['t-0 5-10'])
    await topic.deleteRecords(0, 7)
    for (let i = 0; i < 2; i++) {
      await expect(planner.plan(2, plan, undefined)).rejects.toMatchObject({
        code: 'MR_DATA_LOST', message: 't-0 was to be read from offset 5, but the first that is there is 7: 2 offsets are lost',
      })
    }
  })

  test('without failOnDataLoss it is a warning, and what is left is read', async () => {
    const { kafka, planner, plan } = await running({ failOnDataLoss: false })
    const topic = kafka.topic('t')
    await topic.send(toEach(1, 5))
    await topic.deleteRecords(0, 7)
    const warnings = await warningsOf(async () => { expect(ranges(await planner.plan(2, plan, undefined))).toEqual(['t-0 7-10']) })
    expect(warnings).toEqual([expect.stringContaining('2 offsets are lost. Going on without')])
  })

  test('a topic that is deleted', async () => {
    const { kafka, planner, plan } = await running({}, 2)
    await kafka.topic('t').delete()
    for (let i = 0; i < 2; i++) await expect(planner.plan(2, plan, undefined)).rejects.toMatchObject({ code: 'MR_DATA_LOST', message: expect.stringContaining('t-0, t-1') })
    await kafka.topic('t', { partitions: 2 }).send({ value: 'new', partition: 0 })
    await expect(planner.plan(3, plan, undefined)).rejects.toThrow('t-0 was to be read from offset 5, but it ends at 1: the topic was made anew, or its end is lost')
  })

  test('a topic that is deleted and made anew, without failOnDataLoss: each loss is said once, and all that is new is read', async () => {
    const { kafka, planner, plan: first } = await running({ failOnDataLoss: false })
    await kafka.topic('t').delete()
    let plan = first
    const warnings = await warningsOf(async () => {
      for (let i = 0; i < 3; i++) plan = await planner.plan(2 + i, plan, undefined)
    })
    expect(warnings).toEqual(['Kafka: t-0: not there any more. Going on without, as failOnDataLoss is false'])
    expect(ranges(plan)).toEqual(['t-0 5-5'])
    await kafka.topic('t').send(['a', 'b'])
    await warningsOf(async () => { plan = await planner.plan(9, plan, undefined) })
    expect(ranges(plan)).toEqual(['t-0 0-2'])
  })
})

describe('after a recovery', () => {
  test('it goes on behind the latest plan; what appeared in the meantime is read from its first record', async () => {
    const kafka = newKafka()
    await kafka.topic('t', { partitions: 2 }).send(toEach(2, 9))
    await kafka.topic('late').send(['a', 'b'])
    const previous: BatchPlan = { ranges: [['t', 0, 3, 5]], waiting: ['late'] }
    const planner = plannerOf(kafka, subscribe(kafka, ['t', 'late'], { 'auto.offset.reset': 'latest' }))
    await planner.begin(previous)
    expect(ranges(await planner.plan(1, previous, undefined))).toEqual(['late-0 0-2', 't-0 5-9', 't-1 0-9'])
  })

  test('a topic that is subscribed to anew begins as a new stream would; one that is not any more is left', async () => {
    const kafka = newKafka()
    for (const name of ['a', 'b', 'c']) await kafka.topic(name).send(['1', '2', '3'])
    const previous: BatchPlan = { ranges: [['a', 0, 0, 1], ['b', 0, 0, 2]] }
    const planner = plannerOf(kafka, subscribe(kafka, ['b', 'c'], { 'auto.offset.reset': 'latest' }))
    const warnings = await warningsOf(async () => { await planner.begin(previous) })
    expect(warnings).toEqual(['Kafka: Not read any more: a-0'])
    expect(ranges(await planner.plan(1, previous, undefined))).toEqual(['b-0 2-3', 'c-0 3-3'])
  })

  test('what was deleted while no program ran is an error', async () => {
    const kafka = newKafka()
    const topic = kafka.topic('t')
    await topic.send(toEach(1, 9))
    await topic.deleteRecords(0, 8)
    const planner = plannerOf(kafka, subscribe(kafka, ['t']))
    const previous: BatchPlan = { ranges: [['t', 0, 0, 4]] }
    await planner.begin(previous)
    await expect(planner.plan(1, previous, undefined)).rejects.toMatchObject({ code: 'MR_DATA_LOST' })
  })
})

test.each<[() => unknown, string]>([
  [() => ConsumerStrategies.Subscribe([], {}), 'Subscribe: the topics must be an array with one at least, got an array of 0'],
  [() => ConsumerStrategies.Subscribe('words' as never, {}), 'Subscribe: the topics must be an array with one at least, got "words"'],
  [() => ConsumerStrategies.Subscribe(['a b'], {}), 'Subscribe: a topic is a name of letters, digits, dots, dashes and underscores, 249 at the most, got "a b"'],
  [() => ConsumerStrategies.Subscribe(['a'], undefined as never), 'Subscribe: kafkaParams must be an object, got undefined'],
  [() => ConsumerStrategies.Subscribe(['a'], {}, { a: 1 } as never), 'Subscribe: offsets must be a Map from TopicPartition to offset, got an object (Object)'],
  [() => ConsumerStrategies.Subscribe(['a'], {}, new Map([['a', 1]]) as never), 'Subscribe: offsets must be a Map from TopicPartition to offset, got the key "a"'],
  [() => ConsumerStrategies.Subscribe(['a'], {}, [[new TopicPartition('a', 0), -1]]), 'Subscribe: the offset of a-0 must be a whole number, 0 or more, got -1'],
  [() => ConsumerStrategies.Subscribe(['a'], {}, [[new TopicPartition('b', 0), 1]]), 'Subscribe: there is an offset for b-0, which is not read'],
  [() => ConsumerStrategies.Subscribe(['a'], {}, [[new TopicPartition('a', 0), 1], [new TopicPartition('a', 0), 1]]), 'Subscribe: offsets has a-0 twice'],
  [() => ConsumerStrategies.SubscribePattern(5 as never, {}), 'SubscribePattern: the pattern must be a regular expression, got 5'],
  [() => ConsumerStrategies.SubscribePattern('(', {}), 'SubscribePattern: the pattern cannot be read: Invalid regular expression: /^(?:()$/: Unterminated group'],
  [() => ConsumerStrategies.Assign([new TopicPartition('a', -1)], {}), 'TopicPartition: the partition must be a whole number, 0 or more, got -1'],
  [() => ConsumerStrategies.Assign(['a' as never], {}), 'TopicPartition: a topic is a name of letters, digits, dots, dashes and underscores, 249 at the most, got undefined'],
  [() => ConsumerStrategies.Assign([new TopicPartition('a', 0)], {}, [[new TopicPartition('a', 1), 1]]), 'Assign: there is an offset for a-1, which is not read'],
])('%s is refused at the call', (call, message) => {
  expect(call).toThrow(expect.objectContaining({ name: 'IllegalArgumentError', message, at: expect.stringMatching(/range-planner\.spec\.ts:\d+$/) }))
})
