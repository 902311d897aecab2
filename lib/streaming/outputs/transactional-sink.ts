/**
 * What a sink implements so that every batch is in it exactly once: the work of a batch is prepared before the batch ends,
 * and committed after it is durable that it has ended.
 *
 *   begin -> write (each partition) -> prepare -> (it is durable that the batch has ended) -> commit
 *      \________________\________________\-----> abort, when something before has failed
 */

/** What a sink is told when the stream starts. */
export interface SinkStart<Token = unknown> {
  /** The name of the application: `spark.app.name`. */
  readonly application: string
  /** Names the output in every run of the program: its `uid`, or `saveTo-0`, `saveTo-1` in definition order. */
  readonly outputId: string
  /** False when the program starts anew, without anything of an earlier run. */
  readonly isRecovered: boolean
  /**
   * What an earlier run has prepared and may not have committed: each will be given to `commit`. Whatever else of this
   * output is prepared or begun belongs to batches that run again.
   */
  readonly prepared: readonly Token[]
}

/** The batch that is to be written. */
export interface SinkBatch {
  readonly application: string
  readonly outputId: string
  /** The batch time in milliseconds. Within an output it names the batch, in every run. */
  readonly timeMs: number
  /** How many partitions will be written: `write` is called for each. */
  readonly partitionCount: number
  /** How often the program has been started again since it made this batch. */
  readonly attempt: number
  /** No batch before this time, in milliseconds, will be begun or committed again. */
  readonly openFromMs: number
}

/** The partition that is to be written. */
export interface SinkPartition {
  /** From 0. */
  readonly index: number
  /** Tells the tasks apart that write the same partition, one after another or at the same time, when tasks are retried. */
  readonly attemptId: number
}

/**
 * Where `dstream.saveTo` writes. Every method may be async. `write` runs in the task that computes the partition, on a copy of
 * the sink that travelled there when saveTo was called; all others run on the driver. A sink object serves one output.
 *
 * - `T`: the elements.
 * - `Transaction`: what `begin` gives to the others: plain data, for it goes to the tasks.
 * - `Written`: what `write` says of its partition: plain data.
 * - `Token`: what is needed to commit: plain data, for a later process may do it.
 * @example
 * ```ts
 * import * as fs from 'node:fs/promises'
 * import type { SinkBatch, SinkPartition, TransactionalSink } from 'millrace'
 * interface Files { readonly aside: string, readonly final: string }
 * class JsonFiles implements TransactionalSink<unknown, Files, void, Files> {
 *   constructor(private readonly folder: string) {}
 *   async begin({ timeMs }: SinkBatch): Promise<Files> {
 *     const files = { aside: `${this.folder}/.aside-${timeMs}`, final: `${this.folder}/${timeMs}` }
 *     await fs.rm(files.aside, { recursive: true, force: true }) // An earlier attempt at this batch may have left it.
 *     await fs.mkdir(files.aside, { recursive: true })
 *     return files
 *   }
 *   async write({ aside }: Files, { index }: SinkPartition, elements: Iterable<unknown>): Promise<void> {
 *     const lines = [...elements].map(element => `${JSON.stringify(element)}\n`)
 *     await fs.writeFile(`${aside}/${index}.jsonl`, lines.join(''), { flush: true })
 *   }
 *   prepare(files: Files): Files { return files }
 *   async commit({ aside, final }: Files): Promise<void> {
 *     await fs.rename(aside, final).catch(async error => { await fs.stat(final).catch(() => { throw error }) })
 *   }
 *   async abort({ aside }: Files): Promise<void> { await fs.rm(aside, { recursive: true, force: true }) }
 * }
 * ```
 */
export interface TransactionalSink<T = unknown, Transaction = unknown, Written = unknown, Token = unknown> {
  /** What messages call it; the class' name unless said. */
  readonly name?: string
  /** `'driver'` for a sink that cannot travel, as with an open connection: then elements come to the driver. Default `'task'`. */
  readonly writesOn?: 'task' | 'driver'
  /** Called before all others, in each run: connects, and removes what earlier runs have left behind. */
  start?(start: SinkStart<Token>): void | Promise<void>
  /** Opens the transaction of a batch. It replaces whatever an earlier attempt at this batch has left uncommitted. */
  begin(batch: SinkBatch): Transaction | Promise<Transaction>
  /** Writes a partition where no reader sees it. More than one attempt may write it: what the others wrote must not be seen. */
  write(transaction: Transaction, partition: SinkPartition, elements: Iterable<T>): Written | Promise<Written>
  /** Makes what was written durable, still unseen. `written` has what the `write` that counts gave, a partition each, in order. */
  prepare(transaction: Transaction, written: readonly Written[]): Token | Promise<Token>
  /** Makes the batch seen, whole. It may be called again with a token that was committed: then it does nothing. */
  commit(token: Token): void | Promise<void>
  /** Undoes what begin, write and prepare have done. */
  abort(transaction: Transaction): void | Promise<void>
  /** Called when the stream has stopped: disconnects. */
  stop?(): void | Promise<void>
}
