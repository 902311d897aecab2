/** map: applies a function to every element. */
import { requireFunction, type Element } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * A new RDD of what `f` returns for each element. Counterpart: RDD.map.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'map')
     * console.log(await sc.parallelize(['a', 'b']).map(w => [w, 1]).collect()) // [ [ 'a', 1 ], [ 'b', 1 ] ]
     * await sc.stop()
     * ```
     */
    map<U extends Element>(f: (value: T) => U): RDD<U>
  }
}

export const mapNode = defineNarrow<{ f: Function }>('map', (loop, { f }, value, next) => {
  const result = loop.variable('mapped')
  return `const ${result} = ${loop.constant(f)}(${value})\n${next(result)}`
})

RDD.prototype.map = function <U>(this: RDD<any>, f: (value: any) => U): RDD<U> {
  return this.derive(mapNode, { f: requireFunction('map', f) })
}
