import { BatchInfo } from '../../lib/streaming/events'
import { IllegalArgumentError, StatsReportListener, Time } from '../../lib/index'
import { withLog } from '../support/logged'

const batch = (processingMs: number): { batchInfo: BatchInfo } => ({ batchInfo: new BatchInfo(new Time(0), new Map(), 0, 10, 10 + processingMs, new Map()) })

test('says after each batch how the last ones are spread, and forgets older ones', () => {
  const lines: string[] = []
  const listener = new StatsReportListener(3, line => lines.push(line))
  for (const ms of [1_000, 10, 20, 30]) listener.onBatchCompleted(batch(ms))
  expect(lines).toHaveLength(8)
  expect(lines[0]).toBe('Total delay: count: 1, mean: 1010.0 ms, 0%: 1010, 5%: 1010, 10%: 1010, 25%: 1010, 50%: 1010, 75%: 1010, 90%: 1010, 95%: 1010, 100%: 1010 ms')
  expect(lines.at(-1)).toBe('Processing time: count: 3, mean: 20.0 ms, 0%: 10, 5%: 10, 10%: 10, 25%: 10, 50%: 20, 75%: 30, 90%: 30, 95%: 30, 100%: 30 ms')
})

test('by default ten batches, to the log', () => withLog(lines => {
  const listener = new StatsReportListener()
  for (let i = 0; i < 12; i++) listener.onBatchCompleted(batch(i))
  expect(lines.at(-1)).toMatch(/^StatsReportListener: Processing time: count: 10, mean: 6.5 ms/)
}, 'INFO'))

test.each([[0], [-1], [1.5], ['3']])('of %p batches is refused', batches => {
  expect(() => new StatsReportListener(batches as never)).toThrow(IllegalArgumentError)
})
