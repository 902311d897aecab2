/**
 * Measures one task from its start to its end. Garbage collections are those of the task's thread meanwhile;
 * the profiler of V8 knows them at once, where an observer of performance entries is told after the task. It is
 * asked as seldom as that allows, for asking costs more than the smallest tasks.
 */
import { GCProfiler } from 'node:v8'
import type { TaskMetrics } from '../events/engine-events'
import type { TaskContext } from '../rdd/task-context'

const microsecondsInMs = 1_000
/** A shorter task has no collection of its own: one would have made it longer. */
const askedMsMin = 1
/** Collections that are older than this when a task begins are not its own. */
const staleMs = 100

/** The collections of this thread since it was last asked. */
class Collections {
  private readonly profiler = new GCProfiler()
  private sinceMs = performance.now()

  constructor() { this.profiler.start() }

  /** To be called when a task begins. */
  forgetStale(nowMs: number): void { if (nowMs - this.sinceMs > staleMs) this.take() }

  /** Time in collections since this was last called, in milliseconds. */
  take(): number {
    const { statistics } = this.profiler.stop()! as unknown as { statistics: readonly { readonly cost: number }[] }
    this.profiler.start()
    this.sinceMs = performance.now()
    return statistics.reduce((sum, { cost }) => sum + cost, 0) / microsecondsInMs
  }
}

let collections: Collections | undefined

export class TaskGauge {
  private readonly startMs = performance.now()

  constructor(private readonly task: TaskContext) {
    collections ??= new Collections()
    collections.forgetStale(this.startMs)
  }

  /** `resultBytes`: what is sent to the driver, where something is. */
  end(resultBytes = 0): TaskMetrics {
    const { metrics } = this.task
    const elapsedMs = performance.now() - this.startMs
    const runTimeMs = Math.max(0, elapsedMs - metrics.deserializeTimeMs)
    const gcTimeMs = elapsedMs < askedMsMin ? 0 : Math.min(elapsedMs, collections!.take())
    return { runTimeMs, gcTimeMs, resultBytes, ...metrics }
  }
}

/** Counts what `decode` takes as time to deserialize. */
export function decoding<T>(task: TaskContext, decode: () => T): T {
  const startMs = performance.now()
  try { return decode() } finally { task.metrics.deserializeTimeMs += performance.now() - startMs }
}
