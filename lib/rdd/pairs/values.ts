/** values: the second places of pairs. */
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { notAPair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /** The value of each pair. Counterpart: PairRDDFunctions.values. */
    values<K, V>(this: RDD<[K, V]>): RDD<V>
  }
}

export const valuesNode = defineNarrow<null>('values', (loop, _args, value, next) => {
  const second = loop.variable('second')
  return `if (!Array.isArray(${value})) throw ${loop.constant(notAPair)}(${value}, 'values')
const ${second} = ${value}[1]\n${next(second)}`
})

RDD.prototype.values = function (this: RDD<any>): RDD<any> { return this.derive(valuesNode, null) }
