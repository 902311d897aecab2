/**
 * One partition of an RDD as a head and the narrow operators after it. Unions are seen through: each of their
 * partitions continues in the parent that it came from, so that a loop never runs over another loop's generator for them.
 */
import type { CallSite } from '../base/call-site'
import type { Fragment } from '../loop/loop-builder'
import type { NarrowDefinition } from '../rdd/plan'
import type { RDD } from '../rdd/rdd'
import { StorageLevel } from '../rdd/storage-level'

export interface Chain {
  /** A source, a shuffle, a partition-level operator or a persisted RDD. */
  readonly head: RDD<any>
  readonly partition: number
  readonly fragments: readonly Fragment[]
  /** The call sites of the head and of each fragment. */
  readonly sites: readonly CallSite[]
}

/** `computing`: the persisted RDD whose own partition is being computed, which is therefore not read from its blocks. */
export function resolveChain(rdd: RDD<any>, partition: number, computing?: RDD<any>): Chain {
  const fragments: Fragment[] = []
  const sites: CallSite[] = []
  let head = rdd
  let index = partition
  for (;;) {
    if (head !== computing && isPersisted(head)) break
    const { definition, args, parents } = head.node
    if (definition.form === 'narrow') {
      fragments.push({ definition: definition as NarrowDefinition, args })
      sites.push(head.site)
      head = parents[0]!
    } else if (definition.form === 'regroup') {
      const source = definition.input(args, index, parents)
      head = parents[source.parent]!
      index = source.partition
    } else {
      break
    }
  }
  sites.push(head.site)
  return { head, partition: index, fragments: fragments.reverse(), sites: sites.reverse() }
}

export function isPersisted(rdd: RDD<any>): boolean { return rdd.getStorageLevel() !== StorageLevel.NONE }
