/**
 * An RDD: one immutable, partitioned batch of elements, described by its lineage. Nothing is computed until an action
 * asks. The methods of each operator stand in that operator's own file; `catalogue.ts` lists them all.
 */
import { CallSite } from '../base/call-site'
import { SparkError, UnsupportedOperationError } from '../base/errors'
import type { SparkContext } from './context/spark-context'
import type { Partitioner } from './partitioner'
import type { Definition, PlanNode } from './plan'
import { StorageLevel } from './storage-level'

export interface RddOptions {
  readonly partitioner?: Partitioner | undefined
  readonly site?: CallSite
  /** Work for the driver that must be done before the first job: sampling for ranges, counting for indices. */
  readonly prepare?: () => Promise<void>
}

export interface Partition { readonly index: number }

const brand = Symbol.for('millrace.rdd')
/** What a function that was given to an operator is told when it has captured one. */
const refusal = 'an RDD: RDDs are used on the driver only, not inside the functions of other RDDs. '
  + 'Join or union the two, or await collect() first and capture or broadcast what it gives.'

/**
 * Counterpart: org.apache.spark.rdd.RDD.
 * @example
 * ```ts
 * import { SparkContext } from 'millrace'
 * const sc = new SparkContext('local', 'squares')
 * console.log(await sc.parallelize([1, 2, 3]).map(x => x * x).collect()) // [ 1, 4, 9 ]
 * await sc.stop()
 * ```
 */
export class RDD<T> {
  readonly id: number
  /** The partitioner that placed this RDD's pairs, if one did. */
  readonly partitioner: Partitioner | undefined
  /** Internal: where the user made this RDD. */
  readonly site: CallSite
  /** Internal: true while this RDD or one of its ancestors has driver work to do before its first job. */
  needsPreparation: boolean
  /** Internal: see `checkpoint.ts`. */
  checkpointState: CheckpointState | undefined
  private plan: PlanNode
  private label: string | undefined
  private level = StorageLevel.NONE
  private prepared: Promise<void> | undefined
  private readonly prepareOwn: (() => Promise<void>) | undefined

  /** Internal: users make RDDs with a SparkContext and with the operators. */
  constructor(readonly context: SparkContext, node: PlanNode, options: RddOptions = {}) {
    context.requireRunning()
    this.id = context.nextRddId()
    this.plan = node
    this.partitioner = options.partitioner
    this.site = options.site ?? CallSite.capture(node.definition.kind)
    this.prepareOwn = options.prepare
    this.needsPreparation = options.prepare !== undefined || node.parents.some(parent => parent.needsPreparation)
    Object.defineProperty(this, brand, { value: true })
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: refusal })
  }

  /** True for every RDD, also one from another copy of the package. */
  static is(value: unknown): value is RDD<any> {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** Internal: a child of this RDD. */
  derive<U>(definition: Definition, args: unknown, options: RddOptions & { readonly parents?: readonly RDD<any>[] } = {}): RDD<U> {
    return new RDD<U>(this.context, { definition, parents: options.parents ?? [this], args }, options)
  }

  get node(): PlanNode { return this.plan }
  get sparkContext(): SparkContext { return this.context }
  get name(): string | undefined { return this.label }

  /** Names this RDD, for `toDebugString` and for people. Returns this. */
  setName(name: string): this {
    this.label = name
    return this
  }

  getNumPartitions(): number {
    const { definition, args, parents } = this.plan
    switch (definition.form) {
      case 'source': return definition.partitionCount(args)
      case 'narrow': case 'stateRead': return parents[0]!.getNumPartitions()
      case 'shuffle': case 'state': return args.partitioner.numPartitions
      default: return definition.partitionCount(args, parents)
    }
  }

  get partitions(): readonly Partition[] {
    return Array.from({ length: this.getNumPartitions() }, (_, index) => ({ index }))
  }

  /** The RDDs that this one is computed from, and whether by a shuffle. */
  get dependencies(): readonly { readonly rdd: RDD<any>, readonly shuffle: boolean }[] {
    return this.plan.parents.map(rdd => ({ rdd, shuffle: this.plan.definition.form === 'shuffle' }))
  }

  preferredLocations(_partition: Partition): readonly string[] { return [] }

  getStorageLevel(): StorageLevel { return this.level }

  /**
   * Keeps the partitions after their first computation, in memory or as `level` says. Returns this.
   * Throws UnsupportedOperationError when another level was assigned before.
   */
  persist(level: StorageLevel = StorageLevel.MEMORY_ONLY): this {
    if (!this.level.equals(StorageLevel.NONE) && !this.level.equals(level)) {
      throw new UnsupportedOperationError(
        'Cannot change storage level of an RDD after it was already assigned a level',
        { at: CallSite.capture('persist').toString(), hint: 'Call unpersist() first.' },
      )
    }
    this.level = level
    if (!level.equals(StorageLevel.NONE)) this.context.rememberPersistent(this)
    return this
  }

  /** `persist(StorageLevel.MEMORY_ONLY)`. */
  cache(): this { return this.persist(StorageLevel.MEMORY_ONLY) }

  /** Drops the kept partitions. They are computed again when asked for. Returns this. */
  unpersist(_blocking = false): this {
    this.level = StorageLevel.NONE
    this.context.forgetPersistent(this)
    return this
  }

  /** Internal: does the driver's work of this RDD and its ancestors, once. */
  async prepare(): Promise<void> {
    if (!this.needsPreparation) return
    this.prepared ??= this.prepareLineage()
    return this.prepared
  }

  private async prepareLineage(): Promise<void> {
    for (const parent of this.plan.parents) await parent.prepare()
    await this.prepareOwn?.()
    this.needsPreparation = false
  }

  /** Internal: reads from `node` from now on and forgets the lineage. */
  cutLineage(node: PlanNode): void {
    if (node.parents.some(parent => parent.node.parents.length > 0)) throw new SparkError('a cut lineage ends at sources')
    this.plan = node
    this.needsPreparation = false
  }

  toString(): string {
    return `${this.label === undefined ? '' : `${this.label} `}${this.plan.definition.kind}RDD[${this.id}] at ${this.site}`
  }
}

export interface CheckpointState {
  readonly kind: 'reliable' | 'local'
  file: string | undefined
  done: boolean
}
