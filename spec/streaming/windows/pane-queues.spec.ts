/** Two stacks a key against lists of panes: the same totals in time order, few merges, whatever enters and leaves. */
import * as fc from 'fast-check'
import { PaneQueues } from '../../../lib/streaming/windows/pane-queues'

type Panes = readonly (readonly (readonly [slot: number, value: string])[])[]

const pane = fc.uniqueArray(fc.tuple(fc.nat(4), fc.constantFrom('a', 'b', 'c', '')), { selector: ([slot]) => slot, maxLength: 5 })
const panes = fc.array(pane, { minLength: 1, maxLength: 40 })

/** Slides over the panes as a window of `length` panes does, `slide` of them at a time; calls `check` at each window. */
function slideOver(all: Panes, length: number, slide: number, f: (a: string, b: string) => string, check: (totals: Map<number, string>, end: number) => void): void {
  const queues = new PaneQueues()
  const totals = new Map<number, string>()
  const slots = new Int32Array(3)
  for (let end = slide; end <= all.length; end += slide) {
    queues.leaveUntil(end - length - 1)
    for (let at = end - slide; at < end; at++) {
      queues.beginPane(at)
      for (const [slot, value] of all[at]!) {
        if (queues.isStale(slot)) queues.drop(slot, f)
        totals.set(slot, queues.push(slot, value, f) as string)
      }
    }
    for (let some = queues.stale(0, slots); some !== undefined; some = queues.stale(some.next, slots)) {
      for (const slot of slots.slice(0, some.count)) {
        if (queues.drop(slot, f)) totals.set(slot, queues.total(slot, f) as string)
        else totals.delete(slot)
      }
    }
    queues.release()
    check(totals, end)
  }
}

function naive(all: Panes, from: number, to: number): Map<number, string> {
  const totals = new Map<number, string>()
  for (const [slot, value] of all.slice(Math.max(0, from), to).flat()) totals.set(slot, (totals.get(slot) ?? '') + value)
  return totals
}

test('hold what is in the window, merged in time order', () => {
  fc.assert(fc.property(panes, fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }), (all, length, slide) => {
    slideOver(all, length, Math.min(slide, length - 1), (a, b) => a + b, (totals, end) => {
      expect(totals).toEqual(naive(all, end - length, end))
    })
  }), { numRuns: 300 })
})

test.each([2, 10, 100, 1_000])('merge a value no more than a few times in a window of %d panes', length => {
  const all: Panes = Array.from({ length: 3_000 }, (_, at) => [[0, 'x'], [at % 7 + 1, 'y']])
  let merges = 0
  slideOver(all, length, 1, (a, b) => {
    merges++
    return a.length > 1_000 ? a : a + b
  }, () => undefined)
  expect(merges).toBeLessThan(all.length * 2 * 5)
})

test('keep their places when the ring grows while it goes around', () => {
  const all: Panes = Array.from({ length: 40 }, (_, at) => Array.from({ length: 100 + at * 10 }, (_each, slot) => [slot, String(at % 10)] as const))
  slideOver(all, 9, 1, (a, b) => a + b, (totals, end) => expect(totals).toEqual(naive(all, end - 9, end)))
})
