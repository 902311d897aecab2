/**
 * What happens to batches, as the events that the log of a checkpoint folder holds. An event is durable before anything
 * acts on it, and the same code applies it when it happens and when it is read again: see `history.ts`.
 */
import { CheckpointError } from '../../base/errors'
import { decodeValue, encodeValue } from '../../codec/values'

/** An operator that has something in the checkpoint folder. */
export interface OperatorRecord {
  readonly id: string
  readonly form: 'input' | 'state'
  readonly operator: string
  /** The user's line, for people. */
  readonly at: string
  /** Of a state: how many partitions, and whether by hash. */
  readonly partitions?: number | undefined
  readonly isHashed?: boolean | undefined
}

/** A run of the program begins. */
export interface StartedEvent {
  readonly type: 'started'
  readonly run: number
  readonly batchMs: number
  /** The time before the first batch of the first run: windows are aligned to it. */
  readonly zeroMs: number
  readonly operators: readonly OperatorRecord[]
  /** The folder of this run's RDD checkpoints, below the checkpoint folder. */
  readonly rddFolder: string | undefined
}

/** A batch has got its input, for good. */
export interface AllocatedEvent {
  readonly type: 'allocated'
  readonly timeMs: number
  /** What each input said of its part: see InputDStream.checkpointData. */
  readonly inputs: readonly (readonly [id: string, data: unknown])[]
}

/** How far a state's log goes. */
export type StateMark = readonly [store: string, version: number, sequence: number]

/** A batch has run. When it failed it stays unfinished: it is run again by a recovery. */
export interface EndedEvent {
  readonly type: 'ended'
  readonly timeMs: number
  readonly isFailed: boolean
  /** Allocations before this time are needed by nobody. */
  readonly keepFromMs: number
  readonly states: readonly StateMark[]
  readonly accumulators: readonly (readonly [name: string, value: unknown])[]
  /** Transactions that are prepared and, from now on, to be committed. */
  readonly prepared: readonly PreparedTransaction[]
}

/** What an output's sink has to commit, once the batch has ended. */
export interface PreparedTransaction {
  /** The output's id. */
  readonly sink: string
  readonly timeMs: number
  readonly token: unknown
}

/** An effect outside has happened: see BatchOutput.once. */
export interface OnceEvent {
  readonly type: 'once'
  readonly timeMs: number
  readonly output: string
  readonly key: unknown
}

/** The prepared transactions of a batch are committed. */
export interface SettledEvent { readonly type: 'settled', readonly timeMs: number }

/** A batch that failed and that nobody waits for any longer. */
export interface DroppedEvent { readonly type: 'dropped', readonly timeMs: number }

/** All that the events before amount to. */
export interface SnapshotEvent {
  readonly type: 'snapshot'
  readonly started: StartedEvent
  readonly runs: number
  readonly allocations: readonly (readonly [timeMs: number, inputs: AllocatedEvent['inputs']])[]
  readonly unfinished: readonly number[]
  readonly lastAllocatedMs: number | undefined
  readonly lastEndedMs: number | undefined
  readonly states: readonly StateMark[]
  readonly accumulators: EndedEvent['accumulators']
  readonly prepared: readonly PreparedTransaction[]
  /** Of the batches that are remembered, the run that gave each its input. */
  readonly madeIn: readonly (readonly [timeMs: number, run: number])[]
  readonly done: readonly OnceEvent[]
}

export type CheckpointEvent = StartedEvent | AllocatedEvent | EndedEvent | OnceEvent | SettledEvent | DroppedEvent | SnapshotEvent

/** The kinds of frames. A kind is never given another meaning. */
const kinds: Record<CheckpointEvent['type'], number> = {
  started: 1, allocated: 2, ended: 3, once: 4, settled: 5, dropped: 6, snapshot: 7,
}
const types = new Map(Object.entries(kinds).map(([type, kind]) => [kind, type]))

export function encodeEvent(event: CheckpointEvent): { readonly kind: number, readonly payload: Uint8Array } {
  const { type, ...rest } = event
  return { kind: kinds[type], payload: encodeValue(rest) }
}

export function decodeEvent(kind: number, payload: Uint8Array): CheckpointEvent {
  const type = types.get(kind)
  if (type === undefined) {
    throw new CheckpointError(`The checkpoint has an event of kind ${kind}, which this version does not know`, {
      hint: 'Was it written by a newer version? Recover with that one.',
    })
  }
  return { type, ...decodeValue(payload) as object } as CheckpointEvent
}
