/**
 * The reduce side of a shuffle in a thread: what the map tasks wrote for one partition, merged as the shuffle
 * asks. More than the task may hold goes on through runs of its own; what came in a file is read from there.
 */
import { decodeColumns } from '../../codec/columns'
import type { CallSite } from '../../base/call-site'
import type { Cell } from '../../rdd/pairs/combining-map'
import type { Input, ShuffleArguments } from '../../rdd/plan'
import type { TaskContext } from '../../rdd/task-context'
import { lengthOf } from '../blocks/block'
import { HandedChunks } from '../blocks/scratch-space'
import { countSpill, estimateCells, type ShuffleMemory } from '../shuffle/memory'
import { openShuffle } from '../shuffle/read'
import { ShuffleOutput } from '../shuffle/shuffle-output'
import type { PostedPart, PostedRun } from './protocol'

export function mergeParts(
  parts: readonly PostedPart[], args: ShuffleArguments, memory: ShuffleMemory, task: TaskContext, site: CallSite,
): Input {
  const merger = new PartMerger(parts, args, memory, task)
  merger.add()
  return openShuffle(merger.output, 0, task, site)
}

/** Cells take a few times as much memory as their bytes: files of less than this share of what is free are read at once. */
const cellsToBytes = 8

class PartMerger {
  readonly output: ShuffleOutput
  private next = 0

  constructor(
    private readonly parts: readonly PostedPart[], args: ShuffleArguments, memory: ShuffleMemory,
    private readonly task: TaskContext,
  ) {
    const count = parts.reduce((sum, part) => sum + (part.kind === 'bytes' ? 1 : part.runs.length), 0)
    const onePartition = { ...args, partitioner: { numPartitions: 1, getPartition: () => 0 } }
    this.output = new ShuffleOutput(count, onePartition, memory)
    task.addTaskCompletionListener(() => this.output.remove())
  }

  /** In the order of the map tasks, which equal elements keep. */
  add(): void {
    for (const part of this.parts) {
      if (part.kind === 'file') {
        this.addFile(part.path, part.runs)
        continue
      }
      this.task.metrics.shuffleBytesRead += part.bytes.byteLength
      this.addCells(decodeColumns(part.bytes) as Cell[])
    }
    this.output.finish()
  }

  private addFile(path: string, runs: readonly PostedRun[]): void {
    const file = new HandedChunks(path)
    this.task.addTaskCompletionListener(() => file.close())
    for (const { positions, records } of runs) {
      const sizeBytes = lengthOf(positions)
      this.task.metrics.shuffleBytesRead += sizeBytes
      if (sizeBytes * cellsToBytes <= this.output.freeBytes) {
        this.addCells(Array.from(file.chunks(positions)).flat(1) as Cell[])
        continue
      }
      const run = { mapPartition: this.next, positions: [positions], records: [records], file }
      this.output.put(this.next++, [], 0, [run])
    }
  }

  private addCells(cells: Cell[]): void {
    const { output, task } = this
    const index = this.next++
    const sizeBytes = estimateCells(cells)
    if (sizeBytes > output.freeBytes) output.spill(task)
    if (sizeBytes <= output.freeBytes) {
      output.put(index, [cells], sizeBytes)
      return
    }
    const before = output.file.sizeBytes
    output.put(index, [], 0, [output.file.write(index, [cells])])
    countSpill(task, sizeBytes, output.file.sizeBytes - before)
  }
}
