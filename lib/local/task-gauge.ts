/**
 * Measures one task from its start to its end. Garbage collections are those of the task's thread meanwhile;
 * the profiler of V8 knows them at once, where an observer of performance entries is told after the task.
 */
import { GCProfiler } from 'node:v8'
import type { TaskMetrics } from '../events/engine-events'
import type { TaskContext } from '../rdd/task-context'

export class TaskGauge {
  private readonly startMs = performance.now()
  private readonly collections = new GCProfiler()

  constructor(private readonly task: TaskContext) { this.collections.start() }

  /** To be called once. `resultBytes`: what is sent to the driver, where something is. */
  end(resultBytes = 0): TaskMetrics {
    const { metrics } = this.task
    const runTimeMs = Math.max(0, performance.now() - this.startMs - metrics.deserializeTimeMs)
    // Undefined when it was stopped before.
    const { statistics } = this.collections.stop()! as unknown as { statistics: readonly { readonly cost: number }[] }
    const gcTimeMs = statistics.reduce((sum, { cost }) => sum + cost, 0) / microsecondsInMs
    return { runTimeMs, gcTimeMs, resultBytes, ...metrics }
  }
}

const microsecondsInMs = 1_000

/** Counts what `decode` takes as time to deserialize. */
export function decoding<T>(task: TaskContext, decode: () => T): T {
  const startMs = performance.now()
  try { return decode() } finally { task.metrics.deserializeTimeMs += performance.now() - startMs }
}
