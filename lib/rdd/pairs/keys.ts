/** keys: the first places of pairs. */
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'
import { notAPair } from './combining-map'

declare module '../rdd' {
  interface RDD<T> {
    /** The key of each pair, duplicates included. Counterpart: PairRDDFunctions.keys. */
    keys<K, V>(this: RDD<[K, V]>): RDD<K>
  }
}

export const keysNode = defineNarrow<null>('keys', (loop, _args, value, next) => {
  const key = loop.variable('key')
  return `if (!Array.isArray(${value})) throw ${loop.constant(notAPair)}(${value}, 'keys')
const ${key} = ${value}[0]\n${next(key)}`
})

RDD.prototype.keys = function (this: RDD<any>): RDD<any> { return this.derive(keysNode, null) }
