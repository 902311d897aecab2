/**
 * The tables of an executor, and how a version of one is had: it is there; or it is made of the version before, in place;
 * or, where the table was lost, of whatever the plan still reaches back to.
 */
import type { Input, StateArguments, StateDefinition, StateReadDefinition } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import type { TaskContext } from '../../rdd/task-context'
import { allOf, then, type Maybe } from '../maybe'
import { StateTable } from './state-table'
import { TableView } from './table-view'
import { UpdateCounts } from './update-counts'

/** Opens a partition of a parent as something that can be iterated. */
export type OpenPartition = (rdd: RDD<any>, partition: number, task: TaskContext) => Maybe<Iterable<unknown>>

/** By partition. */
type Tables = Map<number, StateTable>

export class StateStore {
  private readonly stores = new Map<string, Tables>()
  private readonly counting = new UpdateCounts()

  /** The elements of a partition of a 'stateRead' node. */
  read(rdd: RDD<any>, partition: number, task: TaskContext, open: OpenPartition): Maybe<Input> {
    const { definition, args, parents } = rdd.node
    const core = parents[0]!
    return then(task, this.view(core, partition, task, open), view => {
      const { read, inChunks } = definition as StateReadDefinition
      const values = read(args, view, partition)
      if (inChunks) return { kind: 'chunks', values: values as Iterable<unknown[]> }
      return Array.isArray(values) ? { kind: 'array', values } : { kind: 'iterable', values }
    })
  }

  private view(core: RDD<any>, partition: number, task: TaskContext, open: OpenPartition): Maybe<TableView> {
    const { store, version } = core.node.args as StateArguments
    const tables = this.tablesOf(store)
    const table = tables.get(partition)
    const isForgotten = table?.madeVersion !== undefined && !isWithin(table, version)
    // A version from before what the logs reach: made again aside, for the table itself goes on.
    const place = isForgotten ? new Map<number, StateTable>() : tables
    return then(task, this.make(core, partition, task, open, place), made => {
      this.counting.adopt(store, partition, made, task)
      return new TableView(made, version)
    })
  }

  private tablesOf(store: string): Tables {
    let tables = this.stores.get(store)
    if (tables === undefined) this.stores.set(store, tables = new Map())
    return tables
  }

  /** The version that a partition's table holds; undefined where there is no table. */
  versionOf(store: string, partition: number): number | undefined { return this.stores.get(store)?.get(partition)?.madeVersion }

  /** True when each of `count` partitions holds `version` or a later one. */
  holdsAll(store: string, version: number, count: number): boolean {
    for (let partition = 0; partition < count; partition++) {
      const made = this.versionOf(store, partition)
      if (made === undefined || made < version) return false
    }
    return true
  }

  /** Lets go of what is needed for versions before `version` only. */
  forgetBefore(store: string, version: number): void {
    for (const table of this.stores.get(store)?.values() ?? []) table.forgetBefore(version)
  }

  drop(store: string): void {
    this.stores.delete(store)
    this.counting.drop(store)
  }

  clear(): void { this.stores.clear() }

  /** The accumulator updates of versions up to `version` have been counted, wherever that was. */
  counted(store: string, partition: number, version: number): void {
    this.counting.counted(store, partition, version)
  }

  /** The table of a partition, made to hold the version of `core`, if it does not hold it or a later one yet. */
  private make(
    core: RDD<any>, partition: number, task: TaskContext, open: OpenPartition, tables: Tables,
  ): Maybe<StateTable> {
    const { version, hasPrevious } = core.node.args as StateArguments
    const known = tables.get(partition)
    if (known?.madeVersion !== undefined && known.madeVersion >= version) return known
    const { parents } = core.node
    const before = hasPrevious ? this.make(parents[0]!, partition, task, open, tables) : undefined
    return then(task, before, ready => {
      // The table went another way: to a version that this one is not made of. It is made again of its own lineage.
      if (ready !== undefined && ready.madeVersion !== (parents[0]!.node.args as StateArguments).version) {
        tables.delete(partition)
        return this.make(core, partition, task, open, tables)
      }
      const table = ready ?? new StateTable()
      const own = task.apart()
      const inputs = parents.slice(hasPrevious ? 1 : 0).map(parent => open(parent, partition, own))
      return then(own, allOf(inputs), opened => {
        // Another task may have made it while this one waited for its inputs.
        const now = tables.get(partition)
        if (now?.madeVersion !== undefined && now.madeVersion >= version) return now
        this.update(core, partition, own, table, opened, tables)
        return table
      })
    })
  }

  private update(
    core: RDD<any>, partition: number, own: TaskContext, table: StateTable, inputs: readonly Iterable<unknown>[],
    tables: Tables,
  ): void {
    const { definition, args } = core.node
    const { store, version } = args as StateArguments
    try {
      own.runSync(() => {
        table.apply(version, keyed => (definition as StateDefinition).update(args, keyed, inputs, partition, own))
      })
    } catch (error) {
      // What a function changed within the values cannot be undone: the table is made again of what was kept.
      if (!table.isUndoExact) tables.delete(partition)
      throw error
    }
    tables.set(partition, table)
    this.counting.made(store, partition, version, table, own)
  }
}

function isWithin(table: StateTable, version: number): boolean {
  return table.madeVersion! < version || table.logOf(version) !== undefined
}
