/** Threads as executors: the same results as in one thread, also when threads are lost, hang or are slow. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { StorageLevel, type SparkContext } from '../../../lib/index'
import { testStream } from '../../../lib/testing/index'
import { withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

const master = 'local[2]'
const numbers = Array.from({ length: 1_000 }, (_, i) => i)

/** Sums by last digit, as an array has them. */
const expected = Array.from({ length: 10 }, (_, digit) => [digit, numbers.filter(n => n % 10 === digit).reduce((a, b) => a + b)])
const sums = (sc: SparkContext, f: (n: number) => number = n => n) => (
  sc.parallelize(numbers, 8).map(f).map(n => [n % 10, n]).reduceByKey((a, b) => a + b, 3).sortByKey().collect()
)

test('a shuffle, a sort and captured variables give what one thread gives', () => withSpark(master, async sc => {
  const shift = 0
  expect(await sums(sc, n => n + shift)).toEqual(expected)
  expect(await sc.parallelize(['b', 'a', 'c'], 3).sortBy(w => w, false).collect()).toEqual(['c', 'b', 'a'])
}))

test('what is captured has the value that it had at the call', () => withSpark(master, async sc => {
  let step = 1
  const later = sc.parallelize([1, 2], 2).map(n => n + step)
  step = 100
  expect(await later.collect()).toEqual([2, 3])
}))

test('a job after a thread was lost, and during it, is exact', () => withFolder(folder => withSpark(master, async sc => {
  const mark = path.join(folder, 'died')
  const kept = sc.parallelize(numbers, 8).map(n => n).persist(StorageLevel.MEMORY_ONLY)
  expect(await kept.count()).toBe(1_000)
  const result = await kept.map(n => {
    // The first task that comes here takes its thread with it, and the blocks that the thread held.
    if (n === 500 && !fs.existsSync(mark)) {
      fs.writeFileSync(mark, '')
      process.exit(9)
    }
    return n
  }).map(n => [n % 10, n]).reduceByKey((a, b) => a + b, 3).sortByKey().collect()
  expect(result).toEqual(expected)
  expect(fs.existsSync(mark)).toBe(true)
  expect(await kept.sum()).toBe(499_500)
})))

test('a task whose thread is lost each time fails its job with a hint, and the next job runs', () => withSpark(master, async sc => {
  await expect(sc.parallelize([1], 1).foreach(() => process.exit(1))).rejects.toMatchObject({
    message: expect.stringMatching(/the thread that ran it was lost each time: it exited with code 1/),
    hint: expect.stringMatching(/never return/),
  })
  expect(await sums(sc)).toEqual(expected)
}))

test('a thread that hangs is replaced, and its task runs again', () => withFolder(folder => withSpark(master, async sc => {
  const mark = path.join(folder, 'hung')
  const result = await sc.parallelize(numbers, 4).map(n => {
    if (n === 300 && !fs.existsSync(mark)) {
      fs.writeFileSync(mark, '')
      for (;;) Math.sqrt(n)
    }
    return n
  }).sum()
  expect(result).toBe(499_500)
}, { 'millrace.thread.heartbeatTimeout': '400ms' })))

test('a slow task gets a copy, whose result counts once', () => withFolder(folder => withSpark(master, async sc => {
  const mark = path.join(folder, 'slow')
  const seen = sc.longAccumulator('seen')
  const result = await sc.parallelize(numbers, 8).mapPartitions(async values => {
    const all = [...values]
    seen.add(all.length)
    if (all.includes(999) && !fs.existsSync(mark)) {
      fs.writeFileSync(mark, '')
      await new Promise(resolve => setTimeout(resolve, 20_000))
    }
    return all
  }).sum()
  expect(result).toBe(499_500)
  expect(seen.value).toBe(1_000)
}, { 'spark.speculation': 'true' })))

test('accumulators count each element once though tasks are tried again', () => withFolder(folder => withSpark('local[2,4]', async sc => {
  const mark = path.join(folder, 'failed')
  const seen = sc.longAccumulator('seen')
  await sc.parallelize(numbers, 4).foreach(n => {
    seen.add(1)
    if (n === 999 && !fs.existsSync(mark)) {
      fs.writeFileSync(mark, '')
      throw new Error('the first time')
    }
  })
  expect(seen.value).toBe(1_000)
})))

test('a broadcast value is read in every thread', () => withSpark(master, async sc => {
  const names = sc.broadcast(new Map([[1, 'one'], [2, 'two']]))
  expect(await sc.parallelize([1, 2, 3], 3).map(n => names.value.get(n) ?? '?').collect()).toEqual(['one', 'two', '?'])
}))

test('a cancelled job ends, and its tasks give up', () => withSpark(master, async sc => {
  sc.setJobGroup('endless', 'never ends')
  const endless = sc.range(0, 1e12, 1, 2).filter(n => n < 0).count()
  setTimeout(() => sc.cancelJobGroup('endless'), 300)
  await expect(endless).rejects.toMatchObject({ code: 'MR_JOB_CANCELLED' })
  sc.clearJobGroup()
  expect(await sums(sc)).toEqual(expected)
}))

test('results beyond spark.driver.maxResultSize fail the job', () => withSpark(master, async sc => {
  await expect(sc.parallelize(numbers, 4).map(n => 'x'.repeat(n)).collect()).rejects.toThrow(/is bigger than spark\.driver\.maxResultSize/)
}, { 'spark.driver.maxResultSize': '10k' }))

test('what cannot travel is refused at the call, with its path and the line', () => withSpark(master, sc => {
  const server = { inner: new (require('node:net') as typeof import('node:net')).Server() }
  let thrown: any
  try { sc.parallelize([1]).map(() => server.inner.listening) } catch (error) { thrown = error }
  expect(thrown).toMatchObject({
    code: 'MR_TASK_NOT_SERIALIZABLE', message: expect.stringMatching(/server\.inner \(a Server\), captured by the function given to map at threads\.spec\.ts:\d+/),
  })
}))

test('an error names the operator, the line and what was thrown', () => withSpark(master, async sc => {
  await expect(sums(sc, n => {
    if (n === 7) throw new RangeError('seven')
    return n
  })).rejects.toMatchObject({ message: expect.stringMatching(/in map at threads\.spec\.ts:\d+.*RangeError: seven/) })
}))

test('a stream runs on threads as in one', async () => {
  const run = (on: string) => testStream([[['a b', 'b'], ['c c c'], []]], ([lines]) => (
    lines.flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b)), { master: on })
  const sorted = (batches: [string, number][][]): unknown => batches.map(batch => batch.sort())
  expect(sorted(await run(master))).toEqual(sorted(await run('local')))
})
