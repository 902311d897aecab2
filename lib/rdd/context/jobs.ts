/**
 * The running jobs of a context: hands each to the engine with an id and a signal, and cancels them by id,
 * group or tag. A job ends exactly once: with its results, with its first error, or cancelled.
 */
import type { CallSite } from '../../base/call-site'
import { sleep, systemClock } from '../../base/clock'
import { MillraceError, SparkError } from '../../base/errors'
import type { EngineEvent } from '../../events/engine-events'
import type { EventBus } from '../../events/bus'
import { StatusStore } from '../../events/status-store'
import type { SinkDefinition } from '../plan'
import type { RDD } from '../rdd'
import type { JobOptions } from '../run-job'
import type { Job, Runner } from '../runner'
import type { LocalProperties, Properties } from './local-properties'

export const jobGroupKey = 'spark.jobGroup.id'
export const jobDescriptionKey = 'spark.job.description'
export const jobTagsKey = 'spark.job.tags'
export const interruptOnCancelKey = 'spark.job.interruptOnCancel'
export const callSiteKey = 'callSite.short'

/** So long a cancelled job waits for its running tasks to notice, before it ends without them. */
const cancelGraceMs = 50

interface RunningJob { readonly job: Job, readonly abort: AbortController }

export class Jobs {
  /** What became of the jobs and stages. */
  readonly status: StatusStore
  /** Properties that every task is told, whatever its flow says. */
  readonly taskProperties: Record<string, string> = Object.create(null)
  private nextId = 0
  private readonly running = new Map<number, RunningJob>()

  constructor(
    private readonly runner: Runner,
    private readonly properties: LocalProperties,
    private readonly events: EventBus<EngineEvent>,
    private readonly now: () => number,
  ) {
    this.status = new StatusStore(events)
  }

  async run<A>(
    site: CallSite, rdd: RDD<any>, sink: SinkDefinition<A>, args: A, partitions: readonly number[],
    options: JobOptions,
  ): Promise<unknown[]> {
    const abort = new AbortController()
    const { signal } = abort
    const properties = Object.keys(this.taskProperties).length === 0
      ? this.properties.current
      : { ...this.properties.current, ...this.taskProperties }
    const job: Job<A> = {
      id: this.nextId++, rdd, sink, args, partitions, site, properties, signal,
      onResult: until(signal, options.onResult),
    }
    this.running.set(job.id, { job, abort })
    options.onSubmit?.(job.id)
    this.started(job)
    try {
      const results = await Promise.race([this.runner.runJob(job), gaveUp(signal)])
      this.ended(job.id, undefined)
      return results
    } catch (error) {
      const reported = signal.aborted ? cancelled(job.id, signal.reason as string, site) : error
      this.ended(job.id, reported)
      throw reported
    }
  }

  private started({ id: jobId, site, properties }: Job): void {
    if (!this.events.hasListeners) return
    this.events.post({
      type: 'jobStart', jobId, time: this.now(), properties,
      get name() { return properties[callSiteKey] ?? site.toString() },
    })
  }

  private ended(jobId: number, error: unknown): void {
    this.running.delete(jobId)
    if (this.events.hasListeners) this.events.post({ type: 'jobEnd', jobId, time: this.now(), error })
  }

  get activeIds(): number[] { return [...this.running.keys()] }

  cancel(jobId: number, reason: string): void { this.running.get(jobId)?.abort.abort(reason) }

  cancelWhere(matches: (properties: Properties) => boolean, reason: string): void {
    for (const { job, abort } of this.running.values()) if (matches(job.properties)) abort.abort(reason)
  }
}

/** Results that come after the job was cancelled are nobody's. */
function until(signal: AbortSignal, onResult: JobOptions['onResult']): JobOptions['onResult'] {
  if (onResult === undefined) return undefined
  return (index, result) => { if (!signal.aborted) onResult(index, result) }
}

/** Rejects some time after the job was cancelled: a task may wait for something that never comes. */
function gaveUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = (): void => { void sleep(systemClock, cancelGraceMs)
      .then(() => reject(signal.reason as Error)) }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}

function cancelled(jobId: number, reason: string, site: CallSite): MillraceError {
  return new SparkError(`Job ${jobId} cancelled ${reason}`.trimEnd(),
    { code: 'MR_JOB_CANCELLED', at: site.toString() })
}
