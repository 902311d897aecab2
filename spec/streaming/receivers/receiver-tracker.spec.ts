import fc from 'fast-check'
import { Time } from '../../../lib/index'
import { valuesOf, type HeldBlock } from '../../../lib/streaming/receivers/block'
import { ReceiverTracker } from '../../../lib/streaming/receivers/receiver-tracker'

const block = (...values: number[]): HeldBlock => ({ kind: 'values', values, records: values.length, bytes: 8 * values.length })
const at = (batch: number): Time => new Time(batch * 1_000)

test('blocks belong to the batch that is allocated after them, stream by stream, in order', () => {
  const tracker = new ReceiverTracker()
  const [a, b, c] = [block(1), block(2), block(3)]
  tracker.addBlock(0, a)
  tracker.addBlock(1, b)
  tracker.addBlock(0, c)
  expect(tracker.hasUnallocatedBlocks).toBe(true)
  tracker.allocateBlocksToBatch(at(1))
  expect(tracker.hasUnallocatedBlocks).toBe(false)
  expect(tracker.blocksOf(at(1), 0)).toEqual([a, c])
  expect(tracker.blocksOf(at(1), 1)).toEqual([b])
  expect(tracker.blocksOf(at(1), 2)).toEqual([])
  expect(tracker.blocksOf(at(2), 0)).toEqual([])
})

test('an old batch is not allocated again', () => {
  const tracker = new ReceiverTracker()
  tracker.addBlock(0, block(1))
  tracker.allocateBlocksToBatch(at(2))
  tracker.addBlock(0, block(2))
  tracker.allocateBlocksToBatch(at(2))
  tracker.allocateBlocksToBatch(at(1))
  expect(tracker.blocksOf(at(2), 0)).toEqual([block(1)])
  expect(tracker.blocksOf(at(1), 0)).toEqual([])
  tracker.allocateBlocksToBatch(at(3))
  expect(tracker.blocksOf(at(3), 0)).toEqual([block(2)])
})

test('a clean-up forgets batches up to a time, and no later ones', () => {
  const tracker = new ReceiverTracker()
  for (let batch = 1; batch <= 3; batch++) {
    tracker.addBlock(0, block(batch))
    tracker.allocateBlocksToBatch(at(batch))
  }
  tracker.cleanup(2_000)
  expect([1, 2, 3].map(batch => tracker.blocksOf(at(batch), 0).length)).toEqual([0, 0, 1])
})

test('each block is in exactly one batch, whatever the order of receiving and allocating', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 2 }), fc.constant('allocate'))), steps => {
    const tracker = new ReceiverTracker()
    let received = 0
    let batch = 0
    for (const step of [...steps, 'allocate']) {
      if (typeof step === 'number') tracker.addBlock(step, block(received++))
      else tracker.allocateBlocksToBatch(at(++batch))
    }
    const all: unknown[] = []
    for (let i = 1; i <= batch; i++) {
      for (let stream = 0; stream < 3; stream++) all.push(...tracker.blocksOf(at(i), stream).flatMap(each => valuesOf(each as HeldBlock)))
    }
    expect(all.sort((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: received }, (_, i) => i))
  }))
})
