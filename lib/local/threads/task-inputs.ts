/**
 * What a task has to be sent: the data of sources that live on the driver, the shuffle outputs that it reads, and blocks
 * that another thread holds. Found by walking the plan from the task's partition, as the thread will.
 */
import { types } from 'node:util'
import type { PartitionDefinition, RegroupDefinition, SourceDefinition } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import { isPersisted } from '../chain'
import type { BlockMap } from './block-map'
import type { WrittenProgram } from './program-writer'
import type { PostedPart, ShippedInput, StateNote } from './protocol'
import { shippedData } from './shipped-data'
import type { StateMap } from './state-map'
import type { Thread } from './thread'

export type ShuffleParts = (shuffle: RDD<any>, partition: number) => readonly PostedPart[]

/** What there is for tasks to read, and where. */
export interface Holdings {
  readonly blocks: BlockMap
  readonly states: StateMap
  readonly shuffleParts: ShuffleParts
}

/** What was read of a state at its home, as columns. */
export type AwayOf = (read: RDD<any>, partition: number) => Uint8Array | undefined

export interface TaskInputs {
  readonly inputs: readonly ShippedInput[]
  /** Of the state partitions that it may have to make. */
  readonly counted: readonly StateNote[]
}

/** What a task needs went away while it waited for its thread: its stage has to be looked at again. */
export class InputsGone extends Error {}

/** The thread that holds the first block that a partition needs, if one does. */
export function preferredThread(rdd: RDD<any>, partition: number, blocks: BlockMap): Thread | undefined {
  let found: Thread | undefined
  walk(rdd, partition, (node, index) => {
    if (found !== undefined) return false
    if (isPersisted(node)) found = blocks.find(node.id, index)
    return found === undefined
  })
  return found
}

/** Everything that the task must be sent when it runs on `thread`. */
export async function taskInputs(
  written: WrittenProgram, rdd: RDD<any>, partition: number, thread: Thread, holdings: Holdings, awayOf: AwayOf,
): Promise<TaskInputs> {
  const { blocks, states, shuffleParts } = holdings
  const inputs: ShippedInput[] = []
  const counted: StateNote[] = []
  const later: Promise<void>[] = []
  const visit = (node: RDD<any>, index: number): boolean => {
    const place = written.places.get(node)!
    if (isPersisted(node)) {
      const holder = blocks.find(node.id, index, thread)
      if (holder === thread) return false
      if (holder !== undefined) {
        later.push(fetchBlock(holder, node, index, place))
        return false
      }
    }
    const { definition, args } = node.node
    if (definition.form === 'shuffle') {
      inputs.push({ node: place, partition: index, data: { kind: 'shuffle', parts: shuffleParts(node, index) } })
    } else if (definition.form === 'stateRead') {
      if (states.slotOf(index) === thread.slot) return true
      const bytes = awayOf(node, index)
      if (bytes === undefined) throw new InputsGone(`partition ${index} of ${node} is in another thread`)
      inputs.push({ node: place, partition: index, data: { kind: 'columns', bytes } })
      return false
    } else if (definition.form === 'state') {
      if (!written.isWhole && states.holds(args.store, args.version, index)) return false
      if (written.stubs.has(node)) throw new InputsGone(`version ${args.version} of the state ${args.store} is gone`)
      counted.push(states.countOf(args.store, index))
    } else if (definition.form === 'source' && definition.ship !== undefined) {
      const data = shippedData(node, definition as SourceDefinition, args, index)
      if (types.isPromise(data)) fetchData(data, index, place)
      else inputs.push({ node: place, partition: index, data })
    }
    return true
  }
  const fetchData = (data: Promise<ShippedInput['data']>, index: number, place: number): void => {
    const fetched = data.then(read => { inputs.push({ node: place, partition: index, data: read }) })
    // One that fails while another is awaited is awaited later, or never.
    fetched.catch(() => undefined)
    later.push(fetched)
  }
  const fetchBlock = async (holder: Thread, node: RDD<any>, index: number, place: number): Promise<void> => {
    const bytes = await holder.readBlock(node.id, index)
    if (bytes !== undefined) {
      inputs.push({ node: place, partition: index, data: { kind: 'block', bytes } })
      return
    }
    // It went between the look and the question: the thread computes it, and needs what that takes.
    blocks.remove(holder, node.id, index)
    walk(node, index, visit)
  }
  walk(rdd, partition, visit)
  while (later.length > 0) await later.shift()
  return { inputs, counted }
}

/** Visits a partition's ancestors, each once; `visit` says whether to go on above it. */
export function walk(rdd: RDD<any>, partition: number, visit: (rdd: RDD<any>, partition: number) => boolean): void {
  const seen = new Set<string>()
  const waiting: (readonly [RDD<any>, number])[] = [[rdd, partition]]
  while (waiting.length > 0) {
    const [node, index] = waiting.pop()!
    const key = `${node.id}:${index}`
    if (seen.has(key)) continue
    seen.add(key)
    if (!visit(node, index)) continue
    const { definition, args, parents } = node.node
    switch (definition.form) {
      case 'narrow':
        waiting.push([parents[0]!, index])
        break
      case 'regroup': {
        const source = (definition as RegroupDefinition).input(args, index, parents)
        waiting.push([parents[source.parent]!, source.partition])
        break
      }
      case 'partition':
        for (const source of (definition as PartitionDefinition).inputs(args, index, parents)) {
          waiting.push([parents[source.parent]!, source.partition])
        }
        break
      case 'stateRead':
        waiting.push([parents[0]!, index])
        break
      case 'state':
        for (const parent of parents) waiting.push([parent, index])
        break
      default:
    }
  }
}
