/**
 * An output folder of parts: every partition writes a file of its own under a name that tells attempts apart,
 * and the driver commits: names the files of the attempts that succeeded, adds _SUCCESS and lets the folder
 * appear in one step. Readers see the whole output or none of it; a failed job leaves nothing.
 */
import * as path from 'node:path'
import { CallSite } from '../../base/call-site'
import { FileAlreadyExistsError, MillraceError } from '../../base/errors'
import { killPoint } from '../../base/kill-points'
import { readSetting } from '../../conf/settings'
import { commitDirectory, outputExists, removeLeftovers, temporaryDirectory } from '../../disk/atomic-replace'
import { DiskError, type AppendHandle } from '../../disk/disk'
import { realDisk } from '../../disk/real-disk'
import { collectSink } from '../actions/collect'
import type { PartitionDefinition } from '../plan'
import type { RDD } from '../rdd'
import { runJob } from '../run-job'
import type { TaskContext } from '../task-context'
import { outputPath } from './output-path'

export interface SaveOptions {
  /** True replaces a folder that is there, as a batch that runs again does. Default: refuse it. */
  readonly replace?: boolean
  /** True for a batch that an earlier run may have begun to write: what it has left behind beside the folder is removed. */
  readonly isRerun?: boolean
}

/** What a writing operator's node has among its arguments. */
export interface PartArguments {
  readonly directory: string
  /** What follows the number in a file's name: `.gz`. */
  readonly extension: string
  readonly isPrivate: boolean
}

/** What writing a partition gives back to the driver. */
interface WrittenPart { readonly partition: number, readonly file: string }

export interface PartsRequest<A extends PartArguments> {
  readonly operator: string
  readonly definition: PartitionDefinition<A>
  readonly args: Omit<A, 'directory'>
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
  const temporary = temporaryDirectory(final, `${rdd.context.applicationId}-${savesStarted++}`)
  const writer = rdd.derive<WrittenPart>(definition, { ...args, directory: temporary }, { site })
  if (!replace && await reported(operator, final, site, () => realDisk.stat(final)) !== undefined) {
    throw exists(final, site)
  }
  if (request.options.isRerun === true) await reported(operator, final, site, () => removeLeftovers(realDisk, final))
  try {
    const { isPrivate } = args
    await reported(operator, final, site, () => realDisk.makeDirectory(temporary, { isPrivate }))
    const run = (): Promise<WrittenPart[][]> => runJob(operator, writer, collectSink, null)
    const written = await CallSite.within(site, run)
    await reported(operator, final, site, async () => {
      killPoint('output.written')
      await namePart(temporary, args.extension, written.flat())
      killPoint('output.named')
      await commitDirectory(realDisk, temporary, final, { replace })
    })
  } catch (error) {
    await realDisk.remove(temporary).catch(() => undefined)
    throw error instanceof FileAlreadyExistsError ? exists(final, site) : error
  }
}

/**
 * Opens the file of this attempt at this partition for `write`, which syncs and closes it. For `compute` of a
 * writing node.
 */
export async function writePart(
  args: PartArguments, partition: number, task: TaskContext, write: (handle: AppendHandle) => Promise<void>,
): Promise<WrittenPart[]> {
  const file = `_attempt-${partition}-${task.taskAttemptId}`
  const handle = await realDisk.openAppend(path.join(args.directory, file), { isPrivate: args.isPrivate })
  try { await write(handle) } catch (error) {
    await handle.close().catch(() => undefined)
    throw error
  }
  return [{ partition, file }]
}

export function partName(partition: number, extension = ''): string {
  return `part-${String(partition).padStart(5, '0')}${extension}`
}

/** Gives the files of the successful attempts their names; whatever else attempts left is removed. */
async function namePart(
  directory: string, extension: string, written: readonly WrittenPart[],
): Promise<void> {
  for (const { partition, file } of written) {
    await realDisk.rename(path.join(directory, file), path.join(directory, partName(partition, extension)))
  }
  for (const name of await realDisk.list(directory)) {
    if (name.startsWith('_attempt-')) await realDisk.remove(path.join(directory, name))
  }
}

function exists(final: string, site: CallSite): FileAlreadyExistsError {
  const { message, hint } = outputExists(final)
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
