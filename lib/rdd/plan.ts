/**
 * The plan of a batch: frozen nodes and the definitions of their kinds. A node holds a kind, its parents and its
 * arguments; what a kind does stands in its definition, in the operator's own file. Engines look kinds up here and
 * know no operator by name.
 */
import type { Emit, Loop, SinkCode } from './fragment'
import type { Partitioner } from './partitioner'
import type { RDD } from './rdd'
import type { KeyedTable, StateView } from './state/keyed-table'
import type { TaskContext } from './task-context'

/** What a partition's elements come as. An engine reads each form in the way that is cheapest for it. */
export type Input =
  | { readonly kind: 'array', readonly values: ArrayLike<unknown> }
  | { readonly kind: 'iterable', readonly values: Iterable<unknown> }
  | { readonly kind: 'chunks', readonly values: Iterable<ArrayLike<unknown>> }
  | { readonly kind: 'async', readonly values: AsyncIterable<unknown> }
  | { readonly kind: 'asyncChunks', readonly values: AsyncIterable<ArrayLike<unknown>> }
  /** Lines of UTF-8 text, in blocks that end at line ends, not decoded yet. */
  | { readonly kind: 'text', readonly values: readonly Uint8Array[] }

/** A node without parents: it knows its partitions and can read each of them, as often as asked. */
export interface SourceDefinition<A = any> {
  readonly form: 'source'
  readonly kind: string
  readonly partitionCount: (args: A) => number
  readonly read: (args: A, partition: number, task: TaskContext) => Input | Promise<Input>
  /**
   * The data lives on the driver: an engine whose tasks run elsewhere reads it there and sends it along. 'bytes': its
   * elements are bytes, which go as they are and are read anew each time.
   */
  readonly ship?: true | 'bytes'
}

/** Element by element: fused with its neighbours into one loop. */
export interface NarrowDefinition<A = any> {
  readonly form: 'narrow'
  readonly kind: string
  readonly emit: Emit<A>
  /** The operator runs code of the user's again after `next`: it reads on in an iterable. */
  readonly readsOn: boolean
}

export interface ParentPartition { readonly parent: number, readonly partition: number }

/** What a partition-level operator gives back. */
export type PartitionOutput = Iterable<unknown> | AsyncIterable<unknown> | Promise<Iterable<unknown> | AsyncIterable<unknown>>

/** Partition by partition: reads whole partitions of its parents, as iterables that can be opened again. */
export interface PartitionDefinition<A = any> {
  readonly form: 'partition'
  readonly kind: string
  readonly partitionCount: (args: A, parents: readonly RDD<any>[]) => number
  /** Which parent partitions make up a partition; `compute` gets them in this order. */
  readonly inputs: (args: A, partition: number, parents: readonly RDD<any>[]) => readonly ParentPartition[]
  readonly compute: (args: A, inputs: readonly Iterable<any>[], partition: number, task: TaskContext) => PartitionOutput
}

/** Each partition is one partition of one parent, unchanged: unions and choices of partitions. */
export interface RegroupDefinition<A = any> {
  readonly form: 'regroup'
  readonly kind: string
  readonly partitionCount: (args: A, parents: readonly RDD<any>[]) => number
  readonly input: (args: A, partition: number, parents: readonly RDD<any>[]) => ParentPartition
}

export interface Aggregator<V = any, C = any> {
  readonly create: (value: V) => C
  readonly mergeValue: (combined: C, value: V) => C
  readonly mergeCombiners: (a: C, b: C) => C
}

/** Pairs go to the partition of their key; combined by key where there is an aggregator, sorted where there is an order. */
export interface ShuffleArguments {
  readonly partitioner: Partitioner
  readonly aggregator?: Aggregator | undefined
  readonly mapSideCombine?: boolean | undefined
  readonly order?: ((a: any, b: any) => number) | undefined
}

export interface ShuffleDefinition {
  readonly form: 'shuffle'
  readonly kind: string
}

/**
 * One version of a keyed state: a function from the previous version's partition and what came to the next. An engine
 * may apply it in place. Nobody reads such a node but nodes of the form 'stateRead'.
 */
export interface StateDefinition<A extends StateArguments = any> {
  readonly form: 'state'
  readonly kind: string
  /**
   * Changes `table`, which holds the previous version (nothing, where there is none), into this one. `inputs` are the
   * partitions of the same index of the parents, without the previous version. What it returns is for readers. When it
   * throws, the table is as it was.
   */
  readonly update: (args: A, table: KeyedTable, inputs: readonly Iterable<any>[], partition: number, task: TaskContext) => readonly unknown[]
}

export interface StateArguments {
  /** Names the state in its context. Versions of one store follow one another. */
  readonly store: string
  /** Grows with every version: the batch time in milliseconds. */
  readonly version: number
  /** The first parent is the version before. */
  readonly hasPrevious: boolean
  readonly partitioner: Partitioner
}

/** Reads one version of a state, whose node is the only parent: its entries, what its update returned, its changes. */
export interface StateReadDefinition<A = any> {
  readonly form: 'stateRead'
  readonly kind: string
  readonly read: (args: A, view: StateView, partition: number) => Iterable<unknown>
  /** `read` gives arrays of elements. */
  readonly inChunks: boolean
}

export type Definition = SourceDefinition | NarrowDefinition | PartitionDefinition | RegroupDefinition | ShuffleDefinition
  | StateDefinition | StateReadDefinition

export interface PlanNode<A = any> {
  readonly definition: Definition
  readonly parents: readonly RDD<any>[]
  readonly args: A
}

/** What an action does with each partition: the end of a loop, run where the partition is. */
export interface SinkDefinition<A = any> {
  readonly kind: string
  readonly emit: (loop: Loop, args: A) => SinkCode
}

const definitions = new Map<string, Definition>()
const sinks = new Map<string, SinkDefinition>()

/** Finds a definition by its kind: how a thread or another host reads a plan that came as data. */
export function definitionOf(kind: string): Definition | undefined { return definitions.get(kind) }
export function sinkOf(kind: string): SinkDefinition | undefined { return sinks.get(kind) }

function define<D extends Definition>(definition: D): D {
  if (definitions.has(definition.kind)) throw new Error(`two operators are called ${definition.kind}`)
  definitions.set(definition.kind, definition)
  return definition
}

const oneToOne = (_args: unknown, partition: number): readonly ParentPartition[] => [{ parent: 0, partition }]
const asParent = (_args: unknown, parents: readonly RDD<any>[]): number => parents[0]!.getNumPartitions()

export function defineSource<A>(kind: string, rest: Omit<SourceDefinition<A>, 'form' | 'kind'>): SourceDefinition<A> {
  return define({ form: 'source', kind, ...rest })
}

export function defineNarrow<A>(kind: string, emit: Emit<A>, { readsOn = false } = {}): NarrowDefinition<A> {
  return define({ form: 'narrow', kind, emit, readsOn })
}

/** Without `inputs` a partition-level operator reads the partition of the same index of its first parent. */
export function definePartition<A>(
  kind: string,
  rest: Pick<PartitionDefinition<A>, 'compute'> & Partial<Pick<PartitionDefinition<A>, 'partitionCount' | 'inputs'>>,
): PartitionDefinition<A> {
  return define({ form: 'partition', kind, partitionCount: asParent, inputs: oneToOne, ...rest })
}

export function defineRegroup<A>(kind: string, rest: Omit<RegroupDefinition<A>, 'form' | 'kind'>): RegroupDefinition<A> {
  return define({ form: 'regroup', kind, ...rest })
}

export function defineState<A extends StateArguments>(kind: string, update: StateDefinition<A>['update']): StateDefinition<A> {
  return define({ form: 'state', kind, update })
}

export function defineStateRead<A>(kind: string, read: StateReadDefinition<A>['read'], { inChunks = false } = {}): StateReadDefinition<A> {
  return define({ form: 'stateRead', kind, read, inChunks })
}

export function defineShuffle(kind: string): ShuffleDefinition { return define({ form: 'shuffle', kind }) }

export function defineSink<A>(kind: string, emit: SinkDefinition<A>['emit']): SinkDefinition<A> {
  if (sinks.has(kind)) throw new Error(`two actions are called ${kind}`)
  const definition = { kind, emit }
  sinks.set(kind, definition)
  return definition
}
