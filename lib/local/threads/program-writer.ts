/**
 * A stage's plan as a message: the nodes from its end up to shuffles and sources, with every function by number. Where
 * data lives on the driver the node only says so; the data comes with each task.
 */
import { HashPartitioner, PositionPartitioner } from '../../rdd/partitioner'
import type { SourceDefinition } from '../../rdd/plan'
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
}

/** Writes the program whose last node is `rdd`. `work` writes what is done with it, by the writer that it is given. */
export function writeProgram(id: number, table: FunctionTable, rdd: RDD<any>, work: (post: (value: unknown) => PostedValue) => Program['work']): WrittenProgram {
  const writer = new ProgramWriter(table)
  writer.add(rdd)
  const program = { id, nodes: writer.nodes, work: work(value => writer.post(value, rdd)) }
  return { program, functions: writer.functions, places: writer.places, rdds: [...writer.places.keys()] }
}

class ProgramWriter {
  readonly nodes: PostedNode[] = []
  readonly functions = new Set<number>()
  readonly places = new Map<RDD<any>, number>()

  constructor(private readonly table: FunctionTable) {}

  add(rdd: RDD<any>): number {
    const known = this.places.get(rdd)
    if (known !== undefined) return known
    const { definition, args, parents } = rdd.node
    const isShuffle = definition.form === 'shuffle'
    const isShipped = definition.form === 'source' && (definition as SourceDefinition).ship !== undefined
    const parentPlaces = isShuffle ? [] : parents.map(parent => this.add(parent))
    const level = rdd.getStorageLevel()
    this.nodes.push({
      kind: definition.kind, rddId: rdd.id, operator: rdd.site.operator, partitionCount: rdd.getNumPartitions(), parents: parentPlaces,
      args: isShipped ? { plain: null } : this.post(args, rdd), isShipped,
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
