/** What the author of a source writes so that the contract can run on it: a place in the system, and what happens there. */
import type { DStream } from '../../streaming/dstream'
import type { StreamingContext } from '../../streaming/streaming-context'

/** A place in the outside system that nobody else uses: a topic, a folder, a table, a port. */
export interface SourcePlace {
  /** Makes the stream under test. Called once in each life of a program, always for the same place. */
  stream(ssc: StreamingContext): DStream<any>
  /** Puts records into the system, in this order; resolves when it holds them, or the stream has them where it holds none. Called while the system is whole. */
  add(records: readonly string[]): Promise<void> | void
  /** The source cannot reach its system from now on: a broker is killed, a proxy cut, a folder moved. */
  breakDown?(): Promise<void> | void
  /** The system is back, with all that it held. */
  repair?(): Promise<void> | void
  /** The place, and what `stream` does not close, is gone. */
  close(): Promise<void> | void
}

/**
 * A source under contract.
 *
 * What it promises when the process dies, `recovery`:
 * - `'exactly once'`: batches that had begun have the same records again, and nothing is lost or twice: a replayable source.
 * - `'at least once'`: nothing is lost: a receiver with the write-ahead log that acknowledges what it has stored.
 * - `'none'`: the cases that recover are left out.
 */
export interface SourceHarness {
  /** Opens a fresh place for one case. */
  open(): Promise<SourcePlace> | SourcePlace
  readonly recovery: 'exactly once' | 'at least once' | 'none'
  /** The record that an element came from. Default: `String(element)`. */
  readonly recordOf?: (element: any) => string
  /** Whether batches, one after another, have the records in the order in which they were added. Default false. */
  readonly isOrdered?: boolean
  /** Whether the system keeps records for a stream that is not there. Default true; false where they are pushed, as over HTTP. */
  readonly holdsRecords?: boolean
  /** Whether a first stream also gives what was there before it. Default: `holdsRecords`. */
  readonly readsFromBeginning?: boolean
  /** Whether places have `breakDown` and `repair`. Default true. */
  readonly canBreakDown?: boolean
  /** Whether listeners are told how many records a batch has, as backpressure needs it. Default true. */
  readonly countsRecords?: boolean
  /** Whether batches get smaller when the program is slow and `spark.streaming.backpressure.enabled` is set. Default false. */
  readonly hasBackpressure?: boolean
  /** Settings under which no batch has more than so many records. */
  readonly rateLimit?: { readonly settings: Readonly<Record<string, string>>, readonly recordsPerBatch: number }
  /** Settings of all programs of the contract, such as `spark.streaming.receiver.writeAheadLog.enable`. */
  readonly settings?: Readonly<Record<string, string>>
  /**
   * `'manual'`: batches are made as fast as they run, on a ManualClock that begins at the real time; for sources that go by nothing but their context's
   * clock. Default `'system'`.
   */
  readonly clock?: 'manual' | 'system'
  /** Default 100 on the system's clock, 1000 on a manual one. */
  readonly batchIntervalMs?: number
  /** The engines to run on. Default `local` and `local[2]`. */
  readonly masters?: readonly string[]
  /** How long records, and the system's return, may take to arrive. Default 20,000. */
  readonly deadlineMs?: number
  /** How long `ssc.stop()` may take, also when the system is away. Default 5,000. */
  readonly stopMs?: number
}

export interface CheckedHarness extends Required<Omit<SourceHarness, 'rateLimit'>> { readonly rateLimit: SourceHarness['rateLimit'] }

export function withDefaults(harness: SourceHarness): CheckedHarness {
  const { clock = 'system', holdsRecords = true } = harness
  return {
    recordOf: String, isOrdered: false, readsFromBeginning: holdsRecords, canBreakDown: true, countsRecords: true, hasBackpressure: false, settings: {},
    batchIntervalMs: clock === 'manual' ? 1_000 : 100, masters: ['local', 'local[2]'], deadlineMs: 20_000, stopMs: 5_000, rateLimit: undefined,
    ...harness, clock, holdsRecords, open: () => harness.open(),
  }
}
