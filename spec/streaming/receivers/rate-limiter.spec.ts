import fc from 'fast-check'
import { RateLimiter } from '../../../lib/streaming/receivers/rate-limiter'
import { ManualClock } from '../../../lib/testing/index'

const unlimited = Number.POSITIVE_INFINITY

test('without a rate there is no limit, until back-pressure sets one', () => {
  const limiter = new RateLimiter(new ManualClock())
  expect(limiter.currentLimit).toBe(unlimited)
  expect(limiter.admit()).toBeUndefined()
  limiter.updateRate(105)
  expect(limiter.currentLimit).toBe(105)
})

test.each([
  ['below the maximum it is taken', 110, 105, 105],
  ['above the maximum it is cut', 100, 105, 100],
  ['nothing is ignored', 100, 0, 100],
  ['less than nothing is ignored', 100, -5, 100],
  ['a maximum of 0 is no maximum', 0, 7, 7],
])('a new rate: %s', (_name, maximum, updated, expected) => {
  const limiter = new RateLimiter(new ManualClock(), maximum)
  limiter.updateRate(updated)
  expect(limiter.currentLimit).toBe(expected)
})

test.each([[undefined, 300, 300], [1000, 300, 300], [200, 300, 200], [1000, undefined, 1000]])(
  'the first rate with initial rate %p and maximum %p is %p', (initial, maximum, expected) => {
    expect(new RateLimiter(new ManualClock(), maximum, initial).currentLimit).toBe(expected)
  })

test('elements go one by one at the rate, in order, and none twice', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, 10)
  const gone: [number, number][] = []
  for (let i = 0; i < 30; i++) {
    const turn = limiter.admit()
    if (turn === undefined) gone.push([i, clock.now()])
    else void turn.then(() => gone.push([i, clock.now()]))
  }
  await clock.advance(1_000)
  expect(gone).toEqual(Array.from({ length: 11 }, (_, i) => [i, i * 100]))
  await clock.advance(10_000)
  expect(gone).toEqual(Array.from({ length: 30 }, (_, i) => [i, i * 100]))
})

test('after a pause one second\'s worth may go at once, and no more', async () => {
  const clock = new ManualClock()
  const limiter = new RateLimiter(clock, 10)
  await clock.advance(3_600_000)
  expect(limiter.available).toBe(11)
  for (let i = 0; i < 11; i++) expect(limiter.admit()).toBeUndefined()
  expect(limiter.admit()).toBeInstanceOf(Promise)
})

test('opened, nobody waits any more', async () => {
  const limiter = new RateLimiter(new ManualClock(), 1)
  limiter.admit()
  const waiting = [limiter.admit(), limiter.admit()]
  limiter.open()
  await Promise.all(waiting)
  expect(limiter.admit()).toBeUndefined()
  expect(limiter.available).toBe(unlimited)
})

test('what is available is never more than the rate allows, however it is taken', async () => {
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 1_000 }), fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 2_000 }))),
    async (rate, steps) => {
      const clock = new ManualClock()
      const limiter = new RateLimiter(clock, rate)
      let taken = 0
      for (const [ms, wanted] of steps) {
        await clock.advance(ms)
        const count = Math.min(wanted, limiter.available)
        limiter.spend(count)
        taken += count
        // One more than the time allows: the first goes at once.
        expect(taken).toBeLessThanOrEqual(clock.now() * rate / 1_000 + 1)
      }
    }), { numRuns: 30 })
})
