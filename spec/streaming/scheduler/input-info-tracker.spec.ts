import { Time } from '../../../lib/index'
import { InputInfoTracker } from '../../../lib/streaming/scheduler/input-info-tracker'

const info = (inputStreamId: number, numRecords: number) => ({ inputStreamId, numRecords, metadata: {} })

test('a batch has what was reported for its time, the last of each input', () => {
  const tracker = new InputInfoTracker()
  tracker.begin(new Time(2_000))
  tracker.report(info(0, 5), new Time(2_000))
  tracker.report(info(0, 7), new Time(1_000))
  tracker.report(info(1, 1))
  tracker.report(info(1, 2))
  expect([...tracker.take()]).toEqual([[0, info(0, 5)], [1, info(1, 2)]])
})

test('what is reported between batches, or for one that failed, is no part of the next', () => {
  const tracker = new InputInfoTracker()
  tracker.begin(new Time(1_000))
  tracker.report(info(0, 5), new Time(1_000))
  tracker.begin(new Time(2_000))
  expect(tracker.take().size).toBe(0)
  tracker.report(info(0, 5), new Time(2_000))
  expect(tracker.take().size).toBe(0)
})
