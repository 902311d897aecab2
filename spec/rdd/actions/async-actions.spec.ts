/**
 * Actions as FutureActions: results, job ids, callbacks, cancellation. The cases are those of Spark's
 * AsyncRDDActionsSuite.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { expectFailureIn, failureOf, numbers } from '../../support/rdd-cases'

describe.each(masters)('async actions on %s', master => {
  test('give what their plain forms give', () => withSpark(master, async sc => {
    const rdd = sc.parallelize(numbers(1, 1001), 5)
    expect(await rdd.countAsync()).toBe(1000)
    expect(await rdd.collectAsync()).toEqual(numbers(1, 1001))
    expect(await rdd.takeAsync(3)).toEqual([1, 2, 3])
    expect(await rdd.foreachAsync(() => 1)).toBeUndefined()
    expect(await rdd.foreachPartitionAsync(async () => 1)).toBeUndefined()
    const none = sc.emptyRDD<number>()
    expect(await none.countAsync()).toBe(0)
    expect(await none.collectAsync()).toEqual([])
    expect(await none.takeAsync(3)).toEqual([])
    expect(await none.foreachAsync(() => 1)).toBeUndefined()
    expect(await none.foreachPartitionAsync(() => 1)).toBeUndefined()
  }))

  test('call their functions once for each', () => withSpark(master, sc => withFolder(async folder => {
    const file = path.join(folder, 'seen')
    await sc.parallelize(numbers(0, 10), 3).foreachAsync(x => fs.appendFileSync(file, `${x} `))
    await sc.parallelize(numbers(0, 10), 3).foreachPartitionAsync(() => fs.appendFileSync(file, '| '))
    const seen = fs.readFileSync(file, 'utf8').trim().split(' ')
    expect(seen.slice(0, 10).map(Number).sort((a, b) => a - b)).toEqual(numbers(0, 10))
    expect(seen.slice(10)).toEqual(['|', '|', '|'])
  })))

  test('know their jobs and say when they are complete', () => withSpark(master, async sc => {
    const count = sc.parallelize([1, 2, 3], 2).countAsync()
    const outcome = new Promise(resolve => { count.onComplete(resolve) })
    expect(count.isCompleted).toBe(false)
    expect(await count.result).toBe(3)
    expect(count.isCompleted).toBe(true)
    expect(count.jobIds.length).toBe(1)
    expect(await outcome).toEqual({ status: 'fulfilled', value: 3 })
    count.cancel()
    expect(count.isCancelled).toBe(false)
    const take = sc.parallelize(numbers(0, 100), 50).takeAsync(40)
    await take
    expect(take.jobIds.length).toBeGreaterThan(1)
    expect(await count.then(x => x + 1)).toBe(4)
    expect(await count.finally(() => undefined)).toBe(3)
  }))

  test('fail as their jobs do, and nobody need look', () => withSpark(master, async sc => {
    const bad = sc.parallelize([1, 2], 2).map(() => { throw new Error('boom') })
    const action = bad.countAsync()
    const outcome = new Promise<any>(resolve => { action.onComplete(resolve) })
    await expectFailureIn('map', 'async-actions.spec.ts', action)
    expect((await outcome).status).toBe('rejected')
    expect(await action.catch(error => error.name)).toBe('SparkError')
    bad.collectAsync()
    await new Promise(resolve => { setTimeout(resolve, 20) })
    await expectFailureIn('foreachAsync', 'async-actions.spec.ts',
      sc.parallelize([1]).foreachAsync(() => { throw new Error('boom') }))
    expect((await failureOf(sc.parallelize([1]).foreachAsync(1 as any))).name).toBe('IllegalArgumentError')
  }))

  test('can be cancelled before their first task and while they run', () => withSpark(master, async sc => {
    const slow = sc.parallelize(numbers(0, 1000), 100).mapAsync(async x => {
      await new Promise(resolve => { setTimeout(resolve, 5) })
      return x
    }, { concurrency: 1 })
    for (const start of [() => slow.countAsync(), () => slow.collectAsync(), () => slow.takeAsync(500), () =>
      slow.foreachAsync(() => 1)]) {
      const atOnce = start()
      atOnce.cancel()
      expect(atOnce.isCancelled).toBe(true)
      expect(await failureOf(atOnce)).toMatchObject(
        { name: 'SparkError', code: 'MR_JOB_CANCELLED', message: expect.stringMatching(/cancelled/) })
      const running = start()
      await new Promise(resolve => { setTimeout(resolve, 30) })
      running.cancel('for a reason')
      expect((await failureOf(running)).message).toMatch(/Job \d+ cancelled for a reason/)
      expect(running.isCompleted).toBe(true)
    }
    expect(await sc.parallelize([1]).count()).toBe(1)
  }))

  test('a stopped context refuses them', async () => {
    const rdd = await withSpark(master, sc => sc.parallelize([1]))
    expect(await failureOf(rdd.countAsync())).toMatchObject({ name: 'IllegalStateError' })
  })
})
