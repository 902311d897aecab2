/** Which frames make up a version: a property against a list of all that was written. */
import * as fc from 'fast-check'
import { StateIndex } from '../../../lib/streaming/checkpoint/state-index'

const head = { run: 1 }

test('a version is its changes since everything was written, in order', () => {
  const index = new StateIndex()
  index.apply({ ...head, type: 'change', version: 1, partition: 0, isWhole: true }, 10)
  index.apply({ ...head, type: 'done', version: 1, partitions: 1, changed: 3, size: 3 }, 11)
  index.apply({ ...head, type: 'change', version: 2, partition: 0, isWhole: false }, 12)
  expect(index.lastVersion).toBe(1)
  index.apply({ ...head, type: 'done', version: 2, partitions: 1, changed: 1, size: 3 }, 13)
  expect([index.sequencesOf(0, 1), index.sequencesOf(0, 2)]).toEqual([[10], [10, 12]])
})

test('what a run did not finish is void for the next', () => {
  const index = new StateIndex()
  index.apply({ ...head, type: 'change', version: 1, partition: 0, isWhole: true }, 1)
  index.apply({ ...head, type: 'done', version: 1, partitions: 1, changed: 3, size: 3 }, 2)
  index.apply({ ...head, type: 'change', version: 2, partition: 0, isWhole: false }, 3)
  index.apply({ type: 'resume', run: 2, version: 1 }, 4)
  index.apply({ run: 2, type: 'change', version: 2, partition: 0, isWhole: false }, 5)
  index.apply({ run: 2, type: 'done', version: 2, partitions: 1, changed: 3, size: 3 }, 6)
  expect(index.sequencesOf(0, 2)).toEqual([1, 5])
})

test('versions after the one that a run goes on from are void', () => {
  const index = new StateIndex()
  for (const version of [1, 2, 3]) {
    index.apply({ ...head, type: 'change', version, partition: 0, isWhole: version === 1 }, version * 2)
    index.apply({ ...head, type: 'done', version, partitions: 1, changed: 1, size: 1 }, version * 2 + 1)
  }
  index.apply({ type: 'resume', run: 2, version: 1 }, 8)
  expect(index.lastVersion).toBe(1)
  expect(index.versionAt(3)).toBe(1)
})

test('a base counts from its end on, and what is before its beginning may go', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 5 }), (count, length) => {
    const index = new StateIndex()
    let sequence = 1
    const start = Math.max(1, count - length)
    for (let version = 1; version <= count; version++) {
      index.apply({ ...head, type: 'change', version, partition: 0, isWhole: version === 1 }, sequence++)
      if (version > start) index.apply({ ...head, type: 'slice', base: start, partition: 0 }, sequence++)
      if (version === count) index.apply({ ...head, type: 'baseDone', base: start, version }, sequence++)
      index.apply({ ...head, type: 'done', version, partitions: 1, changed: 1, size: 1 }, sequence++)
    }
    const all = index.sequencesOf(0, count)
    const slices = count - start
    expect(all.length).toBe(slices + (count - start))
    const needed = index.forgetBefore(count)!
    expect(index.sequencesOf(0, count)).toEqual(all)
    expect(Math.min(...all)).toBeGreaterThanOrEqual(needed)
  }))
})
