/**
 * Which states a task reads, and so where it runs: at the home of the first state partition that it reaches.
 * What it reads of partitions with other homes is read there before, kept on the driver as long as the job
 * is, and sent along.
 */
import type { RDD } from '../../rdd/rdd'
import type { Job } from '../../rdd/runner'
import { isPersisted } from '../chain'
import type { BlockMap } from './block-map'
import type { StateMap } from './state-map'
import { walk } from './task-inputs'

export interface Reach {
  /** Undefined: the task may run anywhere. */
  readonly slot: number | undefined
  readonly away: readonly (readonly [read: RDD<any>, partition: number])[]
}

/** `isWhole`: the task is sent all that its states are made of, whatever their homes have. */
export function reachOf(
  rdd: RDD<any>, partition: number, blocks: BlockMap, states: StateMap, isWhole: boolean,
): Reach {
  let slot: number | undefined
  const away: (readonly [RDD<any>, number])[] = []
  walk(rdd, partition, (node, index) => {
    if (isPersisted(node) && blocks.find(node.id, index) !== undefined) return false
    const { definition, args } = node.node
    if (definition.form === 'state') return isWhole || !states.holds(args.store, args.version, index)
    if (definition.form !== 'stateRead') return true
    slot ??= states.slotOf(index)
    if (slot === states.slotOf(index)) return true
    away.push([node, index])
    return false
  })
  return { slot, away }
}

/** What was read at other homes, as columns. */
export class AwayReads {
  private readonly jobs = new WeakMap<Job, Map<string, Uint8Array>>()

  get(job: Job, read: RDD<any>, partition: number): Uint8Array | undefined {
    return this.jobs.get(job)?.get(`${read.id}:${partition}`)
  }

  put(job: Job, read: RDD<any>, partition: number, bytes: Uint8Array): void {
    let known = this.jobs.get(job)
    if (known === undefined) this.jobs.set(job, known = new Map())
    known.set(`${read.id}:${partition}`, bytes)
  }
}
