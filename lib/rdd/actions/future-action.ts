/**
 * A running action that can be cancelled. It is a promise to await, and every job that it starts is known by
 * its id. A failure that nobody awaits is no unhandled rejection: whoever starts an action in the background
 * may forget it.
 */
import type { SparkContext } from '../context/spark-context'

/** Counterpart: org.apache.spark.FutureAction. */
export class FutureAction<T> implements PromiseLike<T> {
  /** Resolves or rejects as the action does. */
  readonly result: Promise<T>
  private readonly jobs: number[] = []
  private settled = false
  private reason: string | undefined

  /** Internal: `run` starts the action and reports each job that it submits. */
  constructor(
    private readonly context: SparkContext, run: (onSubmit: (jobId: number) => void) => Promise<T>,
  ) {
    this.result = run(jobId => this.submitted(jobId)).finally(() => { this.settled = true })
    this.result.catch(() => undefined)
  }

  /** The ids of the jobs that were started so far. */
  get jobIds(): readonly number[] { return [...this.jobs] }

  /** True once there is a result or an error. */
  get isCompleted(): boolean { return this.settled }

  /** True once `cancel` was called before the action was complete. */
  get isCancelled(): boolean { return this.reason !== undefined }

  /**
   * Cancels the running job and whatever the action would still start: it then rejects with SparkError
   * MR_JOB_CANCELLED. Without effect on an action that is complete.
   */
  cancel(reason = 'by the caller of its action'): void {
    if (this.settled || this.reason !== undefined) return
    this.reason = reason
    for (const jobId of this.jobs) this.context.jobs.cancel(jobId, reason)
  }

  /** Calls `f` once the action is complete, with how it ended. */
  onComplete(f: (outcome: PromiseSettledResult<T>) => void): void {
    this.result.then(value => f({ status: 'fulfilled', value }), reason => f({ status: 'rejected', reason }))
  }

  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result.then(onFulfilled, onRejected)
  }

  catch<B = never>(onRejected?: ((reason: any) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.result.catch(onRejected)
  }

  finally(f?: (() => void) | null): Promise<T> { return this.result.finally(f) }

  private submitted(jobId: number): void {
    this.jobs.push(jobId)
    if (this.reason !== undefined) this.context.jobs.cancel(jobId, this.reason)
  }
}
