/** Reading ahead: what is here is not asked for again, never more than allowed is held, and every way gives the same records. */
import * as fc from 'fast-check'
import type { Fetched, FetchRequest, KafkaLog } from '../../../../lib/connect/kafka/log'
import { BatchDecoder } from '../../../../lib/connect/kafka/records/decode-batch'
import { Deserializers } from '../../../../lib/connect/kafka/records/deserializers'
import { packNote, RangeReader, unpackNote, type RangeReaderOptions, type ReadRange } from '../../../../lib/connect/kafka/reading/range-reader'
import { MemoryKafka, type MemoryTopic } from '../../../../lib/testing/index'
import { eventually } from '../../../support/eventually'
import { quietly } from '../../../support/streams'

let kafka: MemoryKafka
let topic: MemoryTopic
let log: KafkaLog
/** What was asked of the log. */
let asked: FetchRequest[]
const readers: RangeReader[] = []

beforeEach(() => {
  kafka = new MemoryKafka()
  topic = kafka.topic('t', { partitions: 2 })
  const memory = kafka.log()
  asked = []
  log = Object.assign(Object.create(memory) as KafkaLog, {
    fetch: (requests: readonly FetchRequest[], options: Parameters<KafkaLog['fetch']>[1]): Promise<Fetched[]> => {
      asked.push(...requests)
      return memory.fetch(requests, options)
    },
  })
})
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.stop()
  await log.disconnect()
  await kafka.close()
})

function readerOf(options: Partial<RangeReaderOptions> = {}): RangeReader {
  const reader = new RangeReader({ log, isolation: 'read_uncommitted', pollMs: 0, fetchWaitMs: 5, ...options })
  readers.push(reader)
  return reader
}

const rangeOf = (fromOffset: number, untilOffset: number, partition = 0): ReadRange => ({ topic: 't', partition, fromOffset, untilOffset })

async function offsetsIn(reader: RangeReader, range: ReadRange): Promise<number[]> {
  const pieces = await reader.read(range)
  const decoder = new BatchDecoder({ ...range, key: Deserializers.string, value: Deserializers.string })
  return pieces.flatMap((piece, i) => {
    if (i % 2 === 1) return []
    const { aborted, fromOffset } = unpackNote(piece)
    return [...decoder.decode(pieces[i + 1]!, aborted, fromOffset)].flat().map(({ offset }) => offset)
  })
}

const numbers = (from: number, until: number): number[] => Array.from({ length: until - from }, (_, i) => from + i)

const send = async (count: number, partition = 0, size = 10): Promise<void> => {
  for (let left = count; left > 0; left -= 5) await topic.send(Array.from({ length: Math.min(5, left) }, () => ({ value: 'v'.repeat(size), partition })))
}

describe('reading ahead', () => {
  it('has what comes before it is asked for, also when Kafka is away by then', async () => {
    const reader = readerOf()
    reader.follow([{ topic: 't', partition: 0, from: 0 }, { topic: 't', partition: 1, from: 0 }])
    await send(20)
    await send(7, 1)
    await eventually(() => asked.some(({ partition, from }) => partition === 0 && from === 20) && asked.some(({ partition, from }) => partition === 1 && from === 7))
    kafka.breakDown()
    expect(await offsetsIn(reader, rangeOf(0, 13))).toEqual(numbers(0, 13))
    expect(await offsetsIn(reader, rangeOf(0, 7, 1))).toEqual(numbers(0, 7))
    expect(await offsetsIn(reader, rangeOf(13, 20))).toEqual(numbers(13, 20))
    kafka.repair()
  })

  it('holds no more than it may, and goes on when batches are released', async () => {
    await send(200, 0, 1_000)
    const reader = readerOf({ bytesMax: 40_000, partitionBytesMax: 10_000 })
    reader.follow([{ topic: 't', partition: 0, from: 0 }])
    await eventually(() => reader.heldBytes >= 40_000)
    const held = reader.heldBytes
    expect(held).toBeLessThan(40_000 + 64 * 1024 + 6_000)
    // A task needs more than there is room for: it gets it.
    expect(await offsetsIn(reader, rangeOf(0, 190))).toEqual(numbers(0, 190))
    expect(reader.heldBytes).toBe(held)
    reader.release([rangeOf(0, 190)])
    await eventually(() => asked.some(({ from }) => from >= 190))
    expect(await offsetsIn(reader, rangeOf(190, 200))).toEqual(numbers(190, 200))
  })

  it('reads what was released from Kafka again', async () => {
    await send(30)
    const reader = readerOf()
    reader.follow([{ topic: 't', partition: 0, from: 0 }])
    await eventually(() => reader.heldBytes > 0)
    reader.release([rangeOf(0, 30)])
    expect(reader.heldBytes).toBe(0)
    asked.length = 0
    expect(await offsetsIn(reader, rangeOf(5, 25))).toEqual(numbers(5, 25))
    expect(asked.map(({ from }) => from)).toContain(5)
  })

  it('stops reading a partition that is not followed any more', async () => {
    const reader = readerOf()
    reader.follow([{ topic: 't', partition: 0, from: 0 }, { topic: 't', partition: 1, from: 0 }])
    await send(5)
    await eventually(() => reader.heldBytes > 0)
    reader.follow([{ topic: 't', partition: 1, from: 0 }])
    expect(reader.heldBytes).toBe(0)
    await eventually(() => asked.length > 3 && asked.slice(-2).every(({ partition }) => partition === 1))
  })

  it('gives a record once where answers overlap', async () => {
    // Ahead it reads more at a time: [3, 10), of which the first batch begins before. For the task it reads [0, 5) first.
    const reader = readerOf({ partitionBytesMax: 1 })
    await send(10)
    reader.follow([{ topic: 't', partition: 0, from: 3 }])
    await eventually(() => reader.heldBytes > 0)
    expect(await offsetsIn(reader, rangeOf(0, 10))).toEqual(numbers(0, 10))
  })

  it('gives the same whatever was sent, read and released', async () => {
    const steps = fc.array(fc.oneof(
      fc.record({ kind: fc.constant('send' as const), count: fc.integer({ min: 1, max: 30 }) }),
      fc.record({ kind: fc.constant('read' as const), from: fc.nat({ max: 99 }), count: fc.nat({ max: 60 }) }),
      fc.record({ kind: fc.constant('next' as const), count: fc.nat({ max: 40 }) }),
    ), { maxLength: 20 })
    await fc.assert(fc.asyncProperty(steps, fc.integer({ min: 1, max: 3_000 }), async (all, bytesMax) => {
      const name = `t${Math.floor(performance.now() * 1e6)}`
      const own = kafka.topic(name)
      const reader = readerOf({ bytesMax, partitionBytesMax: 300 })
      reader.follow([{ topic: name, partition: 0, from: 0 }])
      let [end, done] = [0, 0]
      for (const step of all) {
        if (step.kind === 'send') {
          await own.send(Array.from({ length: step.count }, () => ({ value: 'v' })))
          end += step.count
          continue
        }
        const from = step.kind === 'next' ? done : Math.min(step.from, end)
        const range = { topic: name, partition: 0, fromOffset: from, untilOffset: Math.min(end, from + step.count) }
        expect(await offsetsIn(reader, range)).toEqual(numbers(range.fromOffset, range.untilOffset))
        if (step.kind === 'next') reader.release([range])
        if (step.kind === 'next') done = range.untilOffset
      }
      reader.stop()
    }), { numRuns: 40 })
  })
})

describe('what is gone', () => {
  it('is an error, which says what there is', async () => {
    await send(20)
    await topic.deleteRecords(0, 12)
    await expect(readerOf().read(rangeOf(3, 15))).rejects.toMatchObject({
      code: 'MR_DATA_LOST', message: 't-0 was to be read from offset 3, but the first that is there is 12: 9 offsets are lost',
    })
  })

  it('is left out with a warning where the program has said so', async () => {
    await send(20)
    await topic.deleteRecords(0, 12)
    const reader = readerOf({ failOnDataLoss: false })
    await quietly(async () => {
      expect(await offsetsIn(reader, rangeOf(3, 15))).toEqual([12, 13, 14])
      expect(await offsetsIn(reader, rangeOf(3, 9))).toEqual([])
    })
  })

  it('does not stop other partitions', async () => {
    await send(20)
    await topic.deleteRecords(0, 12)
    const reader = readerOf()
    reader.follow([{ topic: 't', partition: 0, from: 3 }, { topic: 't', partition: 1, from: 0 }])
    await send(8, 1)
    await eventually(() => asked.some(({ partition, from }) => partition === 1 && from === 8))
    expect(await offsetsIn(reader, rangeOf(0, 8, 1))).toEqual(numbers(0, 8))
    await expect(reader.read(rangeOf(3, 15))).rejects.toMatchObject({ code: 'MR_DATA_LOST' })
  })

  it('is told from what is not there yet', async () => {
    await send(5)
    await expect(readerOf().read(rangeOf(0, 9))).rejects.toMatchObject({ code: 'MR_KAFKA', message: 't-0 was to be read from offset 5 up to 9, but it ends at 5' })
  })
})

it('what is to be known of batches travels as bytes', () => {
  const aborted = fc.array(fc.record({ producerId: fc.bigInt({ min: -1n, max: 2n ** 63n - 1n }), firstOffset: fc.maxSafeNat() }))
  fc.assert(fc.property(fc.record({ fromOffset: fc.maxSafeNat(), aborted }), note => { expect(unpackNote(packNote(note))).toEqual(note) }))
})
