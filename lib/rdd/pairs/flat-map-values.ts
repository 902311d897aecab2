/** flatMapValues: any number of values for each value, under the same key, so that the partitioner stays. */
import { describe, requireFunction, type Element } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { notAPair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The key with each element of what `f` returns for its value; keeps the partitioner. A string is an
     * iterable of characters; a function that returns no iterable fails its task. Counterpart:
     * PairRDDFunctions.flatMapValues.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'words')
     * const lines = sc.parallelize<[number, string]>([[1, 'a b'], [2, '']])
     * console.log(await lines.flatMapValues(line => line.split(' ')).collect())
     * // [ [ 1, 'a' ], [ 1, 'b' ], [ 2, '' ] ]
     * await sc.stop()
     * ```
     */
    flatMapValues<K, V, U extends Element>(this: RDD<[K, V]>, f: (value: V) => Iterable<U>): RDD<[K, U]>
  }
}

interface Arguments { readonly f: Function }

export const flatMapValuesNode = defineNarrow<Arguments>('flatMapValues', (loop, { f }, value, next) => {
  const many = loop.variable('many')
  const one = loop.variable('one')
  const result = loop.variable('pair')
  return `if (!Array.isArray(${value})) throw ${loop.constant(notAPair)}(${value}, 'flatMapValues')
let ${many} = ${loop.constant(f)}(${value}[1])
if (!Array.isArray(${many})) ${many} = ${loop.constant(requireIterable)}(${many})
for (const ${one} of ${many}) {\nconst ${result} = [${value}[0], ${one}]\n${next(result)}\n}`
}, { readsOn: true })

function requireIterable(result: unknown): Iterable<unknown> {
  if (typeof result === 'string' || typeof (result as any)?.[Symbol.iterator] === 'function') {
    return result as Iterable<unknown>
  }
  throw new TypeError(
    'the function given to flatMapValues must return an array or another iterable, '
    + `it returned ${describe(result)}`)
}

RDD.prototype.flatMapValues = function (this: RDD<any>, f: any): RDD<any> {
  return this.derive(flatMapValuesNode, { f: requireFunction('flatMapValues', f) },
    { partitioner: this.partitioner })
}
