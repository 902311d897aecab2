/** The public test kit, tested with itself. */
import { Seconds, StreamingContext, Milliseconds } from '../../lib/index'
import { collectBatches, ManualClock, testStream, waitForBatches } from '../../lib/testing/index'
import { masters } from '../support/contexts'

describe.each(masters)('testStream on %s', master => {
  test('gives one list a batch, in partition order', async () => {
    const result = await testStream([[[1, 2, 3], [], [4]]], ([numbers]) => numbers.map(n => n * 10), { master })
    expect(result).toEqual([[10, 20, 30], [], [40]])
  })

  test('a batch without an RDD gives no list, past its end an input gives empty ones', async () => {
    const result = await testStream([[['a'], undefined, ['b']]], ([words]) => words.map(w => w), { master, batches: 5 })
    expect(result).toEqual([['a'], ['b'], [], []])
  })

  test('rejects with the first error of a batch, naming the operator and its line', async () => {
    const program = testStream([[[1], [2]]], ([numbers]) => numbers.map(n => {
      if (n === 2) throw new RangeError('two')
      return n
    }), { master })
    await expect(program).rejects.toMatchObject({
      message: expect.stringMatching(/RangeError: two/), at: expect.stringMatching(/^map at test-stream\.spec\.ts:\d+$/),
    })
  })

  test('an error in build leaves nothing behind', async () => {
    await expect(testStream([[[1]]], () => undefined as never, { master })).rejects.toThrow(/needs a DStream/)
    await expect(testStream([[[1]]], ([numbers]) => numbers.map(n => n), { master })).resolves.toEqual([[1]])
  })
})

test.each([0, 1, [1, 2], [2, 99]])('restartAfter %j: the program goes on as if nothing had happened', async restartAfter => {
  const builds: boolean[] = []
  const batches = await testStream([[[1, 2], [3], [4]]], ([numbers], ssc) => {
    builds.push(ssc.isRecovered)
    return numbers.window(Seconds(2)).reduce((a, b) => a + b)
  }, { restartAfter })
  expect(batches).toEqual([[3], [6], [7]])
  expect(builds.length).toBe(Array.isArray(restartAfter) ? restartAfter.filter(count => count < 3).length + 1 : 2)
})

test.each([-1, 1.5, ['one']])('restartAfter %j is refused', async restartAfter => {
  await expect(testStream([[[1]]], ([n]) => n, { restartAfter: restartAfter as never })).rejects.toThrow('restartAfter takes numbers of batches')
})

test('inputs that are no lists of batches are refused with an example', async () => {
  await expect(testStream([1] as never, ([n]: any) => n)).rejects.toMatchObject({ hint: expect.stringMatching(/two batches/) })
})

describe('collectBatches and waitForBatches', () => {
  test('grow by one list per finished batch of a manual clock', async () => {
    const clock = new ManualClock()
    const ssc = new StreamingContext('local', 'spec', Seconds(1), { clock })
    const lists = collectBatches(ssc.queueStream([[1, 2], [3]]))
    await ssc.start()
    await clock.advance(1_000)
    await waitForBatches(ssc, 1)
    expect(lists).toEqual([[1, 2]])
    await clock.advance(2_000)
    await waitForBatches(ssc, 3)
    expect(lists).toEqual([[1, 2], [3], []])
    await ssc.stop()
  })

  test('waitForBatches rejects with the error of a batch, and when time is up', async () => {
    const clock = new ManualClock()
    const ssc = new StreamingContext('local', 'spec', Milliseconds(500), { clock })
    ssc.queueStream([[1]]).foreachRDD(() => { throw new Error('no good') })
    await ssc.start()
    await expect(waitForBatches(ssc, 1, 20)).rejects.toThrow(/waited 20 ms for 1 batches, 0 have completed/)
    await clock.advance(500)
    await expect(waitForBatches(ssc, 1)).rejects.toThrow('no good')
    await ssc.stop()
  })
})
