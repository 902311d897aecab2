/**
 * The accumulator updates of the functions that make versions. They count with the first task that reads the
 * version and succeeds, be it another than the one that made it; a version that is made again, because its
 * table was lost, counts no more. (Spark counts such updates again whenever a transformation is computed
 * again.)
 */
import type { TaskContext } from '../../rdd/task-context'
import type { StateTable } from './state-table'

export class UpdateCounts {
  /** By store and partition: the version up to which updates have been counted. */
  private readonly known = new Map<string, Map<number, number>>()
  private readonly waiting = new WeakMap<StateTable, TaskContext[]>()

  /** `own` has gathered the updates of a version that was made now. */
  made(store: string, partition: number, version: number, table: StateTable, own: TaskContext): void {
    if (!own.hasUpdates || version <= this.versionOf(store, partition)) return
    const waiting = this.waiting.get(table)
    if (waiting === undefined) this.waiting.set(table, [own])
    else waiting.push(own)
  }

  /** What waits for a task that succeeds counts with `task`, which has read the table. */
  adopt(store: string, partition: number, table: StateTable, task: TaskContext): void {
    if (table.madeVersion! <= this.versionOf(store, partition)) return
    // A store that is dropped meanwhile has another map, if it comes again.
    const partitions = this.partitionsOf(store)
    task.onCommit(merge => {
      // Another task may have been quicker: what was handed over is not there any more.
      const waiting = this.waiting.get(table)
      this.waiting.delete(table)
      for (const own of waiting ?? []) own.commit(merge)
      raise(partitions, partition, table.madeVersion!)
    })
  }

  counted(store: string, partition: number, version: number): void {
    raise(this.partitionsOf(store), partition, version)
  }

  drop(store: string): void { this.known.delete(store) }

  private partitionsOf(store: string): Map<number, number> {
    let partitions = this.known.get(store)
    if (partitions === undefined) this.known.set(store, partitions = new Map())
    return partitions
  }

  private versionOf(store: string, partition: number): number {
    return versionIn(this.known.get(store), partition)
  }
}

function versionIn(partitions: ReadonlyMap<number, number> | undefined, partition: number): number {
  return partitions?.get(partition) ?? Number.NEGATIVE_INFINITY
}

function raise(partitions: Map<number, number>, partition: number, version: number): void {
  if (version > versionIn(partitions, partition)) partitions.set(partition, version)
}
