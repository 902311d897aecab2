/**
 * Where reading of a Kinesis stream is: its shards, and how far each has been read. All of it is plain data, which the
 * checkpoint keeps. A shard that was split or merged ends, and its children are read only when it has been read to its end:
 * so the records of a partition key keep their order.
 */

/** A shard as Kinesis lists it. */
export interface Shard {
  readonly shardId: string
  /** The shards that it was split from or merged of. */
  readonly parents: readonly string[]
  /** The range of hash keys whose records it takes, as decimal numbers, both ends included. */
  readonly startingHashKey: string
  readonly endingHashKey: string
  readonly isOpen: boolean
}

/** Where reading of a shard goes on. */
export interface ShardPosition {
  readonly from: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP' | 'AFTER_SEQUENCE_NUMBER' | 'SHARD_END'
  /** Of AFTER_SEQUENCE_NUMBER: the last record that was read. */
  readonly sequenceNumber?: string | undefined
  /** Of AT_TIMESTAMP. */
  readonly timestampMs?: number | undefined
  /**
   * What came before this time, on the clock of Kinesis, was read or does not belong to the stream; what retention has taken
   * since is lost. Undefined: whatever Kinesis still has is all that was asked for.
   */
  readonly knownToMs?: number | undefined
}

/** A shard and how far it is read. */
export interface ShardState extends Omit<Shard, 'isOpen'> { readonly position: ShardPosition }

/**
 * The records of a shard that belong to a batch: those from one sequence number to another, both included. Counterpart:
 * org.apache.spark.streaming.kinesis.SequenceNumberRange.
 */
export interface SequenceNumberRange {
  readonly streamName: string
  readonly shardId: string
  readonly fromSeqNumber: string
  readonly toSeqNumber: string
  /** How many records Kinesis counts between them: one that the Kinesis Producer Library has aggregated is one. */
  readonly recordCount: number
}

/** What belongs to a batch, and where the next one begins. */
export interface KinesisPlan {
  readonly ranges: readonly SequenceNumberRange[]
  /** How many elements the ranges have: of aggregated records those that are in them. */
  readonly recordCount: number
  readonly shards: readonly ShardState[]
}

/** Where the shards of a stream that was never read begin. */
export function firstShards(listed: readonly Shard[], initial: ShardPosition): ShardState[] {
  // Who wants the latest has no use for shards that get nothing any more.
  return listed.map(shard => stateOf(shard, initial.from === 'LATEST' && !shard.isOpen ? { from: 'SHARD_END' } : initial))
}

/** The shards that are listed and not known: children, which are read from their beginning. */
export function foundShards(known: ReadonlyMap<string, unknown>, listed: readonly Shard[]): ShardState[] {
  return listed.filter(({ shardId }) => !known.has(shardId)).map(shard => stateOf(shard, { from: 'TRIM_HORIZON' }))
}

/** Where a shard begins whose turn has come: all that it has came after what its parents had. */
export function afterParents({ position, parents }: ShardState, known: ReadonlyMap<string, ShardState>): ShardPosition {
  if (position.from !== 'TRIM_HORIZON' || position.knownToMs !== undefined) return position
  const times = parents.map(parent => known.get(parent)?.position.knownToMs).filter(ms => ms !== undefined)
  return times.length === 0 ? position : { ...position, knownToMs: Math.min(...times) }
}

/** A shard that is gone, retention over, before it was read to its end. */
export function goneShard(known: Iterable<ShardState>, listed: readonly Shard[]): ShardState | undefined {
  const there = new Set(listed.map(({ shardId }) => shardId))
  for (const state of known) if (!isEnded(state) && !there.has(state.shardId)) return state
  return undefined
}

/** True when the shard may be read: what came before it has been. */
export function isNext(shard: ShardState, known: ReadonlyMap<string, ShardState>): boolean {
  return !isEnded(shard) && shard.parents.every(parent => {
    const state = known.get(parent)
    return state === undefined || isEnded(state)
  })
}

export function isEnded({ position }: ShardState): boolean { return position.from === 'SHARD_END' }

function stateOf({ shardId, parents, startingHashKey, endingHashKey }: Shard, position: ShardPosition): ShardState {
  return { shardId, parents, startingHashKey, endingHashKey, position }
}
