/**
 * Elements as keys: what distinct, intersection and subtract have in common. Each element travels with a
 * small whole number, the numbers of equal elements are combined, and the operator decides by the number what
 * comes out.
 */
import { refuse } from '../arguments'
import { defineNarrow } from '../plan'
import { RDD } from '../rdd'

/** `[element, tag]`. */
export const tagNode = defineNarrow<{ tag: number }>('tag', (loop, { tag }, value, next) => {
  const pair = loop.variable('tagged')
  return `const ${pair} = [${value}, ${loop.constant(tag)}]\n${next(pair)}`
})

/** The elements whose combined tag is exactly `tag`. */
export const taggedNode = defineNarrow<{ tag: number }>('tagged', (loop, { tag }, pair, next) => {
  const element = loop.variable('element')
  return `if (${pair}[1] === ${loop.constant(tag)}) {\nconst ${element} = ${pair}[0]\n${next(element)}\n}`
})

export function tagged(rdd: RDD<any>, tag: number): RDD<any> { return rdd.derive(tagNode, { tag }) }

export function requireRdd(operator: string, other: unknown): void {
  if (!RDD.is(other)) refuse(operator, 'its argument must be an RDD', 'Make one with sc.parallelize(values).')
}
