import { BlockGenerator, SparkConf, SparkError } from '../../../lib/index'
import { ManualClock } from '../../../lib/testing/index'

interface Told { readonly added: unknown[], readonly generated: string[], readonly pushed: [string, unknown[]][], readonly errors: string[] }

function generator(settings: Record<string, string> = {}, push?: (items: unknown[]) => void | Promise<void>): { blocks: BlockGenerator, clock: ManualClock, told: Told } {
  const clock = new ManualClock()
  const told: Told = { added: [], generated: [], pushed: [], errors: [] }
  const conf = new SparkConf().setAll(Object.entries({ 'spark.streaming.blockInterval': '10ms', ...settings }))
  const blocks = new BlockGenerator({
    onAddData: (item, metadata) => { told.added.push([item, metadata]) },
    onGenerateBlock: id => { told.generated.push(id) },
    onPushBlock: (id, items) => {
      told.pushed.push([id, items])
      return push?.(items)
    },
    onError: message => { told.errors.push(message) },
  }, 3, conf, clock)
  return { blocks, clock, told }
}

const itemsOf = (told: Told): unknown[] => told.pushed.flatMap(([, items]) => items)

test('what comes in during an interval is a block, named after the interval; an empty interval is none', async () => {
  const { blocks, clock, told } = generator()
  blocks.start()
  await clock.advance(100)
  expect(told.pushed).toEqual([])
  blocks.addData(1)
  blocks.addData(2)
  await clock.advance(10)
  await clock.advance(10)
  blocks.addData(3)
  await clock.advance(10)
  expect(told.pushed).toEqual([['input-3-100', [1, 2]], ['input-3-120', [3]]])
  expect(told.generated).toEqual(['input-3-100', 'input-3-120'])
  await blocks.stop()
})

test('only what is added with a callback is told, and several elements go into one block', async () => {
  const { blocks, clock, told } = generator()
  blocks.start()
  blocks.addData('silent')
  blocks.addDataWithCallback('one', 'm1')
  blocks.addMultipleDataWithCallback(['two', 'three'], 'm2')
  expect(told.added).toEqual([['one', 'm1'], [['two', 'three'], 'm2']])
  await clock.advance(10)
  expect(told.pushed).toEqual([['input-3-0', ['silent', 'one', 'two', 'three']]])
  await blocks.stop()
})

test('a block that is cut within an interval has a name of its own', async () => {
  const { blocks, clock, told } = generator()
  blocks.start()
  await clock.advance(5)
  blocks.addData('early')
  blocks.cut()
  blocks.addData('late')
  await clock.advance(5)
  expect(told.generated).toEqual(['input-3-0', 'input-3-1'])
  await blocks.stop()
})

test('it takes data only between start and stop, and starts once', async () => {
  const { blocks } = generator()
  const refused = /Cannot add data as BlockGenerator has not been started or has been stopped/
  expect(blocks.isActive()).toBe(false)
  expect(() => blocks.addData(1)).toThrow(refused)
  blocks.start()
  expect(blocks.isActive()).toBe(true)
  expect(() => blocks.start()).toThrow(/Cannot start BlockGenerator as its not in the Initialized state/)
  await blocks.stop()
  await blocks.stop()
  expect([blocks.isActive(), blocks.isStopped()]).toEqual([false, true])
  expect(() => blocks.start()).toThrow(SparkError)
  for (const add of [() => blocks.addData(1), () => blocks.addDataWithCallback(1, 2), () => blocks.addMultipleDataWithCallback([1], 2)]) {
    expect(add).toThrow(refused)
  }
})

test('a stop pushes all that is left, and resolves when it is pushed', async () => {
  let pushed: (() => void) | undefined
  const { blocks, told } = generator({}, () => new Promise<void>(resolve => { pushed = resolve }))
  blocks.start()
  blocks.addData(1)
  let isStopped = false
  const stopped = blocks.stop().then(() => { isStopped = true })
  await new Promise(setImmediate)
  expect(itemsOf(told)).toEqual([1])
  expect([isStopped, blocks.isStopped()]).toEqual([false, false])
  pushed!()
  await stopped
  expect(blocks.isStopped()).toBe(true)
})

test('the rate holds elements back, and a stop lets go of those that wait', async () => {
  const { blocks, clock, told } = generator({ 'spark.streaming.receiver.maxRate': '100' })
  blocks.start()
  for (let i = 0; i < 50; i++) blocks.addData(i)
  await clock.advance(100)
  expect(itemsOf(told)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  await blocks.stop()
  expect(itemsOf(told)).toEqual(Array.from({ length: 50 }, (_, i) => i))
})

test('blocks are pushed in order, one at a time, and while too many wait elements are gathered', async () => {
  const releases: (() => void)[] = []
  const { blocks, told } = generator({ 'spark.streaming.blockQueueSize': '2' }, () => new Promise<void>(resolve => { releases.push(resolve) }))
  blocks.start()
  for (let i = 0; i < 6; i++) {
    blocks.addData(i)
    blocks.cut()
  }
  expect(told.generated).toHaveLength(2)
  expect(told.pushed).toHaveLength(1)
  const stopped = blocks.stop()
  for (let i = 0; i < 3; i++) {
    await new Promise(setImmediate)
    releases.shift()!()
  }
  await stopped
  expect(told.pushed.map(([, items]) => items)).toEqual([[0], [1], [2, 3, 4, 5]])
})

test('a push that fails is told, and the next block is pushed all the same', async () => {
  let count = 0
  const { blocks, clock, told } = generator({}, () => { if (count++ === 0) throw new Error('full') })
  blocks.start()
  blocks.addData(1)
  await clock.advance(10)
  blocks.addData(2)
  await clock.advance(10)
  expect(told.errors).toEqual(['Error in block pushing'])
  expect(itemsOf(told)).toEqual([1, 2])
  await blocks.stop()
})

test('the block interval must be positive', () => {
  expect(() => generator({ 'spark.streaming.blockInterval': '0ms' })).toThrow("'spark.streaming.blockInterval' should be a positive value")
})
