/** Keys land where Kafka's own clients put them. */
import * as fc from 'fast-check'
import { murmur2, partitionOfKey } from '../../../../lib/connect/kafka/sink/murmur2'

const theirs = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number

test.each([
  ['21', -973932308], ['foobar', -790332482], ['a-little-bit-long-string', -985981536], ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971], ['abc', 479470107], ['', 275646681],
])('the hash of %j is the one that Java computes', (key, hash) => expect(murmur2(Buffer.from(key))).toBe(hash))

test('it is the hash of kafkajs for any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), key => expect(murmur2(key)).toBe(theirs(Buffer.from(key)))))
})

test('partitions are those that there are', () => {
  fc.assert(fc.property(fc.uint8Array(), fc.integer({ min: 1, max: 1_000 }), (key, count) => {
    const partition = partitionOfKey(key, count)
    expect(Number.isInteger(partition) && partition >= 0 && partition < count).toBe(true)
  }))
})
