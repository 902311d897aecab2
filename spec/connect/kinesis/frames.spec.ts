/** Frames and the queue that cuts them: against arrays of the same records. */
import * as fc from 'fast-check'
import { FrameQueue } from '../../../lib/connect/kinesis/frame-queue'
import { decodeData, decodeRecords, encodeFrame, headOf, type FetchedRecord } from '../../../lib/connect/kinesis/frames'

const shard = { start: 0n, end: 2n ** 128n - 1n }
const aggregated = Buffer.from('f3899ac20a046b6579300a046b6579310a046b6579321a0b08001a07706c61696e20301a0b08011a07706c61696e20311a0b08021a07706c61696e20329fed20122240cae8be5195e4e4adbd60', 'hex')

const records = (from: number, count: number, bytes = 5): FetchedRecord[] => Array.from({ length: count }, (_, i) => ({
  sequenceNumber: `4968042136158578637468128${String(from + i).padStart(31, '0')}`, partitionKey: `kü${i}`, arrivalMs: 1.7e12 + from + i,
  data: (from + i) % 7 === 6 ? aggregated : Buffer.alloc(bytes, from + i),
}))

test('records come back whole, aggregated ones one by one', () => {
  const given = records(0, 8)
  const { bytes, ends, counts } = encodeFrame(given, shard)
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 9, 10])
  expect(ends[7]).toBe(bytes.length)
  const read = decodeRecords(bytes)
  expect(read).toHaveLength(10)
  expect(read[1]).toEqual({
    data: new Uint8Array(5).fill(1), partitionKey: 'kü1', sequenceNumber: given[1]!.sequenceNumber, subSequenceNumber: 0, explicitHashKey: undefined,
    approximateArrivalTimestamp: new Date(1.7e12 + 1),
  })
  expect(read.slice(6, 9).map(({ partitionKey, subSequenceNumber, data }) => [partitionKey, subSequenceNumber, Buffer.from(data).toString()]))
    .toEqual([['key0', 0, 'plain 0'], ['key1', 1, 'plain 1'], ['key2', 2, 'plain 2']])
  expect(decodeData(bytes)).toEqual(read.map(({ data }) => data))
  expect(headOf(bytes, ends[2]!)).toEqual({ sequenceNumber: given[3]!.sequenceNumber, arrivalMs: 1.7e12 + 3 })
})

test('a queue gives all records in order, as many at a time as asked for, in ranges that are not too large', () => {
  const steps = fc.array(fc.oneof(fc.record({ push: fc.integer({ min: 1, max: 30 }) }), fc.record({ take: fc.integer({ min: 1, max: 40 }) })), { maxLength: 30 })
  fc.assert(fc.property(steps, fc.integer({ min: 1, max: 2_000 }), (given, bytesMax) => {
    const queue = new FrameQueue(bytesMax)
    const [pushed, taken]: [string[], string[]] = [[], []]
    let waiting = 0
    const take = (most?: number): void => {
      const ranges = queue.take(most)
      const elements = ranges.reduce((sum, { elementCount }) => sum + elementCount, 0)
      // A record that is aggregated is not cut.
      if (most !== undefined) expect(elements).toBeLessThanOrEqual(most + 2)
      expect(elements).toBeGreaterThanOrEqual(Math.min(most ?? waiting, waiting))
      waiting -= elements
      for (const { frames, fromSeqNumber, toSeqNumber, recordCount, bytes, lastArrivalMs } of ranges) {
        const all = frames.flatMap(frame => decodeRecords(frame)).filter(({ subSequenceNumber }) => subSequenceNumber === 0)
        expect([all[0]!.sequenceNumber, all.at(-1)!.sequenceNumber, all.length]).toEqual([fromSeqNumber, toSeqNumber, recordCount])
        expect(lastArrivalMs).toBe(all.at(-1)!.approximateArrivalTimestamp.getTime())
        expect(bytes <= bytesMax || recordCount === 1 || frames.length > 1).toBe(true)
        taken.push(...all.map(({ sequenceNumber }) => sequenceNumber))
      }
      expect(queue.count).toBe(waiting)
    }
    for (const step of given) {
      if ('take' in step) take(step.take)
      else {
        const more = records(pushed.length, step.push)
        const frame = encodeFrame(more, shard)
        pushed.push(...more.map(({ sequenceNumber }) => sequenceNumber))
        waiting += frame.counts.at(-1)!
        queue.push(frame)
      }
    }
    take()
    expect(taken).toEqual(pushed)
  }))
})
