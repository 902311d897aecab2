/** What lives in the driver is refused where the operator is called; shared variables are what travels instead. */
import { Seconds, StreamingContext, type SparkContext } from '../../lib/index'
import { limits } from '../../lib/base/limits'
import { withSpark } from '../support/contexts'

/** Transformations throw, actions reject. */
async function refusalOf(call: () => unknown): Promise<{ code: string, message: string, hint: string }> {
  try { await call() } catch (error) { return error as never }
  throw new Error('it was captured')
}

const onThreads = (check: (sc: SparkContext) => unknown): Promise<void> =>
  withSpark('local[2]', async sc => { await check(sc) })

test('an RDD inside a function of another', () => onThreads(async sc => {
  const prices = sc.parallelize([1, 2])
  const refused = await refusalOf(() => sc.parallelize([1]).map(n => [n, prices.count()]))
  expect(refused).toMatchObject({
    code: 'MR_TASK_NOT_SERIALIZABLE', hint: expect.stringMatching(/Join or union the two, or await collect\(\) first/),
    message: expect.stringMatching(
      /prices \(an RDD\), captured by the function given to map at driver-values\.spec\.ts:\d+/),
  })
}))

test('an RDD deep inside what is captured', () => onThreads(async sc => {
  const tables = { byName: new Map([['prices', [sc.range(3)]]]) }
  const refused = await refusalOf(() => sc.parallelize([1]).foreach(() => { tables.byName.clear() }))
  expect(refused.message).toMatch(/tables\.byName\{"prices"\}\[0\] \(an RDD\), captured by the function given to foreach/)
}))

test.each([
  ['mapPartitions', (sc: SparkContext, inner: any) => sc.range(3).mapPartitions(values => [inner, ...values])],
  ['reduceByKey', (sc: SparkContext, inner: any) => sc.range(3).map(n => [n, 1]).reduceByKey(() => inner.id)],
  ['sortBy', (sc: SparkContext, inner: any) => sc.range(3).sortBy(n => n + inner.id)],
  ['aggregate', (sc: SparkContext, inner: any) => sc.range(3).aggregate(0, n => n + inner.id, n => n)],
])('an RDD in %s', (operator, call) => onThreads(async sc => {
  expect(await refusalOf(() => call(sc, sc.range(2)))).toMatchObject({
    code: 'MR_TASK_NOT_SERIALIZABLE',
    message: expect.stringContaining(`inner (an RDD), captured by the function given to ${operator}`),
  })
}))

test('the context, a stream and its context', () => onThreads(async sc => {
  const ssc = new StreamingContext(sc, Seconds(1))
  const lines = ssc.queueStream<string>([])
  const numbers = sc.range(3)
  expect((await refusalOf(() => numbers.map(() => sc.appName))).message).toContain('sc (a SparkContext)')
  expect((await refusalOf(() => numbers.map(() => ssc.getState()))).message).toContain('ssc (a StreamingContext)')
  expect((await refusalOf(() => numbers.map(() => lines))).message).toContain('lines (a DStream)')
  await ssc.stop(false)
}))

test('broadcast values and accumulators are what travels', () => onThreads(async sc => {
  const factor = sc.broadcast(3)
  const seen = sc.longAccumulator('seen')
  const tripled = sc.range(4).map(n => {
    seen.add(1)
    return n * factor.value
  })
  expect(await tripled.collect()).toEqual([0, 3, 6, 9])
  expect(seen.value).toBe(4)
}))

test('more than closureBytesMax is for broadcast', () => onThreads(async sc => {
  const table = new Uint8Array(limits.closureBytesMax + 1)
  const refused = await refusalOf(() => sc.range(3).map(n => table[n]))
  expect(refused.message).toMatch(/table\.buffer \(more than the 67,108,864 bytes that travel .*\(closureBytesMax\)\), captured by/)
  expect(refused.hint).toMatch(/^Broadcast it/)
}))
