/** Hands a task's accumulator updates to their accumulators, once, when the task has succeeded. */
import type { TaskContext } from '../task-context'

export interface Merging { mergeUpdate(update: unknown): void }

export function mergeAccumulators(task: TaskContext): void {
  task.commit((accumulator: Merging, update) => accumulator.mergeUpdate(update))
}
