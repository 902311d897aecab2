/** The breather: long work lets others run, short work costs nothing. */
import { Breather } from '../../lib/base/event-loop'
import { limits } from '../../lib/base/limits'

function work(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end) Math.sqrt(end)
}

test('short work needs no pause', () => {
  expect(new Breather().pause()).toBeUndefined()
})

test('work as long as the limit pauses, and others run meanwhile', async () => {
  const breather = new Breather()
  let others = 0
  setImmediate(() => { others++ })
  work(limits.eventLoopHoldMs + 1)
  const pause = breather.pause()
  expect(pause).toBeInstanceOf(Promise)
  expect(others).toBe(0)
  await pause
  expect(others).toBe(1)
})

test('the time counts anew after a pause', async () => {
  const breather = new Breather()
  work(limits.eventLoopHoldMs + 1)
  await breather.pause()
  expect(breather.pause()).toBeUndefined()
})
