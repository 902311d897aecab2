/**
 * An output folder of parts: every partition writes a file of its own, told apart from those of other attempts, and the
 * driver commits those that count (see output-committer.ts), with _SUCCESS. A failed job leaves nothing.
 */
import { CallSite } from '../../base/call-site'
import { FileAlreadyExistsError, MillraceError } from '../../base/errors'
import { readSetting } from '../../conf/settings'
import { DiskError, type AppendHandle } from '../../disk/disk'
import { collectSink } from '../actions/collect'
import type { PartitionDefinition } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'
import type { TaskContext } from '../task-context'
import { attemptName, committerFor, openOutput, type OutputTarget, type WrittenFile } from './output-committer'
import { outputPath } from './output-path'

export interface SaveOptions {
  /** True replaces a folder that is there, as a batch that runs again does. Default: refuse it. */
  readonly replace?: boolean
  /** True for a batch that an earlier run may have begun to write: what it has left behind beside the folder is removed. */
  readonly isRerun?: boolean
}

/** What a writing operator's node has among its arguments. */
export interface PartArguments {
  readonly target: OutputTarget
  /** What follows the number in a file's name: `.gz`. */
  readonly extension: string
  readonly isPrivate: boolean
}

export interface PartsRequest<A extends PartArguments> {
  readonly operator: string
  readonly definition: PartitionDefinition<A>
  readonly args: Omit<A, 'target'>
  readonly options: SaveOptions
}

let savesStarted = 0

/** Writes each partition with `definition` and commits the folder `directory`. */
export async function saveParts<A extends PartArguments>(
  rdd: RDD<any>, directory: string, request: PartsRequest<A>,
): Promise<void> {
  const { operator, definition, args } = request
  const site = CallSite.capture(operator)
  const final = CallSite.within(site, () => outputPath(operator, directory))
  const { conf } = rdd.context
  const replace = request.options.replace === true || !readSetting(conf, 'spark.hadoop.validateOutputSpecs')
  rdd.context.requireRunning(site)
  const { isPrivate } = args
  const committer = committerFor(final, {
    replace, isRerun: request.options.isRerun === true, isPrivate, unique: `${rdd.context.applicationId}-${savesStarted++}`,
  })
  const writer = rdd.derive<WrittenFile>(definition, { ...args, target: committer.target }, { site })
  let hasBegun = false
  try {
    await reported(operator, final, site, () => committer.begin())
    hasBegun = true
    const run = (): Promise<WrittenFile[][]> => runJob(operator, writer, collectSink, null)
    const written = await CallSite.within(site, run)
    await reported(operator, final, site, () => committer.commit(written.flat()))
  } catch (error) {
    if (hasBegun || !(error instanceof FileAlreadyExistsError)) await committer.abort().catch(() => undefined)
    throw error instanceof FileAlreadyExistsError ? exists(error, site) : error
  }
}

/**
 * Opens the file of this attempt at this partition for `write`, which may sync and close it. For `compute` of a
 * writing node.
 */
export async function writePart(
  args: PartArguments, partition: number, task: TaskContext, write: (handle: AppendHandle) => Promise<void>,
): Promise<WrittenFile[]> {
  const output = await openOutput(args.target, partName(partition, args.extension), attemptName(partition, task.taskAttemptId))
  try {
    await write(output.handle)
    return [await output.finish()]
  } catch (error) {
    await output.discard().catch(() => undefined)
    throw error
  }
}

export function partName(partition: number, extension = ''): string {
  return `part-${String(partition).padStart(5, '0')}${extension}`
}

function exists({ message, hint }: FileAlreadyExistsError, site: CallSite): FileAlreadyExistsError {
  return new FileAlreadyExistsError(message, { at: site.toString(), ...(hint === undefined ? {} : { hint }) })
}

/** What the disk refuses names the output that the user asked for, and not only a temporary name. */
async function reported<T>(
  operator: string, final: string, site: CallSite, work: () => Promise<T>,
): Promise<T> {
  try { return await work() } catch (error) {
    if (!(error instanceof DiskError)) throw error
    throw new MillraceError('MR_DISK', `${operator} cannot write to ${final}: ${error.message}`, {
      cause: error, at: site.toString(), ...(error.hint === undefined ? {} : { hint: error.hint }),
    })
  }
}
