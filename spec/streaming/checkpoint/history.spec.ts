/** What events amount to: the same when they are read one by one, and when a snapshot stands for those before it. */
import * as fc from 'fast-check'
import { decodeEvent, encodeEvent, type CheckpointEvent } from '../../../lib/streaming/checkpoint/events'
import { BatchHistory, committedKey } from '../../../lib/streaming/checkpoint/history'

const started = (run: number): CheckpointEvent => ({ type: 'started', run, batchMs: 1000, zeroMs: 0, operators: [], rddFolder: undefined })
const allocated = (timeMs: number): CheckpointEvent => ({ type: 'allocated', timeMs, inputs: [] })
const once = (timeMs: number, key: unknown): CheckpointEvent => ({ type: 'once', timeMs, output: 'foreachRDD-0', key })
const ended = (timeMs: number, isFailed: boolean, keepFromMs = 0, tokens: readonly unknown[] = []): CheckpointEvent => ({
  type: 'ended', timeMs, isFailed, keepFromMs, states: [], accumulators: [], prepared: tokens.map((token, i) => ({ sink: `saveTo-${i}`, timeMs, token })),
})

function historyOf(events: readonly CheckpointEvent[]): BatchHistory {
  const history = new BatchHistory()
  for (const event of events) {
    const { kind, payload } = encodeEvent(event)
    history.apply(decodeEvent(kind, payload))
  }
  return history
}

test('what has happened once is known by output, batch and key, until the batch cannot run again', () => {
  const events = [started(1), allocated(1000), allocated(2000), once(1000, ['a', 1]), ended(1000, true)]
  const history = historyOf(events)
  expect([history.isDone(1000, 'foreachRDD-0', ['a', 1]), history.isDone(1000, 'foreachRDD-0', ['a', 2]), history.isDone(1000, 'foreachRDD-1', ['a', 1]),
    history.isDone(2000, 'foreachRDD-0', ['a', 1])]).toEqual([true, false, false, false])
  const later = historyOf([...events, ended(1000, false, 1500), allocated(3000), ended(2000, false, 2500), ended(3000, false, 3500)])
  expect(later.isDone(1000, 'foreachRDD-0', ['a', 1])).toBe(false)
  expect(later.snapshot().done).toEqual([])
})

test('transactions wait from the end of their batch until they are settled; of a failed batch they count as done', () => {
  const history = historyOf([started(1), allocated(1000), allocated(2000), ended(1000, false, 0, ['t']), ended(2000, true, 0, ['u', 'v'])])
  expect(history.prepared).toEqual([
    { sink: 'saveTo-0', timeMs: 1000, token: 't' }, { sink: 'saveTo-0', timeMs: 2000, token: 'u' }, { sink: 'saveTo-1', timeMs: 2000, token: 'v' },
  ])
  expect([1000, 2000].map(timeMs => history.isDone(timeMs, 'saveTo-0', committedKey))).toEqual([false, true])
  history.apply({ type: 'settled', timeMs: 2000 })
  expect(history.prepared.map(({ token }) => token)).toEqual(['t'])
})

test('attempts are counted from the run that made the batch', () => {
  const history = historyOf([started(1), allocated(1000), started(2), allocated(2000), started(3)])
  expect([1000, 2000, 3000].map(timeMs => history.runsSince(timeMs))).toEqual([2, 1, 0])
})

test('a snapshot stands for every event before it', () => {
  const step = fc.oneof(
    fc.constant('allocate' as const), fc.constant('start' as const),
    fc.record({ end: fc.nat(3), isFailed: fc.boolean(), tokens: fc.array(fc.string(), { maxLength: 2 }) }),
    fc.record({ once: fc.nat(3), key: fc.oneof(fc.string(), fc.tuple(fc.nat(2), fc.string())) }), fc.record({ settle: fc.nat(3) }),
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
    let lastMs = 0
    let run = 1
    const events: CheckpointEvent[] = [started(1)]
    for (const each of steps) {
      if (each === 'allocate') events.push(allocated(lastMs += 1000))
      else if (each === 'start') events.push(started(++run))
      else if ('end' in each) events.push(ended(Math.max(1000, lastMs - each.end * 1000), each.isFailed, lastMs - 2000, each.tokens))
      else if ('once' in each) events.push(once(lastMs - each.once * 1000, each.key))
      else events.push({ type: 'settled', timeMs: lastMs - each.settle * 1000 })
    }
    const whole = historyOf(events).snapshot()
    const before = historyOf(events.slice(0, cut + 1)).snapshot()
    expect(historyOf([before, ...events.slice(cut + 1)]).snapshot()).toEqual(whole)
  }))
})
