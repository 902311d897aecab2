/** toObservable: a stream's elements, or its batches, as an rxjs Observable that ends with the stream. */
import { lastValueFrom, toArray } from 'rxjs'
import { masters } from '../../support/contexts'
import { failure } from '../../support/operator-cases'
import { quietly, withStreaming } from '../../support/streams'

describe.each(masters)('toObservable on %s', master => {
  test('every element of every batch, in order, until the stop', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const all = lastValueFrom(ssc.queueStream([[1, 2], [], [3]]).toObservable().pipe(toArray()))
      await ssc.start()
      await runBatches(3)
      await ssc.stop({ stopSparkContext: false })
      expect(await all).toEqual([1, 2, 3])
    })
  })

  test('batches with their times, empty ones too', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const seen: unknown[] = []
      ssc.queueStream([[1, 2], []]).toObservable({ batches: true })
        .subscribe(({ time, values }) => seen.push([time.milliseconds, values]))
      await ssc.start()
      await runBatches(2)
      expect(seen).toEqual([[1000, [1, 2]], [2000, []]])
    })
  })

  test('who subscribes late gets what comes then, all subscribers the same', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const [first, second]: [number[], number[]] = [[], []]
      const observable = ssc.queueStream([[1], [2], [3]]).toObservable()
      observable.subscribe(n => first.push(n))
      await ssc.start()
      await runBatches(1)
      const late = observable.subscribe(n => second.push(n))
      await runBatches(1)
      late.unsubscribe()
      await runBatches(1)
      expect([first, second]).toEqual([[1, 2, 3], [2]])
    })
  })

  test('fails with the error of a batch and emits no more', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const seen: unknown[] = []
      ssc.queueStream([[1], [2], [3]]).map(n => {
        if (n === 2) throw new Error('boom')
        return n
      }).toObservable().subscribe({ next: n => seen.push(n), error: error => seen.push(error.message),
      complete: () => seen.push('complete') })
      await ssc.start()
      await quietly(() => runBatches(3))
      expect(seen).toEqual(
        [1, expect.stringMatching(
          /in map at to-observable\.spec\.ts:\d+.*toObservable at to-observable\.spec\.ts:\d+.*boom/)])
    })
  })

  test('fails when a batch cannot be generated', async () => {
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const all = failure(lastValueFrom(ssc.queueStream([[1]]).transform(() => null as never).toObservable()))
      await ssc.start()
      await quietly(() => runBatches(1))
      expect((await all).message).toMatch(/Transform function must not return null/)
    })
  })

  test('a subscriber that comes after the stop is told so', async () => {
    await withStreaming(master, async ({ ssc }) => {
      const observable = ssc.queueStream([[1]]).toObservable()
      await ssc.start()
      await ssc.stop({ stopSparkContext: false })
      expect(await lastValueFrom(observable.pipe(toArray()))).toEqual([])
    })
  })
})
