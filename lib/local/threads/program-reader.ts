/** A posted program made to run again: nodes with their definitions found by kind, functions found by number. */
import { CallSite } from '../../base/call-site'
import { SparkError } from '../../base/errors'
import { HashPartitioner, PositionPartitioner } from '../../rdd/partitioner'
import {
  definitionOf, sinkOf, type Definition, type Input, type PlanNode, type SinkDefinition,
  type SourceDefinition, type StateArguments, type StateDefinition,
} from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import { StorageLevel } from '../../rdd/storage-level'
import { StateLost } from '../state/table-view'
import type { PostedNode, PostedValue, Program } from './protocol'

export interface ReadyProgram {
  readonly nodes: readonly RDD<any>[]
  readonly last: RDD<any>
  readonly work:
    | { readonly kind: 'sink', readonly sink: SinkDefinition, readonly args: unknown, readonly site: CallSite, readonly inChunks: boolean }
    | { readonly kind: 'shuffle', readonly shuffle: RDD<any> }
}

/** What an RDD is in a thread: a node of a program, with no context behind it. */
class ThreadRdd {
  readonly partitioner = undefined
  constructor(
    readonly id: number, readonly node: PlanNode, readonly site: CallSite,
    private readonly partitionCount: number, private readonly level: StorageLevel,
    /** The place of this node in its program. */
    readonly place: number,
  ) {}

  getNumPartitions(): number { return this.partitionCount }
  getStorageLevel(): StorageLevel { return this.level }
  toString(): string { return `${this.node.definition.kind}RDD[${this.id}]` }
}

type FunctionOf = (id: number) => Function
type ShippedOf = (node: number, partition: number, task: TaskContext) => Input

export function readProgram(program: Program, functionOf: FunctionOf, shippedOf: ShippedOf): ReadyProgram {
  const nodes: RDD<any>[] = []
  program.nodes.forEach((posted, index) => nodes.push(readNode(posted, index, nodes, functionOf, shippedOf)))
  const last = nodes[nodes.length - 1]!
  const { work } = program
  const site = CallSite.of(work.operator, atPlace(program.nodes.length))
  if (work.kind === 'sink') {
    const args = read(work.args, functionOf)
    return { nodes, last, work: { kind: 'sink', sink: sinkOf(work.sink)!, args, site, inChunks: work.inChunks === true } }
  }
  const shuffle = new ThreadRdd(-1, { definition: definitionOf('shuffle')!, parents: [last], args: read(work.args, functionOf) }, site, 0, StorageLevel.NONE, -1)
  return { nodes, last, work: { kind: 'shuffle', shuffle: shuffle as unknown as RDD<any> } }
}

function readNode(posted: PostedNode, index: number, before: readonly RDD<any>[], functionOf: FunctionOf, shippedOf: ShippedOf): RDD<any> {
  const known = definitionOf(posted.kind) ?? definitionOfStreams(posted.kind)
  if (known === undefined) throw new SparkError(`this thread knows no operator ${posted.kind}`)
  const readShipped: SourceDefinition['read'] = (_args, partition, task) => shippedOf(index, partition, task)
  const definition = posted.isStub ? stub : posted.isShipped ? { ...known, read: readShipped } : known
  const parents = posted.parents.map(parent => before[parent]!)
  const level = posted.level === undefined ? StorageLevel.NONE : new StorageLevel(...posted.level)
  const node = { definition, parents, args: read(posted.args, functionOf) } as PlanNode
  return new ThreadRdd(posted.rddId, node, CallSite.of(posted.operator, atPlace(index)), posted.partitionCount, level, index) as unknown as RDD<any>
}

/** Few streams have nodes of their own: a thread starts without them. */
function definitionOfStreams(kind: string): Definition | undefined {
  require('../../streaming/catalogue')
  require('../../connect/catalogue')
  return definitionOf(kind)
}

/** A version of a state that this thread is taken to have. If it does not, the driver has to say what it is made of. */
const stub: StateDefinition = {
  form: 'state', kind: 'stub',
  update: (args: StateArguments) => { throw new StateLost(`version ${args.version} of the state ${args.store} is not in this thread`) },
}

/** The place of a node in its program. */
export function placeIn(rdd: RDD<any>): number { return (rdd as unknown as ThreadRdd).place }

/** A thread's call sites say only which node they stand for; the driver knows the user's lines. */
function atPlace(index: number): string { return `#${index}` }

export function placeOf(site: CallSite | undefined): number {
  return site === undefined || !site.location.startsWith('#') ? -1 : Number(site.location.slice(1))
}

function read(value: PostedValue, functionOf: FunctionOf): any {
  if ('plain' in value) return value.plain
  if ('function' in value) return functionOf(value.function)
  if ('hash' in value) return new HashPartitioner(value.hash)
  if ('position' in value) return new PositionPartitioner(value.position)
  if ('list' in value) return value.list.map(item => read(item, functionOf))
  if ('object' in value) return Object.fromEntries(value.object.map(([key, item]) => [key, read(item, functionOf)]))
  return functionOf(value.captured)()
}
