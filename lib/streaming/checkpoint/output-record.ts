/**
 * What outputs keep in a checkpoint folder: which effects have happened, which transactions are to be committed. What is
 * said here is durable before it counts.
 */
import type { DropOption } from './match-operators'
import type { EventLog } from './event-log'
import type { PreparedTransaction } from './events'
import { committedKey } from './history'

interface Options {
  readonly isRecovered: boolean
  readonly drop: DropOption | undefined
  /** Runs what writes to the log: a disk that refuses it ends the stream. */
  readonly durably: (write: () => Promise<void>) => Promise<void>
}

export class OutputRecord {
  constructor(private readonly events: EventLog, private readonly options: Options) {}

  /** True when the program goes on where an earlier run stopped. */
  get isRecovered(): boolean { return this.options.isRecovered }

  /** Transactions of batches that have ended, which may not be committed yet; oldest first. */
  get prepared(): readonly PreparedTransaction[] { return this.events.history.prepared }

  /** No batch before this time runs again, and no transaction before it is committed again; undefined when there is none. */
  get openFromMs(): number | undefined {
    const { unfinished: [oldest], prepared } = this.events.history
    const times = [...prepared.map(({ timeMs }) => timeMs), ...(oldest === undefined ? [] : [oldest])]
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** How often the program has been started again since it made the batch. */
  attempt(timeMs: number): number { return this.events.history.runsSince(timeMs) }

  isDone(timeMs: number, output: string, key: unknown): boolean { return this.events.history.isDone(timeMs, output, key) }

  /** True for a batch that failed by another output, when this one's transaction was committed. */
  isCommitted(timeMs: number, output: string): boolean { return this.isDone(timeMs, output, committedKey) }

  /** Resolves when it is durable that the effect has happened. */
  done(timeMs: number, output: string, key: unknown): Promise<void> {
    return this.options.durably(() => this.events.append({ type: 'once', timeMs, output, key }))
  }

  /** Resolves when it is durable that every transaction of the batch is committed. */
  settled(timeMs: number): Promise<void> {
    return this.options.durably(() => this.events.append({ type: 'settled', timeMs }))
  }

  /** True when the program may go on without what is kept of this output. */
  isDropped(output: string): boolean {
    const { drop } = this.options
    return drop === true || (Array.isArray(drop) && (drop as readonly string[]).includes(output))
  }
}
