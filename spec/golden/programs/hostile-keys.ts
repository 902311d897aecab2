/** Keys that plain objects or === would mix up: all of one kind are one key, on every engine. */
import { Seconds } from '../../../lib/index'
import { golden } from '../golden'

const keys = ['__proto__', 'constructor', Number.NaN, 0, -0, '0', null, undefined, [1, 'a'], [], true, 'true', 10n, ''] as const

/** Every key twice a batch, as values that are equal and not the same. */
const batch = (): [unknown, number][] => [...keys, ...keys].map((key): [unknown, number] => [Array.isArray(key) ? [...key] : key, 1])

const counts: [string, number][] = [
  ['string __proto__', 2], ['string constructor', 2], ['number NaN', 2], ['number 0', 4], ['string 0', 2], ['object null', 2],
  ['undefined undefined', 2], ['object 1,a', 2], ['object ', 2], ['boolean true', 2], ['string true', 2], ['bigint 10', 2], ['string ', 2],
]

export const hostileKeys = golden<[[unknown, number]], [string, number]>({
  name: 'reduceByKey of hostile keys',
  inputs: [[batch(), [], batch()]],
  build: ([pairs]) => pairs.reduceByKey((a, b) => a + b).map(([key, count]): [string, number] => [`${typeof key} ${String(key)}`, count]),
  expected: [counts, [], counts],
  interpret: ([pairs]) => pairs.reduceByKey((a, b) => a + b).map(([key, count]): [string, number] => [`${typeof key} ${String(key)}`, count]),
})

export const hostileKeysInWindows = golden<[[unknown, number]], [string, number]>({
  name: 'inverse windows of hostile keys',
  inputs: [[batch(), [], batch()]],
  build: ([pairs]) => pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1))
    .map(([key, count]): [string, number] => [`${typeof key} ${String(key)}`, count]),
  batches: 4,
  expected: [counts, counts, counts, counts],
  interpret: ([pairs]) => pairs.reduceByKeyAndWindowInversely((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1))
    .map(([key, count]): [string, number] => [`${typeof key} ${String(key)}`, count]),
})
