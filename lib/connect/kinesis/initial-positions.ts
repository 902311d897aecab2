/** Where a Kinesis stream begins that was never read before. */
import { describe, refuse } from '../../rdd/arguments'
import type { ShardPosition } from './shards'

const brand = Symbol.for('millrace.kinesisInitialPosition')

/** A place in a Kinesis stream. Counterpart: org.apache.spark.streaming.kinesis.KinesisInitialPosition. */
export abstract class KinesisInitialPosition {
  constructor() { Object.defineProperty(this, brand, { value: true }) }

  /** True for every position, also one from another copy of the package. */
  static is(value: unknown): value is KinesisInitialPosition {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** Kinesis' own name for it. */
  abstract getPosition(): 'LATEST' | 'TRIM_HORIZON' | 'AT_TIMESTAMP'

  /** Internal. */
  toShardPosition(): ShardPosition { return { from: this.getPosition() } }
}

/** What comes in after the stream has started. */
class Latest extends KinesisInitialPosition {
  getPosition(): 'LATEST' { return 'LATEST' }
}

/** The oldest record that Kinesis still has. */
class TrimHorizon extends KinesisInitialPosition {
  getPosition(): 'TRIM_HORIZON' { return 'TRIM_HORIZON' }
}

/** The first record that came at this time or later. */
class AtTimestamp extends KinesisInitialPosition {
  private readonly timestamp: Date

  constructor(timestamp: Date | number) {
    super()
    const ms = Number(timestamp)
    if (!Number.isFinite(ms)) refuse('AtTimestamp', `it takes a Date, or milliseconds since 1970, got ${describe(timestamp)}`)
    this.timestamp = new Date(ms)
  }

  getPosition(): 'AT_TIMESTAMP' { return 'AT_TIMESTAMP' }
  getTimestamp(): Date { return this.timestamp }
  override toShardPosition(): ShardPosition { return { from: 'AT_TIMESTAMP', timestampMs: this.timestamp.getTime() } }
}

/**
 * Where a Kinesis stream begins when no checkpoint knows better: `new KinesisInitialPositions.Latest()`, the default,
 * `.TrimHorizon()` or `.AtTimestamp(date)`. Counterpart: org.apache.spark.streaming.kinesis.KinesisInitialPositions.
 * @example
 * ```ts
 * import { KinesisInitialPositions } from 'millrace'
 * const yesterday = new KinesisInitialPositions.AtTimestamp(new Date('2024-05-01T00:00:00Z'))
 * console.log(yesterday.getPosition()) // AT_TIMESTAMP
 * ```
 */
export const KinesisInitialPositions = { Latest, TrimHorizon, AtTimestamp } as const
