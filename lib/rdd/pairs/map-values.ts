/** mapValues: changes values and leaves keys, so that the partitioner stays. */
import { requireFunction, type Element } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { notAPair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /** Each pair with `f` of its value; keeps the partitioner. Counterpart: PairRDDFunctions.mapValues. */
    mapValues<K, V, U extends Element>(this: RDD<[K, V]>, f: (value: V) => U): RDD<[K, U]>
  }
}

export const mapValuesNode = defineNarrow<{ f: Function }>('mapValues', (loop, { f }, value, next) => {
  const result = loop.variable('pair')
  return `if (!Array.isArray(${value})) throw ${loop.constant(notAPair)}(${value}, 'mapValues')
const ${result} = [${value}[0], ${loop.constant(f)}(${value}[1])]\n${next(result)}`
})

RDD.prototype.mapValues = function (this: RDD<any>, f: any): RDD<any> {
  return this.derive(mapValuesNode, { f: requireFunction('mapValues', f) }, { partitioner: this.partitioner })
}
