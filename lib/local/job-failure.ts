/** The error that a user sees when a task has failed for good: Spark's sentence, the operator, the line, the cause. */
import { MillraceError, SparkError } from '../base/errors'
import { TaskFailure } from '../loop/task-failure'
import type { Job } from '../rdd/runner'

export interface FailedTask {
  readonly stageId: number
  readonly partition: number
  readonly attempts: number
  readonly error: unknown
}

export function jobFailure(job: Job, failed: FailedTask): SparkError {
  const { cause, site } = failed.error instanceof TaskFailure ? failed.error : { cause: failed.error, site: undefined }
  const where = site === undefined ? '' : ` in ${site}`
  const times = failed.attempts === 1 ? 'once' : `${failed.attempts} times`
  const code = MillraceError.is(cause) ? cause.code : 'MR_JOB_FAILED'
  const hint = MillraceError.is(cause) ? cause.hint : undefined
  return new SparkError(
    `Job aborted due to stage failure: Task ${failed.partition} in stage ${failed.stageId} failed ${times}${where}, `
    + `job ${job.id} (${job.site}): ${textOf(cause)}`,
    { code, cause, at: (site ?? job.site).toString(), ...(hint === undefined ? {} : { hint }) },
  )
}

/** What was thrown, in words, whatever it was. */
export function textOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) {
      const { name, message } = thrown as Error
      return name === undefined || name === '' ? String(message) : `${name}: ${message}`
    }
    return `${typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown)} was thrown`
  } catch {
    return 'something was thrown that cannot be shown'
  }
}
