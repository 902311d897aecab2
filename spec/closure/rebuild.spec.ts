/** What a function captured is rebuilt as it was: every kind of value, with its attributes, identity and class. */
import { captureFunction } from '../../lib/closure/capture'
import { rebuildFunction } from '../../lib/closure/rebuild'

const at = { operator: 'map', at: 'app.ts:1' }
const carried = (value: unknown): any => rebuildFunction(captureFunction(() => value, at).bytes)()

class Point { constructor(readonly x: number) {} get double(): number { return this.x * 2 } }
class Words extends Map<string, number> { total(): number { return [...this.values()].reduce((a, b) => a + b, 0) } }

describe('a captured value', () => {
  it.each<[string, unknown]>([
    ['nested data', { a: [1, 'b', null, undefined, { c: -0, d: NaN, e: 10n }] }],
    ['a Map and a Set', new Map<unknown, unknown>([['k', new Set([1, [2]])], [[3], 4]])],
    ['a Date', new Date(5)], ['a RegExp', /a\/b/gi], ['a boxed string', Object('text')], ['a boxed number', Object(5)],
    ['typed arrays', [Uint8Array.of(1, 2), Float64Array.of(0.5), BigInt64Array.of(-1n)]],
    ['a DataView', new DataView(Uint8Array.of(1, 2, 3).buffer, 1)],
    ['an array with holes', [1, , 3]],
    ['an array with a property', Object.assign([1], { total: 1 })],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    ['frozen objects', Object.freeze({ a: Object.freeze([1]) })],
    ['an own key __proto__', JSON.parse('{"__proto__":{"a":1}}')],
    ['registered symbols', { [Symbol.for('a')]: Symbol.for('b'), [Symbol.toStringTag]: 'Tagged' }],
  ])('%s', (_name, value) => {
    const found = carried(value)
    expect(found).toEqual(value)
    expect(Object.prototype.toString.call(found)).toBe(Object.prototype.toString.call(value))
    expect(Object.isFrozen(found)).toBe(Object.isFrozen(value))
    expect(Reflect.ownKeys(found)).toEqual(Reflect.ownKeys(value as object))
  })

  it('keeps its class', () => {
    const point = carried(new Point(2))
    expect([point.x, point.double, point.constructor.name]).toEqual([2, 4, 'Point'])
    const words = carried(new Words([['a', 1], ['b', 2]]))
    expect([words.total(), words.size, words.constructor.name]).toEqual([3, 2, 'Words'])
  })

  it('keeps attributes and accessors', () => {
    const value = Object.defineProperties({}, {
      hidden: { value: 1, enumerable: false }, fixed: { value: 2, enumerable: true, writable: false },
      live: { get() { return this.hidden + 1 }, configurable: true },
    })
    const found = carried(value)
    const flags = (of: object) => Object.entries(Object.getOwnPropertyDescriptors(of)).map(([key, { value: data, writable, enumerable, configurable }]) => [key, data, writable, enumerable, configurable])
    expect(flags(found)).toEqual(flags(value))
    expect(found.live).toBe(2)
  })

  it('keeps what may be added', () => {
    expect(Object.isSealed(carried(Object.seal({ a: 1 })))).toBe(true)
    const closed = carried(Object.preventExtensions({ a: 1 }))
    expect([Object.isExtensible(closed), Object.isSealed(closed)]).toEqual([false, false])
  })

  it('keeps identity and cycles', () => {
    const shared = { n: 1 }
    const ring: any = { left: shared, right: [shared] }
    ring.self = ring
    const found = carried(ring)
    expect(found.self).toBe(found)
    expect(found.right[0]).toBe(found.left)
  })

  it('keeps the message, cause, class and stack of errors', () => {
    const cause = new TypeError('why')
    const error = new RangeError('far', { cause })
    const found = carried(error)
    expect([found.name, found.message, found.cause.message, found.stack]).toEqual(['RangeError', 'far', 'why', error.stack])
    const bare = carried(Object.assign(new Error('x'), { stack: undefined }))
    expect(bare.stack).toBeUndefined()
  })

  it('keeps views on one buffer together, and a pooled Buffer alone', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    const [whole, part] = carried([bytes, bytes.subarray(1, 3)])
    whole[1] = 9
    expect(part[0]).toBe(9)
    const text = carried(Buffer.from('hello'))
    expect([text.toString(), text.buffer.byteLength, Buffer.isBuffer(text)]).toEqual(['hello', 5, true])
  })

  it('keeps URLs and decoders', () => {
    const [url, query, decoder, encoder] = carried([new URL('http://a/b?c=1'), new URLSearchParams('d=2'), new TextDecoder('utf-16le'), new TextEncoder()])
    expect([url.href, query.get('d'), decoder.encoding, encoder.encode('a').length]).toEqual(['http://a/b?c=1', '2', 'utf-16le', 1])
  })

  it('keeps bound functions, built-ins, modules and require', () => {
    const add = function (this: any, a: number, b: number) { return this.n + a + b }
    const [bound, max, fs] = carried([add.bind({ n: 1 }, 2), Math.max, require('node:fs')])
    const load = carried(() => require('node:path').sep)
    expect([bound(3), bound.name, max(1, 2), typeof fs.readFileSync, load()]).toEqual([6, 'bound add', 2, 'function', '/'])
    expect(() => carried([require])).toThrow(/value\[0\] \(the require of a module\)/)
  })

  it('is an arguments object where it was one', () => {
    const given = (function (..._: unknown[]) { return arguments })(1, 'a') // eslint-disable-line prefer-rest-params
    const found = carried(given)
    expect([Object.prototype.toString.call(found), ...found]).toEqual(['[object Arguments]', 1, 'a'])
  })
})

describe('a captured class', () => {
  it('has the static state of the call and does not run its initialisers again', () => {
    let runs = 0
    class Counted { static made = ++runs; static { runs += 10 } static bump() { return ++Counted.made } }
    Counted.made = 7
    const [found, seen] = [carried(Counted), runs]
    expect([found.bump(), found.made, runs]).toEqual([8, 8, seen])
  })

  it('has the base that it had, also where its name was another expression', () => {
    class Base { who() { return 'base' } }
    const bases = { Base }
    class Derived extends bases.Base { override who() { return `derived of ${super.who()}` } }
    bases.Base = class { who() { return 'another' } }
    const found = carried(Derived)
    expect(new found().who()).toBe('derived of base')
  })

  it('computes its names once', () => {
    const name = 'computed'
    class Odd { [name + 1]() { return 1 } static [name] = 2; static [name + 2]() { return 3 } get [name]() { return 4 } *[Symbol.iterator]() { yield 5 } }
    const found = carried(Odd)
    expect([new found().computed1(), found.computed, found.computed2(), new found().computed, ...new found()]).toEqual([1, 2, 3, 4, 5])
    class Field { [name] = 1 }
    expect(() => carried(Field)).toThrow(/a class with a field whose name was computed with name/)
  })

  it('is one class for all functions of a thread', () => {
    const registry = new Map<string, number>()
    class Account {
      #sum = 0
      add(n: number) { this.#sum += n; registry.set('sum', this.#sum); return this }
      static sum(account: Account) { return account.#sum }
    }
    class Savings extends Account {}
    const make = rebuildFunction(captureFunction((n: number) => new Savings().add(n), at).bytes)
    const read = rebuildFunction(captureFunction((a: any) => [a instanceof Account, Account.sum(a), registry.get('sum')], at).bytes)
    expect(read(make(5))).toEqual([true, 5, 5])
    registry.set('sum', 1) // The class captures something else from now on, and is another one.
    const later = rebuildFunction(captureFunction((a: any) => [a instanceof Account, registry.get('sum')], at).bytes)
    expect(later(make(5))).toEqual([false, 1])
  })

  it('is one constructor function for all functions of a thread', () => {
    function Old(this: any, n: number) { this.n = n }
    Old.prototype.twice = function () { return this.n * 2 }
    const make = rebuildFunction(captureFunction((n: number) => new (Old as any)(n), at).bytes)
    const read = rebuildFunction(captureFunction((o: any) => [o instanceof Old, o.twice()], at).bytes)
    expect(read(make(4))).toEqual([true, 8])
  })

  it('is another one for another class of the same source', () => {
    const make = () => class { n = 1 }
    const [One, Other] = [make(), make()]
    expect(rebuildFunction(captureFunction(() => new One() instanceof Other, at).bytes)()).toBe(false)
    const one = rebuildFunction(captureFunction(() => new One(), at).bytes)()
    expect(rebuildFunction(captureFunction((o: any) => [o instanceof One, o instanceof Other], at).bytes)(one)).toEqual([true, false])
  })
})
