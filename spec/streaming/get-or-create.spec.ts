import { IllegalArgumentError, Seconds, SparkContext, StreamingContext } from '../../lib/index'
import { ManualClock } from '../../lib/testing/index'
import { withFolder } from '../support/folders'
import { withLog } from '../support/logged'

function create(): StreamingContext {
  const ssc = new StreamingContext('local', 'made', Seconds(1), { clock: new ManualClock() })
  ssc.queueStream([[1]]).foreachRDD(() => undefined)
  return ssc
}

afterEach(() => withLog(async () => { await (StreamingContext.getActive()?.stop() ?? SparkContext.active?.stop()) }))

test('getOrCreate gives what the function makes, with the folder as its checkpoint folder', () => withFolder(async folder => {
  const ssc = await StreamingContext.getOrCreate(`${folder}/cp`, create)
  expect([ssc.getState(), ssc.checkpointDirectory]).toEqual(['INITIALIZED', `${folder}/cp`])
}))

test('the function may be async, and may set another folder', () => withFolder(async folder => {
  const ssc = await StreamingContext.getOrCreate(`${folder}/cp`, async () => {
    const made = create()
    made.checkpoint(`${folder}/other`)
    return made
  })
  expect(ssc.checkpointDirectory).toBe(`${folder}/other`)
}))

test('getActiveOrCreate gives the active context without calling the function', () => withFolder(async folder => {
  const ssc = await StreamingContext.getActiveOrCreate(create)
  expect(ssc.checkpointDirectory).toBeUndefined()
  await ssc.start()
  const never = (): StreamingContext => { throw new Error('called') }
  expect(await StreamingContext.getActiveOrCreate(never)).toBe(ssc)
  expect(await StreamingContext.getActiveOrCreate(folder, never)).toBe(ssc)
  await ssc.stop()
  const next = await StreamingContext.getActiveOrCreate(`${folder}/cp`, create)
  expect([next === ssc, next.checkpointDirectory]).toEqual([false, `${folder}/cp`])
}))

test.each<[string, () => Promise<unknown>]>([
  ['no function', () => StreamingContext.getOrCreate('cp', undefined as never)],
  ['no function for the active one', () => StreamingContext.getActiveOrCreate(null as never)],
  ['no folder', () => StreamingContext.getOrCreate('', create)],
  ['a number for a folder', () => StreamingContext.getActiveOrCreate(5 as never, create)],
  ['a function that returns nothing', () => StreamingContext.getOrCreate('cp', (() => undefined) as never)],
])('%s is refused', async (_name, attempt) => {
  await expect(attempt()).rejects.toThrow(IllegalArgumentError)
})

test('an error of the function is the caller\'s', async () => {
  await expect(StreamingContext.getOrCreate('cp', () => { throw new RangeError('mine') })).rejects.toThrow(new RangeError('mine'))
})
