/** Whether a context goes on from a checkpoint folder, and the checkpointer that it then runs with. */
import { CheckpointError, LogDamagedError, type MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import type { Disk } from '../../disk/disk'
import type { RecoveryOptions } from '../get-or-create'
import type { StreamingContext } from '../streaming-context'
import { CheckpointFolder } from './checkpoint-folder'
import { Checkpointer } from './checkpointer'
import { EventLog } from './event-log'
import type { BatchHistory } from './history'

const log = logFor('Checkpoint')

/** A folder from which a context is to go on. */
export interface Recovery {
  readonly folder: CheckpointFolder
  readonly options: RecoveryOptions
}

/** Undefined where `directory` holds no checkpoint. Throws LogDamagedError where it cannot be read. */
export async function recoveryFrom(disk: Disk, directory: string, options: RecoveryOptions): Promise<Recovery | undefined> {
  const folder = CheckpointFolder.of(disk, directory)
  try {
    const history = await EventLog.read(disk, folder.events, options)
    if (history === undefined) return undefined
    log.info(`Recovering from ${folder.directory}: ${describe(history)}`)
    return { folder, options }
  } catch (error) {
    if (options.createOnError === true) {
      log.warn(`Failed to read checkpoint from directory ${directory}, starting anew: ${String((error as Error)?.message)}`)
      return undefined
    }
    const message = `Failed to read checkpoint from directory ${directory}: ${String((error as Error)?.message)}`
    const hint = (error as Partial<MillraceError> | undefined)?.hint
    const details = { cause: error, ...(hint === undefined ? {} : { hint }) }
    throw (error as Partial<MillraceError> | undefined)?.code === 'MR_LOG_DAMAGED' ? new LogDamagedError(message, details) : new CheckpointError(message, details)
  }
}

function describe({ lastEndedMs, unfinished, states }: BatchHistory): string {
  const last = lastEndedMs === undefined ? 'no batch had ended' : `the last batch that ended was ${lastEndedMs} ms`
  return `${last}, ${unfinished.length} to run again, ${states.size} states`
}

/** Undefined without a checkpoint folder. */
export async function openCheckpointer(context: StreamingContext, onDead: (error: MillraceError) => void): Promise<Checkpointer | undefined> {
  const { recovery, checkpointDirectory, disk } = context
  if (checkpointDirectory === undefined) return undefined
  const folder = recovery?.folder ?? CheckpointFolder.of(disk, checkpointDirectory)
  return Checkpointer.open(context, folder, { ...recovery?.options, recover: recovery !== undefined, onDead })
}
