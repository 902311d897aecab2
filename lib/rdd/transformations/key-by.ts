/** keyBy: pairs of a key computed from each element, and the element. */
import { requireFunction, type Element } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /** `[f(element), element]` for each element. Counterpart: RDD.keyBy. */
    keyBy<K extends Element>(f: (value: T) => K): RDD<[K, T]>
  }
}

export const keyByNode = defineNarrow<{ f: Function }>('keyBy', (loop, { f }, value, next) => {
  const pair = loop.variable('keyed')
  return `const ${pair} = [${loop.constant(f)}(${value}), ${value}]\n${next(pair)}`
})

RDD.prototype.keyBy = function (this: RDD<any>, f: any): RDD<any> {
  return this.derive(keyByNode, { f: requireFunction('keyBy', f) })
}
