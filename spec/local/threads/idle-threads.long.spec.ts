/** Threads serve one context after another, and carry nothing from one to the next. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import { threadId, Worker } from 'node:worker_threads'
import { limits } from '../../../lib/base/limits'
import { StorageLevel, type SparkContext } from '../../../lib/index'
import { keepWorker, takeWorker } from '../../../lib/local/threads/idle-threads'
import { withSpark } from '../../support/contexts'

const master = 'local[2]'

/** The threads that work for a context: each of many short tasks tells its own. */
async function threadsOf(sc: SparkContext): Promise<number[]> {
  const seen = await sc.parallelize(Array.from({ length: 8 }, (_, i) => i), 8).map(n => {
    // Long enough that one thread cannot do them all.
    let rest = n
    for (let i = 0; i < 2e7; i++) rest ^= i
    return rest === -1 ? -1 : threadId
  }).collect()
  return [...new Set(seen)].sort((a, b) => a - b)
}

test('the threads of a context that has stopped work for the next', async () => {
  const before = await withSpark(master, threadsOf)
  expect(before).toHaveLength(2)
  expect(await withSpark(master, threadsOf)).toEqual(before)
  expect(await withSpark('local[3]', threadsOf)).toEqual(expect.arrayContaining(before))
})

test.each([1, 2])('functions, broadcast values, accumulators and blocks are those of the own context (%p)', factor => withSpark(master, async sc => {
  const rdd = sc.parallelize([1, 2, 3, 4], 2)
  const table = sc.broadcast(new Map([[1, `one of ${factor}`]]))
  const count = sc.longAccumulator('count')
  const kept = rdd.map(n => n * factor).persist(StorageLevel.MEMORY_ONLY)
  expect(await kept.collect()).toEqual([1, 2, 3, 4].map(n => n * factor))
  expect(await kept.map(n => { count.add(n); return table.value.get(n) ?? '' }).distinct().collect()).toHaveLength(factor === 1 ? 2 : 1)
  expect(count.value).toBe(10 * factor)
  expect(sc.getRDDStorageInfo()).toHaveLength(1)
}))

test('a class that travels is made anew for another context', async () => {
  class Counted { static made = 0; readonly number = ++Counted.made }
  const numbers = (sc: SparkContext) => sc.parallelize([0], 1).map(() => new Counted().number).collect()
  expect(await withSpark(master, numbers)).toEqual([1])
  expect(await withSpark(master, numbers)).toEqual([1])
})

test('threads have the environment that the process has when their context begins', async () => {
  const name = 'MILLRACE_SPEC_IDLE_THREADS'
  const read = (sc: SparkContext) => sc.parallelize([0, 1], 2).map(() => process.env[name] ?? 'none').collect()
  try {
    process.env[name] = 'set'
    expect(await withSpark(master, read)).toEqual(['set', 'set'])
  } finally { delete process.env[name] }
  expect(await withSpark(master, read)).toEqual(['none', 'none'])
})

test('a thread in which something runs on works for no other context', async () => {
  const left = await withSpark(master, sc => sc.parallelize([0], 1).map(() => {
    setInterval(() => undefined, 1_000)
    return threadId
  }).collect())
  expect(await withSpark(master, threadsOf)).not.toContain(left[0])
})

test('a thread that still works when its context stops works for no other', async () => {
  const before = await withSpark(master, async sc => {
    const threads = await threadsOf(sc)
    const endless = sc.parallelize([0, 1], 2).foreach(() => { for (;;); })
    endless.catch(() => undefined)
    await new Promise(resolve => setImmediate(resolve))
    return threads
  })
  for (const thread of await withSpark(master, threadsOf)) expect(before).not.toContain(thread)
})

test('idle threads keep no process alive', () => {
  const index = path.join(__dirname, '..', '..', '..', 'dist', 'index.js')
  const program = `const sc = new (require(${JSON.stringify(index)}).SparkContext)('local[2]', 'x')
    sc.parallelize([1, 2], 2).count().then(n => sc.stop().then(() => console.log(n)))`
  expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', timeout: limits.idleThreadMs - 500 }).trim()).toBe('2')
})

test('a thread is kept for so long and then ended', async () => {
  const worker = new Worker('require("node:worker_threads").parentPort.on("message", () => undefined)', { eval: true })
  await once(worker, 'online')
  keepWorker(worker, 60_000)
  expect(takeWorker()).toBe(worker)
  keepWorker(worker, 10)
  worker.ref()
  await once(worker, 'exit')
  const next = takeWorker()
  expect(next).not.toBe(worker)
  await next.terminate()
})

test('no more threads are kept than the limit', async () => {
  const workers = Array.from({ length: limits.idleThreadsMax + 1 }, () => (
    new Worker('require("node:worker_threads").parentPort.on("message", () => undefined)', { eval: true })))
  await Promise.all(workers.map(worker => once(worker, 'online')))
  const oldest = once(workers[0]!, 'exit')
  for (const worker of workers) keepWorker(worker)
  await oldest
  for (const worker of workers.slice(1).reverse()) {
    expect(takeWorker()).toBe(worker)
    await worker.terminate()
  }
})
