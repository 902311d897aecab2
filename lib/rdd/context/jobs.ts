/**
 * The running jobs of a context: hands each to the engine with an id and a signal, and cancels them by id, group or
 * tag. A job ends exactly once: with its results, with its first error, or cancelled.
 */
import type { CallSite } from '../../base/call-site'
import { MillraceError, SparkError } from '../../base/errors'
import type { EngineEvent } from '../../events/engine-events'
import type { EventBus } from '../../events/bus'
import type { SinkDefinition } from '../plan'
import type { RDD } from '../rdd'
import type { JobOptions } from '../run-job'
import type { Job, Runner } from '../runner'
import type { LocalProperties } from './local-properties'

export const jobGroupKey = 'spark.jobGroup.id'
export const jobDescriptionKey = 'spark.job.description'
export const jobTagsKey = 'spark.job.tags'

interface RunningJob { readonly job: Job, readonly abort: AbortController }

export class Jobs {
  private nextId = 0
  private readonly running = new Map<number, RunningJob>()

  constructor(
    private readonly runner: Runner,
    private readonly properties: LocalProperties,
    private readonly events: EventBus<EngineEvent>,
    private readonly now: () => number,
  ) {}

  async run<A>(
    site: CallSite, rdd: RDD<any>, sink: SinkDefinition<A>, args: A, partitions: readonly number[], options: JobOptions,
  ): Promise<unknown[]> {
    const abort = new AbortController()
    const job: Job<A> = {
      id: this.nextId++, rdd, sink, args, partitions, site, properties: this.properties.current,
      signal: abort.signal, onResult: options.onResult,
    }
    this.running.set(job.id, { job, abort })
    options.onSubmit?.(job.id)
    if (this.events.hasListeners) {
      this.events.post({ type: 'jobStart', jobId: job.id, time: this.now(), name: site.toString(), properties: job.properties })
    }
    try {
      const results = await this.runner.runJob(job)
      this.ended(job.id, undefined)
      return results
    } catch (error) {
      const reported = abort.signal.aborted ? cancelled(job.id, abort.signal.reason as string, site) : error
      this.ended(job.id, reported)
      throw reported
    }
  }

  private ended(jobId: number, error: unknown): void {
    this.running.delete(jobId)
    if (this.events.hasListeners) this.events.post({ type: 'jobEnd', jobId, time: this.now(), error })
  }

  get activeIds(): number[] { return [...this.running.keys()] }

  cancel(jobId: number, reason: string): void { this.running.get(jobId)?.abort.abort(reason) }

  cancelWhere(matches: (properties: Readonly<Record<string, string>>) => boolean, reason: string): void {
    for (const { job, abort } of this.running.values()) if (matches(job.properties)) abort.abort(reason)
  }
}

function cancelled(jobId: number, reason: string, site: CallSite): MillraceError {
  return new SparkError(`Job ${jobId} cancelled ${reason}`, { code: 'MR_JOB_CANCELLED', at: site.toString() })
}
