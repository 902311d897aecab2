import * as fc from 'fast-check'
import { columnKinds } from '../../lib/codec/column-kinds'
import { countRecords, decodeColumns, decodePairColumns, encodeColumns, encodePairColumns } from '../../lib/codec/columns'
import type { MillraceError } from '../../lib/base/errors'
import { anyData, hostileBigints, hostileNumbers, hostilePrimitive, hostileString, hostileStrings } from './hostile'
import { difference } from './same'

const roundTrip = (records: unknown[]) => decodeColumns(encodeColumns(records))

function differenceOf(found: unknown[], records: unknown[]): string | undefined {
  if (found.length !== records.length) return 'length'
  for (let i = 0; i < records.length; i++) {
    const inner = difference(found[i], records[i], `[${i}]`)
    if (inner !== undefined) return inner
  }
  return undefined
}

const expectSame = (records: unknown[]) => expect(differenceOf(roundTrip(records), records)).toBeUndefined()

/** The name of the form that the first column has. */
function kindOf(records: unknown[]): string {
  const bytes = encodeColumns(records)
  let at = 1
  while (bytes[at]! >= 128) at++
  return Object.keys(columnKinds).find(name => columnKinds[name as keyof typeof columnKinds] === bytes[at + 1])!
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

class Point { constructor(readonly x: number, readonly y: number) {} }

describe('encodeColumns', () => {
  it.each<[string, unknown[], string]>([
    ['nothing', [], 'generic'],
    ['one value', [5], 'constant'],
    ['the same value', times(50, () => 'same'), 'constant'],
    ['NaN alone', [NaN, NaN], 'constant'],
    ['undefined alone', [undefined, undefined], 'constant'],
    ['bytes', [1, -128, 127], 'int8'],
    ['small numbers', [1, -32_768, 128], 'int16'],
    ['whole numbers', [1, 2 ** 31 - 1, -(2 ** 31)], 'int32'],
    ['large whole numbers', [1, 2 ** 31], 'float64'],
    ['zero and minus zero', [0, -0], 'float64'],
    ['hostile numbers', hostileNumbers, 'float64'],
    ['bigints', [1n, -(2n ** 63n), 2n ** 63n - 1n], 'bigint64'],
    ['large bigints', hostileBigints, 'generic'],
    ['booleans', times(19, n => n % 3 === 0), 'booleans'],
    ['strings of one byte', ['a', 'ÿ', '', 'x'.repeat(300)], 'latin1'],
    ['other strings', ['a', 'Ā', '\ud800', '😀'], 'utf16'],
    ['hostile strings', hostileStrings, 'utf16'],
    ['long strings', times(100, n => 'x'.repeat(n * 700) + n), 'latin1'],
    ['repeated strings', times(100, n => `word${n % 5}`), 'dictionary'],
    ['repeated other strings', times(1_000, n => `漢${n % 300 % 77}`), 'dictionary'],
    ['different strings', times(2_000, n => `word${n}`), 'latin1'],
    ['dates', [new Date(5), new Date(NaN), new Date(-1)], 'date'],
    ['dates with properties', [new Date(5), Object.assign(new Date(6), { a: 1 })], 'generic'],
    ['pairs', [['a', 1], ['b', 2]], 'tuple'],
    ['triples', [['a', 1, true], ['b', 2, false]], 'tuple'],
    ['nested pairs', [['a', [1, [2, 'x']]], ['b', [3, [4, 'y']]]], 'tuple'],
    ['objects', [{ a: 1, b: 'x' }, { a: 2, b: 'y' }], 'struct'],
    ['objects with hostile keys', times(20, n => JSON.parse(`{"__proto__": ${n}, "constructor": "c${n}", "": 0, "\\ud800": 1}`)), 'struct'],
    ['objects with other keys', [{ a: 1 }, { b: 1 }], 'generic'],
    ['objects with keys in another order', [{ a: 1, b: 2 }, { b: 1, a: 2 }], 'generic'],
    ['empty objects and arrays', [{}, {}], 'generic'],
    ['lists', [[1, 2, 3], [], [4]], 'list'],
    ['lists of strings, and none', [['a'], [], ['b', 'c', undefined]], 'list'],
    ['long arrays', [times(20, n => n), times(20, n => n)], 'list'],
    ['lists of objects', [[{}], []], 'generic'],
    ['nothing among numbers', [1, undefined, 3, null], 'nullable'],
    ['nothing first', [undefined, ['a', 1], null, ['b', 2]], 'nullable'],
    ['null among pairs', [['a', 1], null], 'nullable'],
    ['outer joins', [['a', [1, undefined]], ['b', [undefined, 2]], ['c', [3, 4]]], 'tuple'],
    ['instances', [new Point(1, 2), new Point(3, 4)], 'generic'],
    ['maps', [new Map([[1, 2]]), new Map()], 'generic'],
    ['numbers and strings', [1, 'a', 2n, true], 'generic'],
    ['pairs among others', [['a', 1], 5, ['b', 2]], 'generic'],
    ['pairs of other lengths', [['a', 1], ['a', 1, 2]], 'list'],
    ['pairs with a hole', [['a', 1], ['a', ,]], 'generic'],
    ['a list with a hole', [['a', 1, 2], ['a', ,]], 'generic'],
    ['pairs that are matches', ['a-b'.match(/(.)-b/), 'c-b'.match(/(.)-b/)], 'generic'],
    ['pairs with properties', [Object.assign(['a', 1], { note: 'x' })], 'generic'],
    ['pairs of a class of their own', [new (class Pair extends Array<unknown> {})('a', 1)], 'generic'],
    ['objects without a prototype', [Object.assign(Object.create(null), { a: 1 })], 'generic'],
    ['null first, then objects', [null, { a: 1 }, { a: 2 }], 'nullable'],
  ])('keeps %s', (_, records, kind) => {
    expectSame(records)
    expect(kindOf(records)).toBe(kind)
  })

  it('keeps a record that is part of itself, and parts that are one object', () => {
    const cycle: unknown[] = ['a']
    cycle.push(cycle)
    const self: any = { name: 'x' }
    self.self = self
    const shared = { a: 1 }
    const list = [1, 2]
    for (const records of [[cycle], [self], [[shared, shared]], [['k', { a: 1 }], [shared, shared]], [{ a: list, b: list }], [[list, ['x', list]]].slice(0, 0)]) expectSame(records)
  })

  it('keeps columns within columns, as deep as they go, with nothing at every level', () => {
    let values: unknown[] = [1, undefined, 'x']
    for (let depth = 0; depth < 8; depth++) {
      values = [...values.map(value => [value, depth]), undefined, null]
      expectSame(values)
      expectSame([undefined, ...values])
    }
  })

  it('keeps any data', () => {
    fc.assert(fc.property(fc.array(anyData, { maxLength: 12 }), records => differenceOf(roundTrip(records), records) === undefined), { numRuns: 300 })
  })

  it('keeps records of one kind, whatever is in them', () => {
    const part = fc.oneof(
      fc.constant(hostileString), fc.constant(fc.integer()), fc.constant(fc.double()), fc.constant(fc.boolean()), fc.constant(fc.bigInt()),
      fc.constant(hostilePrimitive), fc.constant(fc.constantFrom(...hostileStrings.slice(0, 12))), fc.constant(fc.array(hostilePrimitive, { maxLength: 4 })),
      fc.constant(fc.option(fc.integer(), { nil: undefined })), fc.constant(fc.option(hostileString, { nil: null })), fc.constant(fc.date()),
      fc.constant(fc.tuple(hostileString, fc.integer())), fc.constant(anyData)) as fc.Arbitrary<fc.Arbitrary<unknown>>
    const record = fc.oneof(
      part, fc.tuple(part, part).map(parts => fc.tuple(...parts)), fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => fc.tuple(...parts)),
      fc.tuple(fc.uniqueArray(hostileString, { minLength: 1, maxLength: 4 }), part, part).map(([keys, a, b]) => fc.tuple(...keys.map((_, i) => i % 2 === 0 ? a : b))
        .map(values => Object.fromEntries(keys.map((key, i) => [key, values[i]])))))
    const batch = record.chain(one => fc.array(one, { maxLength: 100, size: 'max' }))
    fc.assert(fc.property(batch, records => differenceOf(roundTrip(records), records) === undefined), { numRuns: 300 })
  }, 30_000)

  it('gives bytes that own their buffer, mean the same every time, and may lie anywhere', () => {
    const records = times(100, n => [`k${n}`, n / 3])
    const bytes = encodeColumns(records)
    expect(bytes.buffer.byteLength).toBe(bytes.length)
    expect(encodeColumns(records)).toEqual(bytes)
    for (let offset = 0; offset < 8; offset++) {
      const moved = new Uint8Array(bytes.length + 8)
      moved.set(bytes, offset)
      expect(decodeColumns(moved.subarray(offset, offset + bytes.length))).toEqual(records)
    }
    bytes.fill(0)
    expect(countRecords(encodeColumns(records))).toBe(100)
    expect(countRecords(encodeColumns([]))).toBe(0)
  })

  it('does not tie decoded values to the bytes they came from', () => {
    const bytes = encodeColumns([[Buffer.from('abc'), new Uint8Array([1])]])
    const found = decodeColumns(bytes)
    bytes.fill(0)
    expect(found).toEqual([[Buffer.from('abc'), new Uint8Array([1])]])
  })

  it('is smaller than what it was, and writes repeated strings once', () => {
    const words = times(10_000, n => [`word number ${n % 100}`, 1])
    expect(encodeColumns(words).length).toBeLessThan(10_000 * 1.5)
    const distinct = times(10_000, n => [`w${n}`, n])
    expect(encodeColumns(distinct).length).toBeLessThan(10_000 * 9)
  })

  it('refuses what is not data, naming the path', () => {
    const message = 'value[1][1].client is the function client: it cannot be stored or sent'
    expect(() => encodeColumns([['a', { client: 1 }], ['b', { client: () => 1 }]])).toThrow(message)
    expect(() => encodePairColumns(['a', 'b'], [{ client: 1 }, { client: () => 1 }])).toThrow(message)
    expect(() => encodeColumns([() => 1, () => 1])).toThrow('value[0] is a function')
    expect(() => encodeColumns([1, Symbol('s')])).toThrow('value[1] is a symbol')
    expect(() => encodeColumns({ length: 2 ** 27 } as unknown[])).toThrow(expect.objectContaining({ code: 'MR_LIMIT' }))
    expectSame([['a', 1]])
  })

  it('reads getters that encode something themselves', () => {
    const record = { get a() { return roundTrip([1, 2]).length } }
    expect(roundTrip([record, record])).toEqual([{ a: 2 }, { a: 2 }])
  })
})

describe('encodePairColumns', () => {
  it('is encodeColumns of the pairs', () => {
    fc.assert(fc.property(fc.array(fc.tuple(hostilePrimitive, anyData), { maxLength: 20 }), pairs => {
      const keys = pairs.map(pair => pair[0])
      const values = pairs.map(pair => pair[1])
      const bytes = encodePairColumns(keys, values)
      expect(differenceOf(decodeColumns(bytes), pairs)).toBeUndefined()
      for (const encoded of [bytes, encodeColumns(pairs)]) {
        const found = decodePairColumns(encoded)!
        expect(differenceOf(found.keys, keys)).toBeUndefined()
        expect(differenceOf(found.values, values)).toBeUndefined()
      }
    }), { numRuns: 150 })
  })

  it('gives undefined for records that are not all pairs', () => {
    expect(decodePairColumns(encodeColumns([['a', 1], ['b']]))).toBeUndefined()
    expect(decodePairColumns(encodeColumns([1, 2]))).toBeUndefined()
    expect(decodePairColumns(encodeColumns([['a', 1, 2]]))).toBeUndefined()
    expect(decodePairColumns(encodeColumns([]))).toEqual({ keys: [], values: [] })
    expect(decodePairColumns(encodePairColumns([], []))).toEqual({ keys: [], values: [] })
  })

  it('needs as many keys as values', () => {
    expect(() => encodePairColumns([1], [])).toThrow('as many keys as values, but got 1 and 0')
  })
})

describe('decodeColumns', () => {
  it('gives records or MR_INPUT_DAMAGED for any bytes', () => {
    const samples = [
      times(40, n => [`w${n % 3}`, n]), times(9, n => ({ a: n / 2, b: [n, 'x'], c: n % 2 === 0 ? undefined : 'ü漢' })), times(5, n => [times(n, i => `s${i}`), 5n, true]),
    ].map(encodeColumns)
    fc.assert(fc.property(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }), fc.nat(), (sample, changes, cut) => {
      const bytes = Uint8Array.from(cut % 4 === 0 ? sample.subarray(0, cut % sample.length) : sample)
      // The count itself is left alone: a larger one of a constant is a value like any other.
      if (bytes.length > 2) for (const [at, byte] of changes) bytes[2 + at % (bytes.length - 2)] = byte
      try { decodeColumns(bytes) } catch (error) { expect((error as MillraceError).code).toBe('MR_INPUT_DAMAGED') }
    }), { numRuns: 1_500 })
  })

  it('names what is wrong', () => {
    expect(() => decodeColumns(new Uint8Array(0))).toThrow('A batch of records is damaged at byte 0 of 0')
    expect(() => decodeColumns(new Uint8Array([9, 0]))).toThrow('its version is 9, not 1')
    expect(() => decodeColumns(Buffer.concat([encodeColumns([1]), Buffer.alloc(1)]))).toThrow('bytes follow its end')
    expect(() => decodeColumns(new Uint8Array([1, 1, 99]))).toThrow('there is no column kind 99')
  })
})
