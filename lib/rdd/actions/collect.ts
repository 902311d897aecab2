/**
 * collect: every element, on the driver, in partition order. With a function: the elements that it is defined
 * for.
 */
import { requireFunction, type Element } from '../arguments'
import { defineNarrow, defineSink } from '../plan'
import { RDD } from '../rdd'
import { runJob } from '../run-job'
import { joined } from './joined'

declare module '../rdd' {
  interface RDD<T> {
    /** All elements in an array, in partition order. Counterpart: RDD.collect. */
    collect(): Promise<T[]>
    /**
     * A new RDD of what `f` returns, without the elements for which it returns undefined: a partial function,
     * where Scala has `case`. This is a transformation. Counterpart: RDD.collect with a PartialFunction.
     */
    collect<U extends Element>(f: (value: T) => U): RDD<Exclude<U, undefined>>
  }
}

export const collectSink = defineSink<null>('collect', () => ({
  before: 'const collected = []',
  each: value => `collected.push(${value})`,
  after: 'return collected',
}))

export const collectWhereNode = defineNarrow<{ f: Function }>('collectWhere', (loop, { f }, value, next) => {
  const result = loop.variable('chosen')
  return `const ${result} = ${loop.constant(f)}(${value})\nif (${result} !== undefined) {\n${next(result)}\n}`
})

RDD.prototype.collect = function (this: RDD<any>, f?: any): any {
  if (f === undefined) return collected(this)
  return this.derive(collectWhereNode, { f: requireFunction('collect', f) })
}

async function collected(rdd: RDD<any>): Promise<any[]> {
  return joined(await runJob<null, any[]>('collect', rdd, collectSink, null))
}
