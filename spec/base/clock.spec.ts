// Clocks: what runs, when, in which order, and what the clock shows meanwhile.
import * as fc from 'fast-check'
import { ManualClock, sleep, SystemClock, systemClock } from '../../lib/base/clock'
import { IllegalArgumentError } from '../../lib/base/errors'

describe('ManualClock', () => {
  test('timers run in the order of their times, then of their creation, each at its own time', async () => {
    const clock = new ManualClock(100)
    const seen: string[] = []
    const note = (name: string) => () => { seen.push(`${name}@${clock.now()}`) }
    clock.schedule(300, note('c'))
    clock.schedule(200, note('a'))
    clock.schedule(200, note('b'))
    clock.schedule(401, note('late'))
    await clock.advance(300)
    expect(seen).toEqual(['a@200', 'b@200', 'c@300'])
    expect(clock.now()).toBe(400)
    await clock.advance(1)
    expect(seen.at(-1)).toBe('late@401')
  })

  test('any timers run in order and exactly once, in however many steps the clock moves', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 100 })), fc.array(fc.integer({ min: 0, max: 40 })),
      async (times, steps) => {
        const clock = new ManualClock(-1)
        const seen: [number, number][] = []
        times.forEach((time, index) => clock.schedule(time, () => {
          expect(clock.now()).toBe(time)
          seen.push([time, index])
        }))
        for (const step of steps) await clock.advance(step)
        const end = steps.reduce((sum, step) => sum + step, -1)
        const expected = times.map((time, index): [number, number] => [time,
          index]).filter(([time]) => time <= end)
        expect(seen).toEqual(expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]))
      }), { numRuns: 50 })
  })

  test('waits for what a timer returns before the next', async () => {
    const clock = new ManualClock()
    const seen: string[] = []
    clock.schedule(10, async () => {
      seen.push('begin')
      await new Promise(resolve => setImmediate(resolve))
      expect(clock.now()).toBe(10)
      seen.push('end')
    })
    clock.schedule(11, () => { seen.push('next') })
    await clock.advance(20)
    expect(seen).toEqual(['begin', 'end', 'next'])
  })

  test('timers made meanwhile run too when they are due', async () => {
    const clock = new ManualClock()
    const ticks: number[] = []
    const tick = () => {
      ticks.push(clock.now())
      clock.schedule(clock.now() + 10, tick)
    }
    clock.schedule(10, tick)
    await clock.advance(35)
    expect(ticks).toEqual([10, 20, 30])
    await clock.set(40)
    expect(ticks).toEqual([10, 20, 30, 40])
  })

  test('a loop that sleeps sees every step', async () => {
    const clock = new ManualClock()
    const seen: number[] = []
    const loop = async () => {
      for (let i = 0; i < 5; i++) {
        await sleep(clock, 10)
        await Promise.resolve().then(() => {}).then(() => {})
        seen.push(clock.now())
      }
    }
    const done = loop()
    await clock.advance(1000)
    expect(seen).toEqual([10, 20, 30, 40, 50])
    await done
  })

  test('going backwards runs nothing and keeps the timers', async () => {
    const clock = new ManualClock(1000)
    let runs = 0
    clock.schedule(1100, () => { runs++ })
    await clock.set(500)
    expect([clock.now(), runs]).toEqual([500, 0])
    await clock.advance(-100)
    expect([clock.now(), runs]).toEqual([400, 0])
    await clock.set(1100)
    expect([clock.now(), runs]).toEqual([1100, 1])
  })

  test('moves asked for at once queue up', async () => {
    const clock = new ManualClock()
    const seen: number[] = []
    clock.schedule(10, async () => {
      await new Promise(resolve => setImmediate(resolve))
      seen.push(clock.now())
    })
    clock.schedule(20, () => { seen.push(clock.now()) })
    await Promise.all([clock.advance(10), clock.advance(10), clock.set(50)])
    expect(seen).toEqual([10, 20])
    expect(clock.now()).toBe(50)
  })

  test('what is due already runs without a push, at the present time', async () => {
    const clock = new ManualClock(1000)
    let seen: number | undefined
    clock.schedule(300, () => { seen = clock.now() })
    expect(seen).toBeUndefined()
    await sleep(clock, 0)
    expect(seen).toBe(1000)
  })

  test('a cancelled timer does not run, cancelled twice or by another timer', async () => {
    const clock = new ManualClock()
    const seen: string[] = []
    const first = clock.schedule(10, () => { seen.push('first') })
    const third = clock.schedule(30, () => { seen.push('third') })
    clock.schedule(20, () => { third.cancel() })
    first.cancel()
    first.cancel()
    await clock.advance(100)
    expect(seen).toEqual([])
  })

  test('an error of a timer comes out of the move, after the other timers have run', async () => {
    const clock = new ManualClock()
    let runs = 0
    clock.schedule(1, () => { throw new Error('sync') })
    clock.schedule(2, () => { runs++ })
    await expect(clock.advance(5)).rejects.toThrow('sync')
    expect([runs, clock.now()]).toEqual([1, 5])
    clock.schedule(6, async () => { throw new Error('a') })
    clock.schedule(7, async () => { throw new Error('b') })
    await expect(clock.advance(5)).rejects.toThrow(/2 timers/)
    await clock.advance(1)
    expect(clock.now()).toBe(11)
  })

  test('times that are no numbers are refused at the call', () => {
    const clock = new ManualClock()
    expect(() => clock.schedule(NaN, () => {})).toThrow(IllegalArgumentError)
    expect(() => clock.advance(undefined as any)).toThrow(IllegalArgumentError)
    expect(() => clock.set('5' as any)).toThrow(IllegalArgumentError)
    expect(() => new ManualClock(NaN)).toThrow(IllegalArgumentError)
    expect(() => sleep(clock, NaN)).toThrow(IllegalArgumentError)
  })
})

describe('SystemClock', () => {
  test.each([60_000, 5])('runs a timer not before its time, also in waits of at most %d ms', async waitMsMax => {
    const clock = new SystemClock(waitMsMax)
    const target = clock.now() + 20
    const ranAt = await new Promise<number>(resolve => { clock.schedule(target, () => resolve(clock.now())) })
    expect(ranAt).toBeGreaterThanOrEqual(target)
  })

  test('what is past runs soon, but not within the call', async () => {
    const clock = new SystemClock()
    let hasRun = false
    const done = new Promise<void>(resolve => {
      clock.schedule(clock.now() - 5, () => {
        hasRun = true
        resolve()
      })
    })
    expect(hasRun).toBe(false)
    await done
  })

  test('a cancelled timer does not run', async () => {
    let runs = 0
    const now = systemClock.now()
    const timers = [systemClock.schedule(now - 1, () => { runs++ }), systemClock.schedule(now + 1,
      () => { runs++ })]
    for (const timer of timers) timer.cancel()
    await sleep(systemClock, 10)
    expect(runs).toBe(0)
  })

  test('waits beyond what setTimeout can do', async () => {
    const clock = new SystemClock()
    let runs = 0
    const far = clock.schedule(clock.now() + 2 ** 33, () => { runs++ }, { unref: true })
    await sleep(clock, 5)
    expect(runs).toBe(0)
    far.cancel()
  })

  test('never goes back by a little, but follows a clock that is set back by much', () => {
    const clock = new SystemClock()
    const real = Date.now
    try {
      Date.now = () => 10_000
      expect(clock.now()).toBe(10_000)
      Date.now = () => 9_500
      expect(clock.now()).toBe(10_000)
      Date.now = () => 2_000
      expect(clock.now()).toBe(2_000)
    } finally {
      Date.now = real
    }
  })
})
