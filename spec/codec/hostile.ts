/** Values that codecs get wrong, for every spec that moves data. */
import * as fc from 'fast-check'

export const hostileStrings = [
  '', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf', '0', '-0', 'NaN', '\0', '\ud800', '\udfff',
  '\udc00\ud800', 'a\ud800b', '\ufeff', '\ufffd', '\uffff', 'ÿ', 'Ā', 'é', '漢字', '😀', '\r\n', '\u2028', 'x'.repeat(12), 'x'.repeat(13),
  'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(20), 'x'.repeat(21), 'ÿ'.repeat(300), 'Ā'.repeat(300), 'x'.repeat(70_000), `${'x'.repeat(300)}\ud800`,
]

export const hostileNumbers = [
  0, -0, 1, -1, NaN, Infinity, -Infinity, 127, 128, -128, -129, 255, 256, 32_767, 32_768, -32_768, -32_769, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1,
  2 ** 32, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 0.1, 5e-324, Number.MAX_VALUE, 1e21,
]

export const hostileBigints = [
  0n, 1n, -1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n, 2n ** 64n, 2n ** 200n, -(2n ** 200n), 255n, 256n,
]

export const hostileString: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileStrings), fc.string(), fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xFFFF }), { maxLength: 40 }).map(codes => String.fromCharCode(...codes)))

export const hostilePrimitive: fc.Arbitrary<unknown> = fc.oneof(
  hostileString, fc.constantFrom(...hostileNumbers), fc.constantFrom(...hostileBigints), fc.constantFrom(undefined, null, true, false),
  fc.double(), fc.integer(), fc.bigInt())

/** Any data: primitives, arrays with holes, objects with any keys, maps, sets, dates, bytes, boxed values. */
export const anyData: fc.Arbitrary<unknown> = fc.oneof(
  hostilePrimitive,
  fc.anything({
    key: hostileString, values: [hostilePrimitive], withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withSet: true,
    withNullPrototype: true, withObjectString: true, withSparseArray: true, withTypedArray: true, maxDepth: 4,
  }))
