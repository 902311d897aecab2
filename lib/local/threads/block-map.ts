/** Which threads hold which blocks of persisted RDDs. A thread that dies holds none. */
import type { StoredRdd } from '../../rdd/runner'
import type { BlockNote } from './protocol'
import type { Thread } from './thread'

export class BlockMap {
  private readonly holders = new Map<number, Map<number, Map<Thread, BlockNote>>>()

  add(thread: Thread, note: BlockNote): void {
    let partitions = this.holders.get(note.rddId)
    if (partitions === undefined) this.holders.set(note.rddId, partitions = new Map())
    let threads = partitions.get(note.partition)
    if (threads === undefined) partitions.set(note.partition, threads = new Map())
    threads.set(thread, note)
  }

  /** A thread that holds the block, `wanted` if it does. */
  find(rddId: number, partition: number, wanted?: Thread): Thread | undefined {
    const threads = this.holders.get(rddId)?.get(partition)
    if (threads === undefined) return undefined
    if (wanted !== undefined && threads.has(wanted)) return wanted
    for (const thread of threads.keys()) return thread
    return undefined
  }

  holdsAll(rddId: number, count: number): boolean { return count > 0 && (this.holders.get(rddId)?.size ?? 0) >= count }

  remove(thread: Thread, rddId: number, partition: number): void {
    const threads = this.holders.get(rddId)?.get(partition)
    threads?.delete(thread)
    if (threads?.size === 0) this.holders.get(rddId)!.delete(partition)
  }

  removeThread(thread: Thread): void {
    for (const partitions of this.holders.values()) {
      for (const [partition, threads] of partitions) {
        threads.delete(thread)
        if (threads.size === 0) partitions.delete(partition)
      }
    }
  }

  drop(rddId: number): void { this.holders.delete(rddId) }

  stored(): StoredRdd[] {
    return [...this.holders].map(([id, partitions]) => {
      const notes = [...partitions.values()].map(threads => [...threads.values()][0]!)
      return {
        id, partitionsCached: partitions.size,
        memoryBytes: notes.reduce((sum, note) => sum + note.memoryBytes, 0), diskBytes: notes.reduce((sum, note) => sum + note.diskBytes, 0),
      }
    })
  }
}
