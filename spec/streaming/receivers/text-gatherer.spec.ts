import fc from 'fast-check'
import { limits } from '../../../lib/base/limits'
import { decodeLines } from '../../../lib/codec/text'
import { TextGatherer } from '../../../lib/streaming/receivers/text-gatherer'

const bytes = (text: string): Buffer => Buffer.from(text)

function gathering(allowed?: () => number): { gatherer: TextGatherer, blocks: string[][] } {
  const blocks: string[][] = []
  return { gatherer: new TextGatherer(text => blocks.push(decodeLines(text)), allowed), blocks }
}

test('a cut hands over whole lines and keeps the rest for the next', () => {
  const { gatherer, blocks } = gathering()
  gatherer.add(bytes('one\ntw'))
  gatherer.cut()
  gatherer.add(bytes('o\nthree'))
  gatherer.cut()
  gatherer.end()
  expect(blocks).toEqual([['one'], ['two'], ['three']])
})

test('nothing whole, no block', () => {
  const { gatherer, blocks } = gathering()
  gatherer.cut()
  gatherer.add(bytes('half'))
  gatherer.add(bytes(''))
  gatherer.cut()
  expect(blocks).toEqual([])
})

test('however UTF-8 and line ends are cut into chunks, the lines are the same', () => {
  const lines = fc.array(fc.string({ unit: 'binary' }).map(line => line.replace(/[\r\n]/g, ' ')), { maxLength: 20 })
  fc.assert(fc.property(lines, fc.constantFrom('\n', '\r\n'), fc.infiniteStream(fc.integer({ min: 1, max: 7 })), fc.boolean(), (all, ending, sizes, cuts) => {
    const { gatherer, blocks } = gathering()
    const text = bytes(all.map(line => line + ending).join(''))
    for (let at = 0; at < text.length;) {
      const size = sizes.next().value as number
      gatherer.add(text.subarray(at, at + size))
      if (cuts) gatherer.cut()
      at += size
    }
    gatherer.end()
    expect(blocks.flat()).toEqual(all.map(line => bytes(line).toString()))
  }))
})

test('of many lines as many become a block as are allowed', () => {
  let allowed = 2
  const { gatherer, blocks } = gathering(() => allowed)
  gatherer.add(bytes('a\nb\nc\nd\ne'))
  gatherer.cut()
  allowed = 0
  gatherer.cut()
  expect(gatherer.waitingBytes).toBe(4)
  allowed = 10
  gatherer.cut()
  gatherer.end()
  expect(blocks).toEqual([['a', 'b'], ['c', 'd'], ['e']])
})

test('a connection that breaks leaves no half line, and the whole lines before it', () => {
  const { gatherer, blocks } = gathering()
  gatherer.add(bytes('whole\nhal'))
  gatherer.add(bytes('f'))
  expect(gatherer.dropRest()).toBe(4)
  gatherer.add(bytes('next\n'))
  gatherer.end()
  expect(blocks).toEqual([['whole'], ['next']])
})

test('large blocks are cut without being asked', () => {
  const { gatherer, blocks } = gathering()
  const line = `${'x'.repeat(1023)}\n`
  gatherer.add(bytes(line.repeat(limits.textBlockBytesMax / 1024)))
  expect(blocks).toHaveLength(1)
  expect(gatherer.waitingBytes).toBe(0)
})

describe('a line that is too long', () => {
  const max = limits.lineBytesMax

  test('of exactly the limit is a line', () => {
    const { gatherer, blocks } = gathering()
    gatherer.add(Buffer.alloc(max, 'x'))
    gatherer.add(bytes('\n'))
    gatherer.end()
    expect(blocks[0]![0]).toHaveLength(max)
  })

  test.each([['without an end', ''], ['with its end in the same chunk', '\n']])('is refused, %s, and what came before it is not lost', (_name, ending) => {
    const { gatherer, blocks } = gathering()
    gatherer.add(bytes('before\n'))
    gatherer.add(Buffer.alloc(max, 'x'))
    expect(() => gatherer.add(bytes(`y${ending}`))).toThrow(/a line of more than 16777216 bytes \(lineBytesMax\)/)
    gatherer.add(bytes('after\n'))
    gatherer.end()
    expect(blocks).toEqual([['before'], ['after']])
  })
})
