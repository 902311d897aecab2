/**
 * Where a receiver's blocks go: without a log at once into the queue of their stream; with one, into the queue
 * when they are durable, in the order in which they came. After a failure of the log nothing is stored any
 * more.
 */
import { SparkError } from '../../base/errors'
import { killPoint } from '../../base/kill-points'
import type { Block, HeldBlock } from './block'
import { entriesOf, type ReceivedEntry } from './received-entry'
import type { ReceivedLog } from './received-log'

interface Options {
  readonly addBlock: (block: Block) => void
  /** The log has failed, or a block that nobody waits for cannot be logged. */
  readonly onFailure: (error: unknown) => void
}

export class ReceivedBlocks {
  private log: ReceivedLog | undefined
  private last: Promise<void> = Promise.resolve()
  private failed: { readonly error: unknown } | undefined
  private closed: SparkError | undefined

  constructor(private readonly options: Options) {}

  /** From here on blocks are logged. What the log holds and no batch has yet waits for the next batch. */
  useLog(log: ReceivedLog): void { this.log = log }

  get isLogged(): boolean { return this.log !== undefined }

  /**
   * What there is to log of a block; undefined without a log. Throws when the block cannot be logged, or when
   * nothing can any more.
   */
  entriesOf(block: HeldBlock): ReceivedEntry[] | undefined {
    if (this.log === undefined) return undefined
    if (this.failed !== undefined) throw this.failed.error
    if (this.closed !== undefined) throw this.closed
    return entriesOf(block)
  }

  /** Undefined: the block is in the queue. Else a promise that resolves when it is, and durable. */
  store(block: HeldBlock, entries: readonly ReceivedEntry[] | undefined): Promise<void> | undefined {
    if (this.log === undefined || entries === undefined) {
      this.options.addBlock(block)
      return undefined
    }
    const stored = this.append(this.log, entries)
    this.last = stored.catch(() => undefined)
    return stored
  }

  /** The same for a block that nobody waits for: an error is told to the owner. */
  storeUnawaited(block: HeldBlock): void {
    try {
      this.store(block, this.entriesOf(block))?.catch(() => undefined)
    } catch (error) {
      this.fail(error)
    }
  }

  private async append(log: ReceivedLog, entries: readonly ReceivedEntry[]): Promise<void> {
    try {
      killPoint('received.storing')
      const blocks = await log.append(entries)
      killPoint('received.logged')
      for (const block of blocks) this.enqueue(log, block)
      killPoint('received.queued')
    } catch (error) {
      this.fail(error)
      throw error
    }
  }

  private enqueue(log: ReceivedLog, block: Block): void {
    if (block.kind === 'logged') log.queued(block)
    this.options.addBlock(block)
  }

  /** Internal: blocks that an earlier run of the program had received. */
  enqueueFound(blocks: readonly Block[]): void {
    for (const block of blocks) this.enqueue(this.log!, block)
  }

  private fail(error: unknown): void {
    if (this.failed !== undefined || this.isClosedBy(error)) return
    this.failed = { error }
    this.options.onFailure(error)
  }

  /** Resolves when every block that was stored so far is in the queue, or never will be. */
  settled(): Promise<void> { return this.last }

  /** When all is stored that was to be, nothing more is: with a log a store rejects, so that nobody acknowledges it. */
  async close(): Promise<void> {
    for (let last; last !== this.last;) {
      last = this.last
      await last
    }
    this.closed = new SparkError('Cannot store data as the receiver has been stopped', {
      hint: 'What was not stored is not to be acknowledged: its sender has it still.',
    })
  }

  /** True for the error of a store that came after close(). */
  isClosedBy(error: unknown): boolean { return error !== undefined && error === this.closed }

  /** The batch at that time has these blocks. */
  allocated(batchMs: number, blocks: readonly Block[]): void { this.log?.allocated(batchMs, blocks) }

  /** A block's batch has run. */
  released(block: Block): void { if (block.kind === 'logged') this.log?.release(block) }

  /** Nobody remembers the block any more. */
  forgotten(block: Block): void { if (block.kind === 'logged') this.log?.forget(block) }

  async clean(oldestKeptBatchMs: number): Promise<void> { await this.log?.clean(oldestKeptBatchMs) }
}
