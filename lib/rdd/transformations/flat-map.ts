/** flatMap: applies a function to every element and gives all elements of what it returns. */
import { describe, requireFunction, type Element } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The elements of every iterable that `f` returns, in order. A string is an iterable of characters.
     * A function that returns anything else fails its task. Counterpart: RDD.flatMap.
     */
    flatMap<U extends Element>(f: (value: T) => Iterable<U>): RDD<U>
  }
}

export const flatMapNode = defineNarrow<{ f: Function }>('flatMap', (loop, { f }, value, next) => {
  const many = loop.variable('many')
  const one = loop.variable('one')
  return `let ${many} = ${loop.constant(f)}(${value})
if (!Array.isArray(${many})) ${many} = ${loop.constant(requireIterable)}(${many})
for (const ${one} of ${many}) {\n${next(one)}\n}`
}, { readsOn: true })

/** What flatMap's function returned, when it is no array: any iterable will do. */
function requireIterable(result: unknown): Iterable<unknown> {
  if (typeof (result as any)?.[Symbol.iterator] === 'function') return result as Iterable<unknown>
  const rule = 'the function given to flatMap must return an array or another iterable'
  throw new TypeError(`${rule}, it returned ${describe(result)}`)
}

RDD.prototype.flatMap = function <U>(this: RDD<any>, f: (value: any) => Iterable<U>): RDD<U> {
  return this.derive(flatMapNode, { f: requireFunction('flatMap', f) })
}
