import fc from 'fast-check'
import { rawSocketBlock } from '../../../lib/index'
import { limits } from '../../../lib/base/limits'
import { decodeValues } from '../../../lib/codec/values'
import { RawBlockReader } from '../../../lib/connect/socket/raw-blocks'

test('blocks come out as they went in, however the bytes are cut', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.oneof(fc.string(), fc.integer(), fc.tuple(fc.string(), fc.double())))), fc.infiniteStream(fc.integer({ min: 1, max: 40 })), (blocks, sizes) => {
    const read: unknown[][] = []
    const reader = new RawBlockReader(payload => read.push(decodeValues(payload)))
    const bytes = Buffer.concat(blocks.map(values => rawSocketBlock(values)))
    for (let at = 0; at < bytes.length;) {
      const size = sizes.next().value as number
      reader.add(bytes.subarray(at, at + size))
      at += size
    }
    expect(read).toEqual(blocks)
    expect(reader.waitingBytes).toBe(0)
  }))
})

test('the length comes first: four bytes, big-endian', () => {
  const block = Buffer.from(rawSocketBlock(['x'.repeat(300)]))
  expect(block.readUInt32BE()).toBe(block.length - 4)
})

test('a block of nothing is no block; one that is not whole waits', () => {
  const read: Uint8Array[] = []
  const reader = new RawBlockReader(payload => read.push(payload))
  reader.add(Buffer.from('0000000000000002ff', 'hex'))
  expect([read.length, reader.waitingBytes]).toEqual([0, 5])
  reader.add(Buffer.from('ff', 'hex'))
  expect(read.map(payload => Buffer.from(payload).toString('hex'))).toEqual(['ffff'])
})

test('a length beyond frameBytesMax is refused before anything is kept for it', () => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(limits.frameBytesMax + 1)
  expect(() => new RawBlockReader(() => undefined).add(length)).toThrow(/a block of 67108865 bytes is longer than frameBytesMax/)
})
