import fc from 'fast-check'
import { estimateSizeBytes } from '../../../lib/base/sizes'
import { encodeValues } from '../../../lib/codec/values'
import { valuesOf, type HeldBlock } from '../../../lib/streaming/receivers/block'
import { decodeEntry, decodeHead, encodeEntry, entriesOf, entryKinds } from '../../../lib/streaming/receivers/received-entry'

const values = (...all: unknown[]): HeldBlock => ({ kind: 'values', values: all, records: all.length, bytes: estimateSizeBytes(all) })
const text = (lines: string): HeldBlock => {
  const bytes = Buffer.from(lines)
  return { kind: 'text', text: bytes, records: lines.split('\n').length - 1, bytes: bytes.length }
}

/** What is read back of a block that was logged in entries of at most so many bytes. */
function throughTheLog(block: HeldBlock, bodyBytesMax?: number): HeldBlock[] {
  return entriesOf(block, bodyBytesMax).map((entry, i) => decodeEntry({ kind: entryKinds[entry.of], sequence: i, payload: encodeEntry(entry) }))
}

test('values, text and encoded elements come back as they were, text byte for byte', () => {
  const block = values('a', 1, [2, { b: null }], new Date(5), 10n)
  expect(throughTheLog(block)).toEqual([block])
  const lines = text('one\r\nfünf\n\n')
  expect(throughTheLog(lines)).toMatchObject([{ kind: 'text', records: 3, bytes: lines.bytes }])
  expect(throughTheLog(lines).map(each => Buffer.from((each as any).text).toString())).toEqual(['one\r\nfünf\n\n'])
  const encoded: HeldBlock = { kind: 'encoded', encoded: encodeValues([1, 'x']), records: undefined, bytes: 9 }
  expect(throughTheLog(encoded).map(each => [each.records, valuesOf(each)])).toEqual([[undefined, [1, 'x']]])
})

test('the head says what the body is and how much, without the body', () => {
  const [entry] = entriesOf({ kind: 'encoded', encoded: Buffer.from('not values'), records: undefined, bytes: 12 })
  expect(decodeHead({ kind: entryKinds.encoded, sequence: 1, payload: encodeEntry(entry!) })).toEqual({ of: 'encoded', records: undefined, bytes: 12 })
})

test('a block that is larger than an entry may be is cut between elements or lines, and none is lost', () => {
  fc.assert(fc.property(
    fc.array(fc.oneof(fc.integer(), fc.string({ maxLength: 30 })), { minLength: 1, maxLength: 60 }), fc.boolean(),
    (elements, asText) => {
      const lines = elements.map(each => String(each).replaceAll('\n', ''))
      const block = asText ? text(lines.map(line => `${line}\n`).join('')) : values(...elements)
      const parts = throughTheLog(block, 250)
      expect(parts.flatMap(part => [...valuesOf(part)])).toEqual(asText ? lines.map(line => line.replace(/\r$/, '')) : elements)
      expect(parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(block.bytes)
      expect(parts.reduce((sum, part) => sum + part.records!, 0)).toBe(block.records)
      for (const { body } of entriesOf(block, 250)) expect(body.length).toBeLessThanOrEqual(250)
    }))
})

test.each([
  ['an element', values('x'.repeat(400))], ['a line', text(`${'x'.repeat(400)}\n`)],
  ['an encoded block', { kind: 'encoded', encoded: new Uint8Array(400), records: undefined, bytes: 400 } as HeldBlock],
])('%s that is larger than an entry is refused with the limit by name', (what, block) => {
  expect(() => entriesOf(block, 300)).toThrow(expect.objectContaining({
    code: 'MR_LIMIT', message: expect.stringMatching(new RegExp(`^${what} of 4\\d\\d bytes is too large .* 300 at most \\(frameBytesMax\\)$`)),
  }))
})

test('what is no data is refused with the path to it', () => {
  expect(() => entriesOf(values(1, { f: () => 1 }))).toThrow(expect.objectContaining({ code: 'MR_ILLEGAL_ARGUMENT', message: expect.stringContaining('f') }))
})
