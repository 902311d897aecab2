import { EventEmitter } from 'node:events'
import * as fc from 'fast-check'
import * as vm from 'node:vm'
import { decodeValue, decodeValues, encodeValue, encodeValues, registerClass } from '../../lib/codec/values'
import { CheckpointError, MillraceError } from '../../lib/base/errors'
import { anyData, hostileBigints, hostileNumbers, hostileStrings } from './hostile'
import { difference } from './same'

const roundTrip = <T>(value: T): T => decodeValue(encodeValue(value)) as T
const expectSame = (value: unknown) => expect(difference(roundTrip(value), value)).toBeUndefined()

describe('encodeValue', () => {
  it.each([...hostileStrings, ...hostileNumbers, ...hostileBigints, undefined, null, true, false].map(value => [value]))('keeps %p', value => {
    expect(Object.is(roundTrip(value), value)).toBe(true)
    expectSame([value, { value }, new Map([[value, value]]), new Set([value])])
  })

  it('keeps any data exactly', () => {
    fc.assert(fc.property(anyData, value => difference(roundTrip(value), value) === undefined), { numRuns: 1_000 })
  })

  it('keeps arrays with holes and with properties, and arrays that are nearly empty', () => {
    expectSame([1, , 3])
    expectSame([, ,])
    expectSame([undefined, , undefined])
    expectSame(Object.assign([1, 2], { name: 'x', [-1]: 2, 1.5: 3, 4294967295: 4 }))
    expectSame(Object.assign([], { name: 'x' }))
    expectSame('a-b'.match(/(?<first>.)-(.)/))
    const sparse: unknown[] = []
    for (let i = 0; i < 20_000; i++) sparse[i * 100_000] = i
    sparse.length = 2 ** 32 - 1
    const before = process.hrtime.bigint()
    const found = roundTrip(sparse)
    expect(Number(process.hrtime.bigint() - before) / 1e9).toBeLessThan(5)
    expect(found.length).toBe(2 ** 32 - 1)
    expect(Object.keys(found)).toEqual(Object.keys(sparse))
  })

  it('keeps own keys that mean something elsewhere', () => {
    const value = JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2, "hasOwnProperty": 3, "toString": null}') as object
    expectSame(value)
    for (let i = 0; i < 3; i++) expect(difference(roundTrip(Array(50).fill(value).map(one => ({ ...one as object }))), Array(50).fill(value).map(one => ({ ...one as object })))).toBeUndefined()
    expect(({} as any).polluted).toBeUndefined()
    expectSame(Object.assign(Object.create(null), { a: 1, ['__proto__']: 2 }))
  })

  it('keeps the order of keys', () => {
    expectSame({ b: 1, a: 2, 2: 3, 1: 4 })
    expectSame([{ a: 1, b: 2 }, { a: 1, c: 2 }, { a: 1, b: 2 }, { b: 2, a: 1 }])
  })

  it('keeps cycles, and objects met twice as one, however many there are', () => {
    const cycle: any = { list: [1], map: new Map(), set: new Set() }
    cycle.self = cycle
    cycle.list.push(cycle.list, cycle)
    cycle.map.set(cycle, cycle.map)
    cycle.set.add(cycle.set)
    expectSame(cycle)
    const shared = { a: 1 }
    expectSame([shared, shared, { shared }])
    const many = Array.from({ length: 100 }, (_, n) => ({ n }))
    expectSame([...many, ...many].reverse())
    const error: any = new Error('x')
    error.self = error
    expectSame(error)
    const boxed = Object(1) as object
    expectSame([boxed, boxed])
    const date = new Date(5)
    expectSame([date, date, /x/, Buffer.from('x'), date])
  })

  it('keeps built-in objects', () => {
    expectSame(new Date(NaN))
    expectSame(new Date(8.64e15))
    const expression = /a\/b[/]/giu
    expression.lastIndex = 7
    expectSame(expression)
    expectSame(Object.assign(new Date(5), { note: 'x' }))
    expectSame(Object.assign(new Map([[1, 2]]), { note: 'x' }))
    expectSame([Object(1), Object('x'), Object(true), Object(5n), Object(NaN)])
    expectSame([new URL('http://u:p@host:1/a?b=c#d'), new URLSearchParams('a=1&a=2')])
    expectSame(new ArrayBuffer(5))
  })

  it('keeps typed arrays and Buffers as what they were, in memory of their own', () => {
    const whole = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    const views = [
      Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array,
    ].map(type => new type(whole.buffer, 8, 8 / type.BYTES_PER_ELEMENT))
    expectSame([1, 'x', ...views, new DataView(whole.buffer, 3, 5), Buffer.from(whole.buffer, 2, 9), Buffer.alloc(0)])
    const bytes = encodeValue(Buffer.from('hello'))
    const found = decodeValue(bytes) as Buffer
    expect(Buffer.isBuffer(found)).toBe(true)
    bytes.fill(0)
    expect(found.toString()).toBe('hello')
  })

  it('keeps errors with message, stack, cause, code and class', () => {
    expectSame(new TypeError('bad', { cause: new RangeError('first', { cause: 'text' }) }))
    expectSame(Object.assign(new Error('x'), { code: 'ENOENT', errno: -2 }))
    expectSame(new AggregateError([new Error('a'), 1], 'several'))
    const silent = new Error('')
    delete silent.stack
    expectSame(silent)
    const renamed = new Error('x')
    renamed.name = 'Renamed'
    expectSame(renamed)
    const aborted = roundTrip(new DOMException('gone', 'AbortError'))
    expect(aborted).toMatchObject({ name: 'AbortError', message: 'gone', code: 20 })
    expect(aborted).toBeInstanceOf(Error)
    expect(aborted.stack).toContain('gone')
  })

  it('keeps errors of Millrace as such', () => {
    const error = new CheckpointError('gone', { hint: 'look', at: 'map at app.ts:1', cause: new Error('first') })
    const found = roundTrip(error)
    expect(MillraceError.is(found)).toBe(true)
    expect(found).toBeInstanceOf(CheckpointError)
    expect(found).toMatchObject({ name: 'CheckpointError', code: 'MR_CHECKPOINT', hint: 'look', at: 'map at app.ts:1', retriable: false })
    expect((found.cause as Error).message).toBe('first')
  })

  it('takes values of another realm for what they are', () => {
    const foreign = vm.runInNewContext('[[1], {a: new Map([[1, new Set([2])]])}, new Date(5), /x/g, new Uint8Array([1, 2]), Object.create(null), new TypeError("t")]')
    const [array, object, date, expression, bytes, bare, error] = roundTrip(foreign)
    expect([array, object, date, expression, bytes, bare]).toEqual([[1], { a: new Map([[1, new Set([2])]]) }, new Date(5), /x/g, new Uint8Array([1, 2]), {}])
    expect(array).toBeInstanceOf(Array)
    expect(object.a).toBeInstanceOf(Map)
    expect(Object.getPrototypeOf(bare)).toBe(null)
    expect(error).toBeInstanceOf(TypeError)
  })

  it('gives bytes that may be transferred, and that are the same each time', () => {
    const value = { a: [1, 'x', { b: new Map([['k', 1n]]) }] }
    const bytes = encodeValue(value)
    expect(bytes.buffer.byteLength).toBe(bytes.length)
    expect(encodeValue(value)).toEqual(bytes)
    const moved = new Uint8Array(100)
    moved.set(bytes, 3)
    expect(difference(decodeValue(moved.subarray(3, 3 + bytes.length)), value)).toBeUndefined()
  })

  it('reads getters and proxies as data, also when they encode something themselves', () => {
    const busy = { get a() { return roundTrip({ deep: [1] }) }, b: { c: 1 } }
    expect(roundTrip([busy, busy])).toEqual([{ a: { deep: [1] }, b: { c: 1 } }, { a: { deep: [1] }, b: { c: 1 } }])
    expect(roundTrip(new Proxy({ a: [1] }, {}))).toEqual({ a: [1] })
    expect(roundTrip(new Proxy([1, 2], {}))).toEqual([1, 2])
    expect(() => encodeValue({ get a() { throw new Error('mine') } })).toThrow('mine')
    expectSame({ after: 1 })
  })

  it('leaves symbol keys and what is not enumerable', () => {
    const value = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'hidden', { value: 3 })
    expect(Reflect.ownKeys(roundTrip(value))).toEqual(['a'])
  })

  it('keeps objects used as dictionaries, and many shapes', () => {
    expectSame(Array.from({ length: 200 }, (_, n) => Object.fromEntries(Array.from({ length: 5 }, (__, k) => [`key${n * 5 + k}`, k]))))
    expectSame(Array.from({ length: 5_000 }, (_, n) => ({ [`a${n}`]: 1, b: 2 })))
    expectSame(Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`k${n}`, n])))
  })
})

class Point {
  label?: string
  constructor(readonly x: number, readonly y: number) {}
  get size(): number { return Math.hypot(this.x, this.y) }
}
class Labelled extends Point { override label = 'l' }
class Words extends Map<string, number> { total = 3 }
class Ring extends Array<number> { at2(): number { return this[2]! } }
class Failure extends RangeError {
  readonly code = 'F'
  override get name(): string { return 'Failure!' }
}

describe('encodeValue of instances', () => {
  it('gives them back as instances of their class', () => {
    for (const value of [new Point(3, 4), new Labelled(1, 2), new Words([['a', 1]]), Ring.from([1, 2, 3]), new Failure('f'), [new Point(1, 1), new Point(2, 2)]]) expectSame(value)
    expect(roundTrip(new Point(3, 4)).size).toBe(5)
    expect((roundTrip(Ring.from([1, 2, 3])) as Ring).at2()).toBe(3)
    const own = new (class extends Point { me = this })(1, 2)
    expectSame(own)
  })

  it('runs no constructor and no setter', () => {
    let runs = 0
    class Counted {
      constructor() { runs++ }
      set value(_: number) { runs++ }
    }
    const counted = Object.defineProperty(new Counted(), 'value', { value: 5, enumerable: true, writable: true, configurable: true })
    expect(Object.getOwnPropertyDescriptor(roundTrip(counted), 'value')!.value).toBe(5)
    expect(runs).toBe(1)
  })

  it('keeps objects with any prototype, and classes of the old kind', () => {
    const base = { greet() { return 'hi' } }
    expect(Object.getPrototypeOf(roundTrip(Object.assign(Object.create(base), { a: 1 })))).toBe(base)
    function Old(this: any) { this.a = 1 }
    Old.prototype = Object.create(Error.prototype, { constructor: { value: Old } })
    expectSame(new (Old as any)())
  })

  it('makes plain data of classes that are not known where it is decoded', () => {
    const bytes = Buffer.from(encodeValue([new Point(1, 2), new Words([['a', 1]]), new Failure('f')]))
    // Another thread: the eight letters that name this one are others.
    const thread = /Point.([0-9a-f]{8})/.exec(bytes.toString('latin1'))
    const index = bytes.indexOf('Point') + 6
    expect(thread).not.toBeNull()
    for (let at = bytes.indexOf(thread![1]!); at >= 0; at = bytes.indexOf(thread![1]!, at + 1)) bytes.write('elsewher', at, 'latin1')
    expect(index).toBeGreaterThan(0)
    const [point, words, failure] = decodeValue(bytes) as any[]
    expect(Object.getPrototypeOf(point)).toBe(Object.prototype)
    expect(point).toEqual({ x: 1, y: 2 })
    expect(words).toEqual(Object.assign(new Map([['a', 1]]), { total: 3 }))
    expect(failure).toBeInstanceOf(RangeError)
    expect(failure).toMatchObject({ name: 'Failure!', message: 'f', code: 'F' })
  })

  it('finds registered classes by their name, whichever thread wrote them', () => {
    class Before { a = 1 }
    registerClass('spec.Versioned', Before)
    const bytes = encodeValue(new Before())
    class After { a = 0; double() { return this.a * 2 } }
    registerClass('spec.Versioned', After)
    const found = decodeValue(bytes) as After
    expect(found).toBeInstanceOf(After)
    expect(found.double()).toBe(2)
    expect(() => registerClass('x', (() => 1) as Function)).toThrow("registerClass needs a class, but got () => 1 for 'x'")
    expect(() => registerClass('x', 5 as any)).toThrow('needs a class')
  })
})

describe('encodeValue refuses', () => {
  class Secret { #inside = 1; get inside() { return this.#inside } }
  class Heir extends Secret { a = 1 }
  class Quiet { #run() { return 1 } get value() { return this.#run() } }
  class Emitter extends EventEmitter { a = 1 }
  const client = new (jest.requireActual('node:net').Socket)()
  afterAll(() => client.destroy())

  it.each<[string, unknown, string]>([
    ['a function', () => 1, 'value is a function'],
    ['a named function', { run: [function go() { return 1 }] }, 'value.run[0] is the function go'],
    ['a class', [class Foo {}], 'value[0] is the function Foo'],
    ['a symbol', new Map([['k', Symbol('s')]]), 'value.get("k") is a symbol'],
    ['a boxed symbol', Object(Symbol('s')), 'value is a Symbol, which'],
    ['a promise', { a: { 'b c': Promise.resolve() } }, 'value.a["b c"] is a Promise, which has no meaning elsewhere'],
    ['a weak map', new Set([new WeakMap()]), 'value.values()[0] is a WeakMap'],
    ['a weak set', [new WeakSet()], 'value[0] is a WeakSet'],
    ['a weak reference', [new WeakRef({})], 'value[0] is a WeakRef'],
    ['a socket', { a: [0, 1, 2, { client }] }, 'value.a[3].client is a Socket: it emits events'],
    ['an emitter of one\'s own', new Emitter(), 'value is an Emitter: it emits events'],
    ['an abort signal', new AbortController().signal, 'value is an AbortSignal'],
    ['a private field', [new Secret()], 'value[0] is a Secret: its class Secret has the private member #inside, which only its constructor can make'],
    ['an inherited private field', new Heir(), 'value is a Heir: its class Secret has the private member #inside'],
    ['a private method', new Quiet(), 'value is a Quiet: its class Quiet has the private member #run'],
    ['shared memory', [new SharedArrayBuffer(8)], 'value[0] is a SharedArrayBuffer'],
    ['a view of shared memory', new Int32Array(new SharedArrayBuffer(8)), 'value is an Int32Array'],
    ['a generator', (function* () { yield 1 })(), 'value is a'],
    ['an iterator', [[1].values()], 'value[0] is a'],
    ['a map iterator', new Map().keys(), 'value is a'],
    ['a formatter', [new Intl.NumberFormat('en')], 'value[0] is a NumberFormat'],
    ['a proxied map', new Proxy(new Map(), {}), 'value is a Map'],
    ['the cause of an error', new Error('x', { cause: () => 1 }), 'value.cause is the function cause'],
    ['a key', new Map([[{ f: () => 1 }, 1]]), 'value.keys()[0].f is the function f'],
  ])('%s, naming the path to it', (_, value, message) => {
    expect(() => encodeValue(value)).toThrow(expect.objectContaining({ code: 'MR_ILLEGAL_ARGUMENT', message: expect.stringContaining(message) }))
    expect(() => encodeValue(value)).toThrow('it cannot be stored or sent')
    expect(() => encodeValues([1, value])).toThrow('value[1]')
    expectSame({ a: 1 })
  })

  it('what lies too deep, for it could not be read where the stack is smaller', () => {
    let deep: unknown = 1
    for (let i = 0; i < 1_000; i++) deep = i % 2 === 0 ? [deep] : { deep }
    expectSame(deep)
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(() => encodeValue(deep)).toThrow(/\.\.\..*is an object within more than 1000 others/)
  })
})

describe('decodeValue', () => {
  it('gives a value or MR_INPUT_DAMAGED for any bytes, and never hangs', () => {
    const samples = [{ a: [1, 'x', new Map([[1, [2n, -0.5]]])], b: Buffer.from('abc'), c: [, , 1] }, ['ü', new Error('x'), { a: 1 }, { a: 2 }]].map(encodeValue)
    fc.assert(fc.property(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }), fc.nat(), (sample, changes, cut) => {
      const bytes = Uint8Array.from(cut % 3 === 0 ? sample.subarray(0, cut % sample.length) : sample)
      if (bytes.length > 0) for (const [at, byte] of changes) bytes[at % bytes.length] = byte
      try { decodeValue(bytes) } catch (error) { expect((error as MillraceError).code).toBe('MR_INPUT_DAMAGED') }
    }), { numRuns: 3_000 })
  })

  it('names what is wrong', () => {
    expect(() => decodeValue(new Uint8Array(0))).toThrow('An encoded value is damaged at byte 0 of 0: the bytes end too early')
    expect(() => decodeValue(new Uint8Array([9, 0, 1]))).toThrow('its version is 9, not 1')
    expect(() => decodeValue(Buffer.concat([encodeValue(1), Buffer.from('x')]))).toThrow('bytes follow its end')
    expect(() => decodeValue(encodeValues([1, 2]))).toThrow(/damaged/)
  })
})

describe('encodeValues', () => {
  it('keeps batches of any data, each value with its own identities', () => {
    fc.assert(fc.property(fc.array(anyData, { maxLength: 20 }), values => {
      const found = decodeValues(encodeValues(values))
      return found.length === values.length && values.every((value, i) => difference(found[i], value) === undefined)
    }), { numRuns: 200 })
    const shared = { a: 1 }
    const [first, second] = decodeValues(encodeValues([shared, shared])) as object[]
    expect(first).toEqual(second)
    expect(first).not.toBe(second)
    const pair = [shared, shared]
    expect(decodeValues(encodeValues([pair, 1, pair])).every(one => one === 1 || (one as unknown[])[0] === (one as unknown[])[1])).toBe(true)
  })

  it('makes objects of one kind alike, whether many or few', () => {
    const values = Array.from({ length: 1_000 }, (_, n) => ({ id: n, name: `n${n}`, nested: { x: n / 2 } }))
    expect(decodeValues(encodeValues(values))).toEqual(values)
    expect(decodeValues(encodeValues(values.slice(0, 3)))).toEqual(values.slice(0, 3))
    expect(encodeValues(values).length).toBeLessThan(1_000 * 30)
  })
})
