/**
 * A stage's plan as a message: the nodes from its end up to shuffles and sources, with every function by number. Where
 * data lives on the driver the node only says so; the data comes with each task.
 */
import { HashPartitioner, PositionPartitioner } from '../../rdd/partitioner'
import type { SourceDefinition, StateArguments } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import { StorageLevel } from '../../rdd/storage-level'
import type { FunctionTable } from './function-table'
import type { PostedNode, PostedValue, Program } from './protocol'

export interface WrittenProgram {
  readonly program: Program
  /** The functions that the program needs, by number. */
  readonly functions: ReadonlySet<number>
  /** The place of each RDD in the program's list. */
  readonly places: ReadonlyMap<RDD<any>, number>
  /** The RDDs in the order of their nodes. */
  readonly rdds: readonly RDD<any>[]
  /** The versions of states among them whose making is left out, because the threads have them. */
  readonly stubs: ReadonlySet<RDD<any>>
  /** Whether states are read. */
  readonly hasStates: boolean
  /** Whether tasks are sent all that their states are made of, whatever the threads are taken to have. */
  readonly isWhole: boolean
}

/** True for a version of a state that the threads have. Without: nothing is left out. */
export type IsHeld = ((state: RDD<any>) => boolean) | undefined

/** Writes the program whose last node is `rdd`. `work` writes what is done with it, by the writer that it is given. */
export function writeProgram(
  id: number, table: FunctionTable, rdd: RDD<any>, isHeld: IsHeld, work: (post: (value: unknown) => PostedValue) => Program['work'],
): WrittenProgram {
  const writer = new ProgramWriter(table, isHeld)
  writer.add(rdd)
  const program = { id, nodes: writer.nodes, work: work(value => writer.post(value, rdd)) }
  const { functions, places, stubs, hasStates } = writer
  return { program, functions, places, stubs, hasStates, isWhole: isHeld === undefined, rdds: [...places.keys()] }
}

class ProgramWriter {
  readonly nodes: PostedNode[] = []
  readonly functions = new Set<number>()
  readonly places = new Map<RDD<any>, number>()

  readonly stubs = new Set<RDD<any>>()
  hasStates = false

  constructor(private readonly table: FunctionTable, private readonly held: IsHeld) {}

  private isHeld(state: RDD<any>): boolean { return this.held?.(state) === true }

  add(rdd: RDD<any>): number {
    const known = this.places.get(rdd)
    if (known !== undefined) return known
    // From the oldest version on: there may be more of them than calls go deep.
    for (const version of this.missingVersions(rdd)) this.addNode(version)
    return this.addNode(rdd)
  }

  /** The versions before `rdd`, oldest first, that are not written yet and must be. */
  private missingVersions(rdd: RDD<any>): RDD<any>[] {
    const versions: RDD<any>[] = []
    let at = rdd
    while (at.node.definition.form === 'state' && at.node.args.hasPrevious === true && !this.isHeld(at)) {
      at = at.node.parents[0]!
      if (this.places.has(at)) break
      versions.push(at)
    }
    return versions.reverse()
  }

  private addNode(rdd: RDD<any>): number {
    const { definition, args, parents } = rdd.node
    const isShuffle = definition.form === 'shuffle'
    const isShipped = definition.form === 'source' && (definition as SourceDefinition).ship !== undefined
    if (definition.form === 'stateRead') this.hasStates = true
    const isStub = definition.form === 'state' && this.isHeld(rdd)
    if (isStub) this.stubs.add(rdd)
    const parentPlaces = isShuffle || isStub ? [] : parents.map(parent => this.add(parent))
    const level = rdd.getStorageLevel()
    this.nodes.push({
      kind: definition.kind, rddId: rdd.id, operator: rdd.site.operator, partitionCount: rdd.getNumPartitions(), parents: parentPlaces,
      args: isShipped ? { plain: null } : isStub ? stubArguments(args) : this.post(args, rdd),
      isShipped, isStub,
      level: level.equals(StorageLevel.NONE) ? undefined : [level.useDisk, level.useMemory, level.useOffHeap, level.deserialized],
    })
    this.places.set(rdd, this.nodes.length - 1)
    return this.nodes.length - 1
  }

  post(value: unknown, rdd: RDD<any>): PostedValue {
    if (typeof value === 'function') return { function: this.use(this.table.idOf(value, rdd.site.operator, rdd.site.location)) }
    if (typeof value !== 'object' || value === null) return { plain: value }
    if (value instanceof HashPartitioner) return { hash: value.numPartitions }
    if (value instanceof PositionPartitioner) return { position: value.numPartitions }
    if (Array.isArray(value) && value.length <= 16) return { list: value.map(item => this.post(item, rdd)) }
    const prototype = Object.getPrototypeOf(value) as unknown
    if ((prototype === Object.prototype || prototype === null) && Object.keys(value).length <= 16) {
      return { object: Object.entries(value).map(([key, item]) => [key, this.post(item, rdd)] as const) }
    }
    return { captured: this.use(this.table.idOfValue(value, rdd.site.operator, rdd.site.location)) }
  }

  private use(id: number): number {
    this.functions.add(id)
    return id
  }
}

/** All that a thread has to know of a version that it has. */
function stubArguments({ store, version }: StateArguments): PostedValue {
  return { plain: { store, version, hasPrevious: false } }
}
