/** What a checkpoint folder holds, read without taking it: for people, and while a program may be writing to it. */
import { CheckpointError } from '../../base/errors'
import type { KeyMap } from '../../base/key-map'
import type { Disk } from '../../disk/disk'
import { joinPath } from '../../disk/paths'
import { readLog, type LogContents } from '../../disk/read-log'
import { CheckpointFolder } from './checkpoint-folder'
import { decodeEvent } from './events'
import { BatchHistory } from './history'
import { entriesOf } from './resettle'
import { StateIndex } from './state-index'
import { readHead } from './state-log'

export interface CheckpointLook {
  readonly folder: CheckpointFolder
  readonly history: BatchHistory
  readonly states: readonly StateLook[]
  /** Every log with its files' sizes. */
  readonly logs: readonly LogLook[]
  /** The process that says that it writes here. */
  readonly owner: { readonly pid: number, readonly host: string } | undefined
}

export interface LogLook {
  readonly name: string
  readonly files: number
  readonly sizeBytes: number
  readonly entries: number
  /** Bytes that a crash left unfinished at the end; a recovery cuts them off. */
  readonly cut: LogContents['cut']
}

export interface StateLook {
  readonly name: string
  readonly version: number | undefined
  readonly partitions: number
  readonly size: number
  /** All keys with their values and the batch that touched them last, at the last version. */
  entries(): Promise<KeyMap<unknown, readonly [value: unknown, timeMs: number]>[]>
}

/** Throws CheckpointError when there is none, LogDamagedError when it is damaged. */
export async function lookAt(disk: Disk, directory: string): Promise<CheckpointLook> {
  const folder = CheckpointFolder.of(disk, directory)
  const history = new BatchHistory()
  const logs: LogLook[] = []
  logs.push(await readThrough(disk, folder.events, 'events', (kind, payload) => history.apply(decodeEvent(kind, payload))))
  if (history.started === undefined) {
    throw new CheckpointError(`${folder.directory} holds no checkpoint`, { hint: 'Give the folder that the program gave to getOrCreate or to ssc.checkpoint.' })
  }
  const states: StateLook[] = []
  for (const name of await folder.stateNames()) {
    const { state, look } = await lookAtState(disk, folder, name)
    states.push(state)
    logs.push(look)
  }
  if (await disk.stat(folder.received) !== undefined) {
    for (const name of await disk.list(folder.received)) logs.push(await readThrough(disk, joinPath(folder.received, name), `received/${name}`, () => undefined))
  }
  return { folder, history, states, logs, owner: await folder.owner() }
}

async function lookAtState(disk: Disk, folder: CheckpointFolder, name: string): Promise<{ readonly state: StateLook, readonly look: LogLook }> {
  const index = new StateIndex()
  const frames = new Map<number, Uint8Array>()
  const look = await readThrough(disk, folder.state(name), `state/${name}`, (_kind, payload, sequence) => {
    const { head, entries } = readHead(payload)
    index.apply(head, sequence)
    if (entries.length > 0) frames.set(sequence, entries)
  })
  const { lastVersion: version, partitionCount: partitions, size } = index
  const read = (partition: number): Promise<Uint8Array[]> => Promise.resolve(
    version === undefined ? [] : index.sequencesOf(partition, version).flatMap(sequence => frames.get(sequence) ?? []))
  const entries: StateLook['entries'] = () => Promise.all(Array.from({ length: partitions }, (_, partition) => entriesOf(read, partition)))
  return { state: { name, version, partitions, size, entries }, look }
}

async function readThrough(
  disk: Disk, directory: string, name: string, each: (kind: number, payload: Uint8Array, sequence: number) => void,
): Promise<LogLook> {
  const { frames, cut, segments } = await readLog(disk, directory)
  let entries = 0
  for await (const { kind, payload, sequence } of frames) {
    each(kind, payload, sequence)
    entries++
  }
  return { name, files: segments.length, sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), entries, cut }
}
