/**
 * Runs an action: the driver's preparations, the job on the engine, the checkpoints that were waiting for it. Every job
 * of every action passes through here, so that cancellation, properties and events are the same for all.
 */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { logFor } from '../base/log'
import { readSetting } from '../conf/settings'
import { writePendingCheckpoints } from './checkpoint'
import type { SinkDefinition } from './plan'
import type { RDD } from './rdd'

const log = logFor('Explain')

export interface JobOptions {
  readonly partitions?: readonly number[]
  readonly onResult?: (index: number, result: any) => void
  /** Told the job's id as soon as it has one. */
  readonly onSubmit?: (jobId: number) => void
}

/** One result a partition, in partition order. */
export async function runJob<A, R>(
  operator: string, rdd: RDD<any>, sink: SinkDefinition<A>, args: A, options: JobOptions = {},
): Promise<R[]> {
  const site = CallSite.capture(operator)
  return submit(site, rdd, sink, args, options) as Promise<R[]>
}

async function submit<A>(site: CallSite, rdd: RDD<any>, sink: SinkDefinition<A>, args: A, options: JobOptions): Promise<unknown[]> {
  const { context } = rdd
  context.requireRunning(site)
  if (rdd.needsPreparation) await rdd.prepare()
  const count = rdd.getNumPartitions()
  const partitions = options.partitions ?? indices(count)
  for (const partition of partitions) {
    if (!Number.isInteger(partition) || partition < 0 || partition >= count) {
      throw new IllegalArgumentError(`Attempting to access a non-existent partition: ${partition}. Total number of partitions: ${count}`, {
        at: site.toString(),
      })
    }
  }
  explainOnce(site, rdd)
  const results = await context.jobs.run(site, rdd, sink, args, partitions, options)
  if (context.hasPendingCheckpoints) await writePendingCheckpoints(rdd)
  return results
}

const explained = new WeakMap<object, Set<string>>()

/** Where millrace.explain asks for it: each line of the program is explained at its first job. */
function explainOnce(site: CallSite, rdd: RDD<any>): void {
  const { context } = rdd
  const form = readSetting(context.conf, 'millrace.explain')
  if (form === 'none') return
  let lines = explained.get(context)
  if (lines === undefined) explained.set(context, lines = new Set())
  const line = site.toString()
  if (lines.has(line)) return
  lines.add(line)
  log.warn(`${line}\n${context.runner.explain(rdd, form === 'code')}`)
}

function indices(count: number): number[] {
  const all = new Array<number>(count)
  for (let index = 0; index < count; index++) all[index] = index
  return all
}
