import * as fc from 'fast-check'
import { LineDecoder, countLines, decodeLines, forEachLine, ownString, splitAtLastNewline } from '../../lib/codec/text'

/** What lines are, said once more in the simplest way. */
function linesOf(bytes: Uint8Array): string[] {
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n')
  const last = lines.pop()!
  const ended = lines.map(line => line.endsWith('\r') ? line.slice(0, -1) : line)
  return last === '' ? ended : [...ended, last]
}

const pieces = fc.constantFrom(
  'a', 'some words', '\n', '\r\n', '\r', '\n\n', 'é', '漢字', '😀', '\0', '\ufeff', '\u2028', 'x'.repeat(100), 'word '.repeat(2_000), 'é'.repeat(20_000))
const garbage = fc.constantFrom([0xFF], [0xC3], [0xE6, 0xBC], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80], [0xEF, 0xBB])
const block: fc.Arbitrary<Buffer> = fc.array(
  fc.oneof({ weight: 4, arbitrary: pieces.map(text => Buffer.from(text)) }, { weight: 1, arbitrary: garbage.map(bytes => Buffer.from(bytes)) }), { maxLength: 60 })
  .map(parts => Buffer.concat(parts))

function fed(chunks: Uint8Array[], decoder = new LineDecoder()): string[] {
  const lines = chunks.flatMap(chunk => decoder.feed(chunk))
  return [...lines, ...decoder.end()]
}

function cutAt(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end))
}

describe('decodeLines', () => {
  it.each<[string, string[]]>([
    ['', []], ['\n', ['']], ['a', ['a']], ['a\n', ['a']], ['a\nb', ['a', 'b']], ['a\r\nb\r\n', ['a', 'b']], ['a\rb\n', ['a\rb']], ['a\r', ['a\r']], ['\r\n', ['']],
    ['\r\r\n', ['\r']], ['\n\n', ['', '']], ['\ufeffa\n', ['\ufeffa']], ['é\n漢\n', ['é', '漢']],
  ])('%j is %j', (text, lines) => {
    expect(decodeLines(Buffer.from(text))).toEqual(lines)
    expect(countLines(Buffer.from(text))).toBe(lines.length)
  })

  it('decodes as TextDecoder does, whatever the bytes, and countLines counts the same', () => {
    fc.assert(fc.property(block, bytes => {
      expect(decodeLines(bytes)).toEqual(linesOf(bytes))
      expect(countLines(new Uint8Array(bytes))).toBe(linesOf(bytes).length)
    }), { numRuns: 300 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => { expect(decodeLines(bytes)).toEqual(linesOf(bytes)) }))
  })

  it('takes lines longer than what is decoded at a time, and many', () => {
    for (const bytes of [Buffer.alloc(200_000, 'x'), Buffer.from(`${'x'.repeat(70_000)}\n${'é'.repeat(70_000)}\nz`), Buffer.from('line\n'.repeat(50_000))]) {
      expect(decodeLines(bytes)).toEqual(linesOf(bytes))
    }
  })

  it('gives every line to forEachLine, and stops where that throws', () => {
    const seen: string[] = []
    expect(() => forEachLine(Buffer.from('a\nb\nc'), line => {
      seen.push(line)
      if (line === 'b') throw new Error('enough')
    })).toThrow('enough')
    expect(seen).toEqual(['a', 'b'])
  })
})

describe('splitAtLastNewline', () => {
  it('cuts after the last LF, without copying', () => {
    const bytes = Buffer.from('a\nb\nc')
    const { complete, rest } = splitAtLastNewline(bytes)
    expect([Buffer.from(complete).toString(), Buffer.from(rest).toString()]).toEqual(['a\nb\n', 'c'])
    expect(complete.buffer).toBe(bytes.buffer)
    expect(splitAtLastNewline(Buffer.from('abc')).complete.length).toBe(0)
    expect(splitAtLastNewline(Buffer.from('abc\n')).rest.length).toBe(0)
    expect(splitAtLastNewline(new Uint8Array(0)).rest.length).toBe(0)
  })
})

describe('LineDecoder', () => {
  it('gives the same lines however the stream is cut', () => {
    fc.assert(fc.property(block, fc.array(fc.nat(), { maxLength: 12 }), (bytes, cuts) => {
      const whole = linesOf(bytes)
      if (whole[0]?.startsWith('\ufeff') === true) whole[0] = whole[0].slice(1)
      if (whole.length === 1 && whole[0] === '' && !bytes.includes(10)) whole.pop()
      expect(fed(cutAt(bytes, cuts))).toEqual(whole)
    }), { numRuns: 300 })
    const bytes = Buffer.from('\ufeffé\r\n漢😀\r\n\r\nlast\r')
    for (let size = 1; size < 8; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, i * size + size))
      expect(fed(chunks)).toEqual(['é', '漢😀', '', 'last\r'])
    }
  })

  it('leaves a mark out at the very start only', () => {
    expect(fed([Buffer.from('\ufeff')])).toEqual([])
    expect(fed([Buffer.from('\ufeff\n')])).toEqual([''])
    expect(fed([Buffer.from('\ufeff\ufeffa\n\ufeffb')])).toEqual(['\ufeffa', '\ufeffb'])
    expect(fed([Buffer.from('a\n'), Buffer.from('\ufeffb')])).toEqual(['a', '\ufeffb'])
  })

  it('copies what it keeps: the chunk may be used again', () => {
    const chunk = Buffer.from('a\nbc')
    const decoder = new LineDecoder()
    expect(decoder.feed(chunk)).toEqual(['a'])
    chunk.fill(0)
    expect(decoder.bufferedBytes).toBe(2)
    expect(decoder.feed(Buffer.from('d\n'))).toEqual(['bcd'])
    expect(decoder.end()).toEqual([])
  })

  it('refuses a line beyond the limit without keeping more than the limit', () => {
    const limit = 10
    const ten = 'x'.repeat(10)
    for (const chunks of [[`${ten}\n${ten}`], [ten, '\n', 'x'.repeat(9), 'x'], [`a\n${ten}\nb`]]) {
      expect(fed(chunks.map(text => Buffer.from(text)), new LineDecoder('f', limit)).every(line => line.length <= 10)).toBe(true)
    }
    const tooLong = [[`${ten}x`], [ten, 'x'], [ten, 'x\n'], [`a\n${ten}x\nb`], ['x'.repeat(1_000_000)], [`\n\n${ten}x`], ['abc', `${ten}\n`]]
    for (const chunks of tooLong) {
      const decoder = new LineDecoder('data.txt', limit)
      expect(() => fed(chunks.map(text => Buffer.from(text)), decoder)).toThrow(expect.objectContaining({
        code: 'MR_LIMIT', message: 'A line of data.txt is longer than lineBytesMax, 10 bytes',
      }))
      expect(decoder.bufferedBytes).toBeLessThanOrEqual(limit)
    }
    expect(() => new LineDecoder().feed(Buffer.alloc(16 * 1024 * 1024 + 1, 'x'))).toThrow('lineBytesMax, 16777216 bytes')
  })
})

describe('ownString', () => {
  it('is the same string', () => {
    for (const text of ['', 'a', 'x'.repeat(12), 'x'.repeat(13), '漢字'.repeat(30), '\ud800'.repeat(20)]) expect(ownString(text)).toBe(text)
  })
})
