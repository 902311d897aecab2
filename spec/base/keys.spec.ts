// Keys: one hash for ever (pinned below), one equality that agrees with it, and clear refusals.
import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import * as v8 from 'node:v8'
import * as vm from 'node:vm'
import * as fc from 'fast-check'
import { Subject } from 'rxjs'
import { Seconds } from '../../lib/base/duration'
import { MillraceError } from '../../lib/base/errors'
import {
  checkKey, equalKeys, finishHash, hashKey, isPrimitiveKey, stringHashPrime, stringHashSeed,
} from '../../lib/base/keys'

class Point {
  constructor(readonly x: number, readonly y: number) {}
  length() { return Math.hypot(this.x, this.y) }
}
class Vector {
  constructor(readonly x: number, readonly y: number) {}
}

const key = fc.letrec(tie => ({
  key: fc.oneof({ maxDepth: 3 },
    fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constantFrom(null,
      undefined),
    fc.date(), fc.uint8Array(), fc.array(tie('key'), { maxLength: 4 }), fc.dictionary(fc.string(), tie('key'),
      { maxKeys: 4 })),
})).key

/** A structural copy that shares nothing, with the fields of objects in the other order. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Date) return new Date(value)
  if (value instanceof Uint8Array) return Buffer.from(value)
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, field] of Object.entries(value).reverse()) {
    Object.defineProperty(copy, name, { value: copyOf(field), enumerable: true })
  }
  return copy
}

describe('hash and equality', () => {
  test('a copy is the same key', () => {
    fc.assert(fc.property(key, one => {
      const other = copyOf(one)
      expect(equalKeys(one, other)).toBe(true)
      expect(hashKey(other)).toBe(hashKey(one))
      expect(equalKeys(other, one)).toBe(true)
    }), { numRuns: 1000 })
  })

  test('equal keys have equal hashes, and the hash is a non-negative int32', () => {
    fc.assert(fc.property(key, key, (a, b) => {
      expect(hashKey(a) >= 0 && (hashKey(a) | 0) === hashKey(a)).toBe(true)
      expect(equalKeys(a, b)).toBe(equalKeys(b, a))
      if (equalKeys(a, b)) expect(hashKey(a)).toBe(hashKey(b))
    }), { numRuns: 1000 })
  })

  test('hashes are the same in every run and version: data on disk is partitioned by them', () => {
    const pinned: [unknown, number][] = [
      ['', 725515275], ['a', 444641715], ['hello world', 956585708], ['\u{1F600}ü', 1938683500], [0, 0],
      [1, 1364076727], [-1, 32599865], [0.5, 313005357], [1e300, 589301169], [NaN, 2146959360],
      [Infinity, 437567250], [1n, 314344336], [2n ** 70n, 1561025520], [-5n, 167596650], [true, 1291169091],
      [false, 658871167], [null, 951274213], [undefined, 1640531527], [[], 312813452],
      [['a', 1], 216584272], [{}, 1387942740], [{ a: 1, b: [2] }, 1709128309], [new Date(0), 1022695479],
      [Buffer.from('abc'), 1963742951], [new Float64Array([1.5]), 827020439], [new Point(1, 2), 1615261684],
    ]
    for (const [value, hash] of pinned) expect([value, hashKey(value)]).toEqual([value, hash])
  })

  test('a loop over ASCII bytes gets the hash of the string', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), text => {
      let h = stringHashSeed
      for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, stringHashPrime)
      expect(finishHash(h)).toBe(hashKey(text))
    }))
  })

  test('neighbouring keys spread evenly over partitions', () => {
    const kinds: ((i: number) => unknown)[] = [i => i, i => i * 1024, i => `key${i}`, i => [i % 10, i],
      i => ({ id: i }), i => i + 0.5, BigInt]
    for (const kind of kinds) {
      const counts = new Array<number>(16).fill(0)
      for (let i = 0; i < 16_000; i++) counts[hashKey(kind(i)) % 16]!++
      expect(Math.min(...counts)).toBeGreaterThan(800)
      expect(Math.max(...counts)).toBeLessThan(1200)
    }
  })
})

describe('which keys are the same', () => {
  const same: [string, unknown, unknown][] = [
    ['NaN', NaN, Number('x')], ['-0 and 0', -0, 0], ['-0 in an array', [-0], [0]],
    ['NaN in an object', { a: NaN }, { a: NaN }],
    ['fields in any order', { a: 1, b: 2 }, { b: 2, a: 1 }], ['Dates', new Date(5), new Date(5)],
    ['invalid Dates', new Date(NaN), new Date('x')],
    ['bytes and Buffers', new Uint8Array([1, 2]), Buffer.from([1, 2])],
    ['ArrayBuffers', new ArrayBuffer(3), new Uint8Array(3)],
    ['doubles', new Float64Array([NaN, -0]), new Float64Array([NaN, 0])],
    ['instances of a class', new Point(1, 2), new Point(1, 2)], ['Durations', Seconds(1), Seconds(1)],
    ['a hole and undefined', [, 1], [undefined, 1]],  
    ['__proto__', JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1}')],
    ['objects of other realms', vm.runInNewContext('({ a: [1, new Date(3), null] })'), { a: [1, new Date(3),
      null] }],
    ['what was serialized', v8.deserialize(v8.serialize({ a: [1n, 'x', Buffer.from('b')] })), { a: [1n, 'x',
      Buffer.from('b')] }],
    ['an object without prototype', Object.create(null), {}],
  ]
  test.each(same)('%s', (_name, a, b) => {
    expect(equalKeys(a, b)).toBe(true)
    expect(equalKeys(b, a)).toBe(true)
    expect(hashKey(a)).toBe(hashKey(b))
    checkKey(a, 'reduceByKey')
    checkKey(b, 'reduceByKey')
  })

  const different: [unknown, unknown][] = [
    [1, 1n], [1, '1'], [1, true], [0, false], ['', null], [null, undefined], ['null', null], [[], {}], [[1],
    [1, undefined]], [[1, 2], [2, 1]],
    [[[1], 2], [1, [2]]], [['ab'], ['a', 'b']], [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }], [{ a: 1, b: 2 }, { a: 2, b: 1 }],
    [new Date(1), 1], [new Date(1), new Date(2)], [new Point(1, 2), new Vector(1, 2)],
    [new Point(1, 2), { x: 1, y: 2 }],
    [new Uint8Array([1]), [1]], [new Uint8Array([1]), new Int8Array([1])],
    [new Float32Array([1]), new Float64Array([1])],
    [JSON.parse('{"__proto__":1}'), {}], [JSON.parse('{"toString":1}'), { valueOf: 1 }], [2n ** 64n, 0n],
    [2 ** 32, 0], [0.1, 0.2],
    [new Uint8Array([1, 0]), new Uint8Array([1])],
  ]
  test.each(different)('%p is not %p', (a, b) => {
    expect(equalKeys(a, b)).toBe(false)
    expect(equalKeys(b, a)).toBe(false)
    expect(hashKey(a)).not.toBe(hashKey(b))
  })
})

describe('isPrimitiveKey', () => {
  test.each(['a', 1, NaN, 1n, true, null, undefined])('%p is', value => expect(isPrimitiveKey(value))
    .toBe(true))
  test.each([[[]], [{}], [new Date()], [() => 1], [Symbol('s')]])('%p is not',
    value => expect(isPrimitiveKey(value)).toBe(false))
})

describe('refusals', () => {
  const cyclic: unknown[] = []
  cyclic.push(cyclic, cyclic)
  let deep: unknown = 1
  for (let i = 0; i < 200; i++) deep = { deep }
  const refused: [unknown, RegExp][] = [
    [() => 1, /^a function/], [function count() {}, /^the function count/], [Symbol('s'), /^a symbol/],
    [Promise.resolve(1), /^a Promise/], [{ then() {} }, /holds the function then \(at then\)/],
    [new Socket(), /^a Socket/],
    [new EventEmitter(), /^an EventEmitter/], [new Subject(), /^a Subject/], [new WeakMap(), /^a WeakMap/],
    [new WeakSet(), /^a WeakSet/],
    [new WeakRef({}), /^a WeakRef/], [new Map(), /^a Map/], [new Set(), /^a Set/], [/x/, /^a RegExp/],
    [new Error('x'), /^an Error/],
    [new String('x'), /^a String/], [new URL('http://a/'), /^a URL without fields/],
    [(function* () {})(), /^an object/],
    [new DataView(new ArrayBuffer(1)), /^a DataView/], [Math, /^an object/], [globalThis.JSON, /^an object/],
    [['a', [1, { f: () => 1 }]], /^a value that holds the function f \(at \[1\]\[1\]\.f\)/],
    [{ user: { socket: new Socket() } }, /^a value that holds a Socket \(at user\.socket\)/],
    [cyclic, /^a value that contains itself, or is nested deeper than keyDepthMax = 100,/],
    [deep, /^a value that contains itself/],
  ]
  test.each(refused)('%#: %p', (value, reason) => {
    const errors = [() => checkKey(value, 'reduceByKey'), () => hashKey(value)].map(f => {
      try { f() } catch (error) { return error as MillraceError }
      throw new Error('not refused')
    })
    for (const error of errors) {
      expect(MillraceError.is(error)).toBe(true)
      expect(error.code).toBe('MR_KEY_REFUSED')
    }
    expect(errors[0]!.message).toMatch(reason)
    expect(errors[0]!.message).toMatch(/ cannot be a key of reduceByKey$/)
    expect(errors[0]!.at).toMatch(/^reduceByKey at /)
    expect(errors[1]!.message).toMatch(/ cannot be a key$/)
  })

  test('what cannot be a key equals only itself', () => {
    const f = () => 1
    expect(equalKeys(f, f)).toBe(true)
    expect(equalKeys(f, () => 1)).toBe(false)
    expect(equalKeys(new Map(), new Map())).toBe(false)
    expect(() => equalKeys(cyclic, structuredClone(cyclic))).toThrow(/contains itself/)
  })

  test('methods of a class do not count', () => {
    class Switch { constructor(readonly state: string) {} on() { return this.state } }
    checkKey(new Switch('a'), 'groupByKey')
    expect(equalKeys(new Switch('a'), new Switch('a'))).toBe(true)
  })
})
