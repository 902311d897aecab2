/**
 * Naming and cancelling jobs: groups, descriptions and tags belong to the flow that starts the jobs (what an
 * async function and everything it awaits is), cancelling reaches jobs wherever they were started.
 */
import { describe, refuse } from '../arguments'
import { interruptOnCancelKey, jobDescriptionKey, jobGroupKey, jobTagsKey } from './jobs'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * Puts the jobs that this flow starts from now on into a group, until another is set. `interruptOnCancel`
     * marks the tasks of cancelled jobs as interrupted. Counterpart: SparkContext.setJobGroup.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'groups')
     * sc.setJobGroup('nightly', 'the nightly report')
     * const action = sc.range(0, 1_000_000_000).countAsync()
     * sc.cancelJobGroup('nightly')
     * await action.catch(error => console.log(error.message))
     * // Job 0 cancelled part of cancelled job group nightly
     * await sc.stop()
     * ```
     */
    setJobGroup(groupId: string, description: string, interruptOnCancel?: boolean): void
    /**
     * Later jobs of this flow belong to no group and have no description. Counterpart:
     * SparkContext.clearJobGroup.
     */
    clearJobGroup(): void
    /**
     * What later jobs of this flow are shown as; null takes it away. Counterpart:
     * SparkContext.setJobDescription.
     */
    setJobDescription(description: string | null): void
    /**
     * Marks the tasks of later jobs as interrupted when they are cancelled. Counterpart:
     * SparkContext.setInterruptOnCancel.
     */
    setInterruptOnCancel(interruptOnCancel: boolean): void
    /**
     * Tags the jobs that this flow starts from now on; a job may have many tags.
     * Throws IllegalArgumentError for an empty tag and for one with a comma. Counterpart:
     * SparkContext.addJobTag.
     */
    addJobTag(tag: string): void
    /** Takes a tag away again. Counterpart: SparkContext.removeJobTag. */
    removeJobTag(tag: string): void
    /** The tags of this flow. Counterpart: SparkContext.getJobTags. */
    getJobTags(): Set<string>
    /** Takes all tags away. Counterpart: SparkContext.clearJobTags. */
    clearJobTags(): void
    /** Cancels the running jobs of a group. Counterpart: SparkContext.cancelJobGroup. */
    cancelJobGroup(groupId: string, reason?: string): void
    /** Cancels the running jobs that have a tag. Counterpart: SparkContext.cancelJobsWithTag. */
    cancelJobsWithTag(tag: string, reason?: string): void
    /** Cancels a job; without effect when it is not running. Counterpart: SparkContext.cancelJob. */
    cancelJob(jobId: number, reason?: string): void
    /** Cancels the job that a running stage belongs to. Counterpart: SparkContext.cancelStage. */
    cancelStage(stageId: number, reason?: string): void
    /** Cancels every running job. Counterpart: SparkContext.cancelAllJobs. */
    cancelAllJobs(): void
  }
}

const { prototype } = SparkContext

prototype.setJobGroup = function (groupId: string, description: string, interruptOnCancel = false): void {
  requireText('setJobGroup', groupId, 'the group')
  this.localProperties.set(jobDescriptionKey, description)
  this.localProperties.set(jobGroupKey, groupId)
  this.localProperties.set(interruptOnCancelKey, String(interruptOnCancel))
}

prototype.clearJobGroup = function (): void {
  for (const key of [jobDescriptionKey, jobGroupKey, interruptOnCancelKey]) {
    this.localProperties.set(key, null)
  }
}

prototype.setJobDescription = function (description: string | null): void {
  this.localProperties.set(jobDescriptionKey, description)
}

prototype.setInterruptOnCancel = function (interruptOnCancel: boolean): void {
  this.localProperties.set(interruptOnCancelKey, String(interruptOnCancel))
}

prototype.addJobTag = function (tag: string): void {
  requireTag('addJobTag', tag)
  setTags(this, this.getJobTags().add(tag))
}

prototype.removeJobTag = function (tag: string): void {
  requireTag('removeJobTag', tag)
  const tags = this.getJobTags()
  tags.delete(tag)
  setTags(this, tags)
}

prototype.getJobTags = function (): Set<string> { return tagsOf(this.localProperties.get(jobTagsKey)) }

prototype.clearJobTags = function (): void { this.localProperties.set(jobTagsKey, null) }

prototype.cancelJobGroup = function (groupId: string, reason?: string): void {
  requireText('cancelJobGroup', groupId, 'the group')
  this.jobs.cancelWhere(properties => properties[jobGroupKey] === groupId,
    because(`part of cancelled job group ${groupId}`, reason))
}

prototype.cancelJobsWithTag = function (tag: string, reason?: string): void {
  requireTag('cancelJobsWithTag', tag)
  this.jobs.cancelWhere(properties => tagsOf(properties[jobTagsKey]).has(tag),
    because(`part of cancelled job tag ${tag}`, reason))
}

prototype.cancelJob = function (jobId: number, reason = ''): void { this.jobs.cancel(jobId, reason) }

prototype.cancelStage = function (stageId: number, reason?: string): void {
  const stage = this.jobs.status.stage(stageId)
  if (stage === undefined || stage.completionTime !== undefined) return
  this.jobs.cancel(stage.jobId, because(`because Stage ${stageId} was cancelled`, reason))
  this.runner.cancelStage(stageId)
}

prototype.cancelAllJobs = function (): void {
  this.jobs.cancelWhere(() => true, 'as part of cancellation of all jobs')
}

function because(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`
}

function tagsOf(property: string | undefined): Set<string> {
  return new Set(property === undefined ? [] : property.split(','))
}

function setTags(context: SparkContext, tags: Set<string>): void {
  context.localProperties.set(jobTagsKey, tags.size === 0 ? null : [...tags].join(','))
}

function requireTag(operator: string, tag: unknown): void {
  if (tag === null || tag === undefined) refuse(operator, 'Spark job tag cannot be null.')
  if (tag === '') refuse(operator, 'Spark job tag cannot be an empty string.')
  requireText(operator, tag, 'a tag')
  if ((tag as string).includes(',')) refuse(operator, "Spark job tag cannot contain ','.")
}

function requireText(operator: string, value: unknown, what: string): void {
  if (typeof value !== 'string') refuse(operator, `${what} must be a string, got ${describe(value)}`)
}
