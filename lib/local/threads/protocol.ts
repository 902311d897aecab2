/**
 * What the driver and its threads say to each other. Every message is plain data that a structured clone takes; bytes
 * travel in shared memory or by transfer.
 *
 *   driver -> thread   begin, functions, values, program, task, readBlock, forget, drop, forgetStates, dropState, end
 *   thread -> driver   ready, done, failed, block, evicted, ended
 */
import type { ScratchPosition } from '../../disk/scratch'
import type { TaskMetrics } from '../../events/engine-events'
import type { Run } from '../shuffle/runs'
import type { FilesStart } from './thread-files'

/** What a thread is told when a context begins to use it. */
export interface ThreadSettings {
  /** Whether recognised functions are compiled into loops over bytes. */
  readonly inline: boolean
  /** Memory for this thread's blocks of persisted RDDs. */
  readonly storageBytes: number
  /** Memory for this thread's shuffles, groupings and sorts. */
  readonly executionBytes: number
  /** spark.local.dir. */
  readonly localDirectories: string
  /** Where shuffle outputs go that are handed over in files. */
  readonly shuffleDirectories: string
}

/** The memory that a thread shares with the driver: see `pulse.ts`. */
export interface ThreadStart extends ThreadSettings {
  readonly pulse: SharedArrayBuffer
  /** This thread is the home of the state partitions whose index leaves `slot` when divided by `slotCount`. */
  readonly slot: number
  readonly slotCount: number
}

/** A value of a node's arguments, in a form that can be posted. */
export type PostedValue =
  | { readonly plain: unknown }
  | { readonly function: number }
  | { readonly hash: number }
  | { readonly position: number }
  | { readonly list: readonly PostedValue[] }
  | { readonly object: readonly (readonly [string, PostedValue])[] }
  /** Anything else: bytes that rebuild to a function which returns it. */
  | { readonly captured: number }

export interface PostedNode {
  readonly kind: string
  readonly rddId: number
  readonly operator: string
  readonly partitionCount: number
  /** Places of the parents in the program's list; parents come first. */
  readonly parents: readonly number[]
  readonly args: PostedValue
  /** The storage level's fields, for a persisted RDD. */
  readonly level: readonly [boolean, boolean, boolean, boolean] | undefined
  /** True for sources whose data lives on the driver and comes with each task. */
  readonly isShipped: boolean
  /** True for a version of a state that the threads have: what it is made of is left out. */
  readonly isStub: boolean
}

/** Programs that a thread keeps, the newest: more than can be in flight at once. */
export const programsMax = 256

/** What every task of a stage does. */
export interface Program {
  readonly id: number
  readonly nodes: readonly PostedNode[]
  /** The work on the last node: an action's sink, or the map side of the shuffle that is described here. */
  readonly work:
    | { readonly kind: 'sink', readonly sink: string, readonly args: PostedValue, readonly operator: string
      /** Long lists come in several chunks. */
      readonly inChunks?: boolean }
    | { readonly kind: 'shuffle', readonly args: PostedValue, readonly operator: string }
}

/** Data for one partition of one node. */
export interface ShippedInput {
  readonly node: number
  readonly partition: number
  readonly data:
    | { readonly kind: 'columns', readonly bytes: Uint8Array }
    /** The same of more elements than are encoded at once. */
    | { readonly kind: 'chunks', readonly chunks: readonly Uint8Array[] }
    /** A block of a persisted RDD that another thread holds: this one keeps it too. */
    | { readonly kind: 'block', readonly bytes: Uint8Array }
    | { readonly kind: 'text', readonly blocks: readonly Uint8Array[] }
    /** Elements that are bytes, as they are. */
    | { readonly kind: 'bytes', readonly values: readonly Uint8Array[] }
    /** One map output after another of a shuffle's reduce partition. */
    | { readonly kind: 'shuffle', readonly parts: readonly PostedPart[] }
}

/** What a map task has written: the bytes of one reduce partition after another, or runs in a file. */
export type PostedOutput =
  | { readonly kind: 'bytes', readonly bytes: Uint8Array, readonly ends: readonly number[], readonly sizeBytes: number }
  | { readonly kind: 'file', readonly path: string, readonly runs: readonly Run[], readonly sizeBytes: number }

/** The same for one reduce partition. */
export type PostedPart =
  | { readonly kind: 'bytes', readonly bytes: Uint8Array }
  | { readonly kind: 'file', readonly path: string, readonly runs: readonly PostedRun[] }

export interface PostedRun { readonly positions: readonly ScratchPosition[], readonly records: number }

export interface TaskMessage {
  readonly type: 'task'
  readonly taskId: number
  readonly programId: number
  readonly stageId: number
  readonly partition: number
  readonly attempt: number
  readonly properties: Readonly<Record<string, string>>
  readonly inputs: readonly ShippedInput[]
  /** Of the state partitions that the task may have to make again: up to which version accumulator updates were counted. */
  readonly counted: readonly StateNote[]
  /** Shuffle output goes to a file in any case: the driver holds as much as it may. */
  readonly toDisk: boolean
}

export type ToThread =
  | { readonly type: 'begin', readonly settings: ThreadStart, readonly environment: Readonly<Record<string, string>>, readonly files: FilesStart }
  | { readonly type: 'functions', readonly functions: readonly (readonly [number, Uint8Array])[] }
  | { readonly type: 'values', readonly values: readonly (readonly [kind: string, id: number, bytes: Uint8Array])[] }
  | { readonly type: 'program', readonly program: Program }
  | TaskMessage
  | { readonly type: 'readBlock', readonly requestId: number, readonly rddId: number, readonly partition: number }
  | { readonly type: 'drop', readonly rddId: number }
  | { readonly type: 'forgetStates', readonly store: string, readonly beforeVersion: number }
  | { readonly type: 'dropState', readonly store: string }
  | { readonly type: 'forget', readonly functions: readonly number[] }
  /** The context has ended: whatever came since `begin` is dropped. */
  | { readonly type: 'end' }

export interface BlockNote {
  readonly rddId: number
  readonly partition: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** The version of a state's partition that a thread has; undefined: none. */
export interface StateNote {
  readonly store: string
  readonly partition: number
  readonly version: number | undefined
}

export interface PostedError {
  /** The place of the failed node in the program, or its length for the work at the end; -1 where it is not known. */
  readonly node: number
  /** The thrown value, encoded; undefined where it cannot be encoded. */
  readonly thrown: Uint8Array | undefined
  readonly text: string
  readonly stack: string | undefined
  /** True when a block or a state that the driver counted on is gone: the task is tried again with other inputs. */
  readonly isBlockLost: boolean
}

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'done', readonly taskId: number, readonly result: Uint8Array | undefined, readonly isList: boolean
    /** The chunks of the result after the first. */
    readonly more: readonly Uint8Array[]
    readonly output: PostedOutput | undefined, readonly updates: readonly (readonly [number, Uint8Array])[]
    readonly blocks: readonly BlockNote[], readonly states: readonly StateNote[], readonly metrics: TaskMetrics }
  | { readonly type: 'failed', readonly taskId: number, readonly error: PostedError, readonly blocks: readonly BlockNote[]
    readonly states: readonly StateNote[], readonly metrics: TaskMetrics }
  | { readonly type: 'block', readonly requestId: number, readonly bytes: Uint8Array | undefined }
  | { readonly type: 'evicted', readonly rddId: number, readonly partition: number }
  /** `isClean`: nothing of the user's runs on in the thread. */
  | { readonly type: 'ended', readonly isClean: boolean }

