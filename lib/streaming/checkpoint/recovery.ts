/** Whether a context goes on from a checkpoint folder, and the checkpointer that it then runs with. */
import { CheckpointError, LogDamagedError, type MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import type { Disk } from '../../disk/disk'
import { joinPath } from '../../disk/paths'
import { readLog } from '../../disk/read-log'
import type { RecoveryOptions } from '../get-or-create'
import type { StreamingContext } from '../streaming-context'
import { CheckpointFolder } from './checkpoint-folder'
import { Checkpointer } from './checkpointer'
import { EventLog } from './event-log'
import type { BatchHistory } from './history'
import { readHead } from './state-log'

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
    if (history === undefined) {
      await requireNothingKept(folder)
      return undefined
    }
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

/**
 * A folder whose events tell of no run is new, or its first run died before it had begun. What a run keeps comes after
 * that: where there is some, the events are lost, and starting anew would be silent loss.
 */
async function requireNothingKept({ disk, directory, events, states, received }: CheckpointFolder): Promise<void> {
  // Without its events a folder was being moved aside, for a program that starts anew.
  if (await disk.stat(events) === undefined) return
  for (const logs of [states, received]) {
    if (await disk.stat(logs) === undefined) continue
    for (const name of await disk.list(logs)) {
      const { frames } = await readLog(disk, joinPath(logs, name), { acceptLoss: true })
      for await (const { payload } of frames) {
        if (logs === states && readHead(payload).head.type !== 'done') continue
        throw new LogDamagedError(`The log ${events} tells of no run, though ${joinPath(logs, name)} holds what a run has kept`, {
          hint: `Restore ${directory} from a copy, or start anew knowingly: { createOnError: true }.`,
        })
      }
    }
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
