/** The contract holds for sources that keep to it, and each of its cases fails for one that does not. */
import { sourceContract, type SourceHarness, type SourcePlace } from '../../lib/testing/index'
import { ListedInputDStream, ListedSystem, type Fault } from '../support/listed-source'
import { failure } from '../support/operator-cases'
import { masters } from '../support/contexts'

const rateLimit = { settings: {}, recordsPerBatch: 30 }

function harness(fault?: Fault, more: Partial<SourceHarness> = {}): SourceHarness {
  return {
    recovery: 'exactly once', isOrdered: true, hasBackpressure: true, clock: 'manual', rateLimit, masters, deadlineMs: 2_000, stopMs: 400, ...more,
    open(): SourcePlace {
      const system = new ListedSystem()
      const streams: ListedInputDStream[] = []
      return {
        stream(ssc) {
          const stream = new ListedInputDStream(ssc, system, { maxRecords: 30, fault })
          streams.push(stream)
          return stream
        },
        add: records => { system.records.push(...records) },
        breakDown: () => { system.isAway = true },
        repair: () => { system.isAway = false },
        close: () => streams.forEach(stream => stream.dispose()),
      }
    },
  }
}

describe('a source that keeps to it', () => {
  for (const { name, run, timeoutMs } of sourceContract(harness())) test(name, run, timeoutMs)
})

const [master] = masters
test.each<[Fault, string, RegExp]>([
  ['overlaps', `on ${master}: every record comes once, and a batch read again is the same`, /too often \["a-/],
  ['reads anew', `on ${master}: every record comes once, and a batch read again is the same`, /read a second time: expected/],
  ['counts wrongly', `on ${master}: every record comes once, and a batch read again is the same`, /listeners were told of 0 records, 75 came/],
  ['invents', 'without records there are batches without records, and no error', /got \["invented"/],
  ['forgets its plans', 'killed in the middle of a batch and recovered: nothing is lost', /too often \["early-/],
  ['forgets its plans', 'stopped in order and started again: it goes on where it was', /too often \["before-/],
  ['ignores the rate', 'no batch has more than the rate allows, and all comes in the end', /a batch has 121 records, the rate allows 30/],
  ['leaves a timer', 'stop ends in time and leaves nothing open', /after stop there is left: Timeout, opened at ListedInputDStream.start/],
  ['skips after failures', 'the system goes away and comes back: nothing is lost', /not within|missing \["during-/],
  ['hangs in stop', 'stop ends in time while the system is away', /ssc\.stop\(\) took longer than 400 ms/],
])('a source that %s fails where it is meant to: %s', async (fault, name, message) => {
  const { run } = sourceContract(harness(fault)).find(each => each.name === name)!
  expect((await failure(run())).message).toEqual(expect.stringMatching(message))
})

test('a source that is not held back when the program is slow fails', async () => {
  const name = 'a slow program gets smaller batches, and all in the end'
  const { run } = sourceContract({ ...harness('ignores the rate'), rateLimit }).find(each => each.name === name)!
  expect((await failure(run())).message).toEqual(expect.stringMatching(/200 records waited .* a batch had 200/))
})

test('what a harness does not promise has no case, and what it cannot do is no silent success', async () => {
  const { rateLimit: _, ...rest } = harness()
  const names = sourceContract({ ...rest, recovery: 'none', hasBackpressure: false, canBreakDown: false, readsFromBeginning: false, masters: ['local'] }).map(({ name }) => name)
  expect(names).toEqual([
    'on local: every record comes once, and a batch read again is the same', 'without records there are batches without records, and no error', 'stop ends in time and leaves nothing open',
  ])
  const cannot: SourceHarness = { ...rest, open: async () => ({ ...await rest.open(), breakDown: undefined }) as SourcePlace }
  const { run } = sourceContract(cannot).find(({ name }) => name.startsWith('the system goes away'))!
  expect((await failure(run())).message).toBe('the place has no breakDown and repair')
})
