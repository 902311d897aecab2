// The checksum that stands in every frame on disk: the published values of CRC-32, and going on from before.
import * as fc from 'fast-check'
import { crc32 } from '../../lib/base/crc32'

test('known values', () => {
  expect(crc32('123456789')).toBe(0xcbf43926)
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  expect(crc32('')).toBe(0)
  expect(crc32(new Uint8Array([0]))).toBe(0xd202ef8d)
})

test('in pieces it is the same, and always an unsigned int32', () => {
  fc.assert(fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
    const whole = crc32(Buffer.concat([a, b]))
    expect(crc32(b, crc32(a))).toBe(whole)
    expect(whole >>> 0).toBe(whole)
  }))
})

test('it finds every single flipped bit', () => {
  const bytes = Buffer.from('a frame of some bytes')
  const sum = crc32(bytes)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes)
    damaged[bit >> 3]! ^= 1 << (bit & 7)
    expect(crc32(damaged)).not.toBe(sum)
  }
})
