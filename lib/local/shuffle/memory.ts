/** What a shuffle may use: so much memory, and files for the rest. And about how much its cells take. */
import { estimateSizeBytes } from '../../base/sizes'
import type { Cell } from '../../rdd/pairs/combining-map'
import type { TaskContext } from '../../rdd/task-context'
import { ScratchSpace } from '../blocks/scratch-space'

export interface ShuffleMemory {
  /** millrace.memory.execution. */
  readonly limitBytes: number
  readonly scratch: ScratchSpace
}

/** Memory only: nothing ever goes to disk. */
export const unlimited: ShuffleMemory = { limitBytes: Infinity, scratch: new ScratchSpace('') }

/** Counts in the task's metrics what went to disk for want of memory. */
export function countSpill(task: TaskContext | undefined, memoryBytes: number, diskBytes: number): void {
  if (task === undefined) return
  task.metrics.memoryBytesSpilled += Math.round(memoryBytes)
  task.metrics.diskBytesSpilled += diskBytes
}

const samplesMax = 16
const slotBytes = 8

/** About what these cells take, by a look at a few of them. */
export function estimateCells(cells: readonly Cell[]): number {
  const step = Math.max(1, cells.length / samplesMax)
  let sizeBytes = 0
  let sampled = 0
  for (let at = 0; Math.floor(at) < cells.length; at += step, sampled++) {
    sizeBytes += estimateSizeBytes(cells[Math.floor(at)]!)
  }
  return sampled === 0 ? 0 : Math.ceil((sizeBytes / sampled + slotBytes) * cells.length)
}
