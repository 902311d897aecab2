// What print writes for every kind of value, and that nothing a value holds makes it throw.
import * as fc from 'fast-check'
import * as vm from 'node:vm'
import { Seconds } from '../../lib/base/duration'
import { KeyMap } from '../../lib/base/key-map'
import { show } from '../../lib/base/show'
import { Time } from '../../lib/base/time'

class Plain { constructor(readonly x: number) {} }
class Named {
  constructor(readonly name: string) {}
  toString() { return `<${this.name}>` }
}
class Failing { toString() { throw new Error('broken') } }

const cyclic: Record<string, unknown> = { a: 1 }
cyclic['self'] = cyclic
cyclic['list'] = [cyclic]
const cyclicArray: unknown[] = [1]
cyclicArray.push(cyclicArray, cyclicArray)
const shared = { s: 1 }

test.each<[string, unknown, string]>([
  ['a string', 'word', 'word'], ['an empty string', '', ''], ['a number', 1.5, '1.5'], ['-0', -0, '0'],
  ['NaN', NaN, 'NaN'],
  ['a bigint', 12n, '12'], ['a boolean', true, 'true'], ['undefined', undefined, 'None'],
  ['null', null, 'null'],
  ['a symbol', Symbol('s'), 'Symbol(s)'], ['a function', function f() {}, '<function f>'],
  ['a nameless function', (() => () => 1)(), '<function>'],
  ['a pair', ['a', 1], '(a,1)'], ['a nested pair', ['a', [1, 2]], '(a,(1,2))'],
  ['an outer join', ['a', [1, undefined]], '(a,(1,None))'],
  ['a pair key', [['a', 'b'], 1], '((a,b),1)'], ['an empty array', [], '[]'], ['one element', [1], '[1]'],
  ['three elements', [1, 'a', undefined], '[1, a, None]'], ['a list of pairs', [['a', 1], ['b', 2],
  ['c', 3]], '[(a,1), (b,2), (c,3)]'],
  ['a list as a value', ['a', [1, 2, 3]], '(a,[1, 2, 3])'], ['a hole', [1, , 2], '[1, None, 2]'],  
  ['an object', { a: 1, b: 'x', c: [1, 2] }, '{"a":1,"b":"x","c":[1,2]}'],
  ['an object in a pair', ['k', { a: null }], '(k,{"a":null})'],
  ['a bigint in an object', { a: 1n, b: [2n] }, '{"a":1,"b":[2]}'],
  ['an object without prototype', Object.create(null), '{}'],
  ['an object of another realm', vm.runInNewContext('({ a: [1] })'), '{"a":[1]}'],
  ['__proto__', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ['toString as data', { toString: 5 }, '{"toString":5}'],
  ['a cycle', cyclic, '{"a":1,"self":"[Circular]","list":["[Circular]"]}'],
  ['a cyclic array', cyclicArray, '[1, [Circular], [Circular]]'],
  ['a cycle through a pair', ['k', cyclic], '(k,{"a":1,"self":"[Circular]","list":["[Circular]"]})'],
  ['the same object twice', [shared, shared], '({"s":1},{"s":1})'],
  ['bytes', new Uint8Array([0, 255, 16]), '00ff10'], ['a Buffer', Buffer.from('ab'), '6162'],
  ['part of a buffer', Buffer.from('abc').subarray(1, 2), '62'],
  ['an ArrayBuffer', new ArrayBuffer(2), '0000'],
  ['bytes in an object', { b: Buffer.from('a') }, '{"b":"61"}'],
  ['doubles', new Float64Array([1, 2.5]), '[1, 2.5]'], ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['no Date', new Date(NaN), 'Invalid Date'],
  ['a Date in an object', { d: new Date(0), e: new Date(NaN) },
    '{"d":"1970-01-01T00:00:00.000Z","e":"Invalid Date"}'],
  ['a Map', new Map<unknown, unknown>([['a', 1], [['b', 2], { c: 3 }]]), 'Map(a -> 1, (b,2) -> {"c":3})'],
  ['a KeyMap', new KeyMap([[['a', 1], 2]]), 'Map((a,1) -> 2)'], ['a Set', new Set([1, 'a']), 'Set(1, a)'],
  ['a Map in an object', { m: new Map([['a', 1n]]), s: new Set([1]), k: new KeyMap([['b', 2]]) },
    '{"m":[["a",1]],"s":[1],"k":[["b",2]]}'],
  ['an instance', new Plain(1), '{"x":1}'], ['an own toString', new Named('n'), '<n>'],
  ['in a pair', ['k', new Named('n')], '(k,<n>)'],
  ['a failing toString', new Failing(), '<toString of Failing failed: broken>'],
  ['a failing toJSON', { a: { toJSON() { throw new Error('no') } } }, '{"a":"<toJSON failed: no>"}'],
  ['a failing getter', { get a() { throw new Error('no') } }, '{"a":"<failed: no>"}'],
  ['a toJSON', { a: { toJSON: () => ({ b: 1 }) } }, '{"a":{"b":1}}'],
  ['an error', new TypeError('bad'), 'TypeError: bad'], ['a regular expression', /x/g, '/x/g'],
  ['a Promise', Promise.resolve(), '[object Promise]'],
  ['a Time', new Time(5), '5 ms'], ['a Duration', Seconds(1), '1000 ms'],
  ['a URL', new URL('http://a/b'), 'http://a/b'],
  ['a revoked proxy', (() => { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy })(),
    '<cannot be shown: Cannot perform \'IsArray\' on a proxy that has been revoked>'],
])('%s', (_name, value, text) => {
  expect(show(value)).toBe(text)
})

test('plain objects are as JSON.stringify writes them', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), value => {
    expect(show(value)).toBe(JSON.stringify(value))
  }))
  const odd = { u: undefined, f() {}, n: NaN, i: Infinity, s: Symbol('s'), l: [undefined, NaN], z: -0,
    b: new Boolean(false) }
  expect(show(odd)).toBe(JSON.stringify(odd))
})

test('nothing makes it throw, however deep', () => {
  fc.assert(fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true,
    withTypedArray: true, withNullPrototype: true }),
    value => { expect(typeof show(value)).toBe('string') }))
  for (const wrap of [(x: unknown) => [x], (x: unknown) => ({ x }), (x: unknown) => new Map([[1, x]]),
    (x: unknown) => [x, 1]]) {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = wrap(deep)
    expect(show(deep)).toMatch(/\.\.\./)
  }
})
