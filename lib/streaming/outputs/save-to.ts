/** saveTo: every batch exactly once in a sink, in one transaction. */
import { describe, refuse } from '../../rdd/arguments'
import { travelling } from '../../rdd/travel'
import { DStream } from '../dstream'
import { ForEachDStream, requireOutputOptions, type OutputOptions } from './foreach-rdd'
import type { SinkIdentity } from './sink-run'
import type { TransactionalSink } from './transactional-sink'
import { CallSite } from '../../base/call-site'

declare module '../dstream' {
  interface DStream<T> {
    /**
     * Writes every batch into `sink`, in one transaction a batch: each batch is in the sink whole or not at all. With a
     * checkpoint folder it is there exactly once, also when the process dies at any moment: the transaction is prepared before
     * the batch ends and committed after it is durable that it has ended; what was prepared is committed by the next life of
     * the program, and what was not is written again. A step that fails makes the batch fail, with nothing of it to be seen;
     * a commit that fails is tried again after the next batch and at the next start. Without a checkpoint folder a batch is
     * committed when it is written, and lost when the process dies before. Another output that fails makes its batch run again
     * for itself, not for this one. `uid` names the output for recovery, so that its place in the program may change.
     * Throws IllegalArgumentError for what is no sink, or serves another output already. Beyond Spark.
     * See `docs/writing-a-sink.md`; `duckDBSink` is one.
     * @example
     * ```ts
     * import { Seconds, StreamingContext, duckDBSink } from 'millrace'
     * const ssc = await StreamingContext.getOrCreate('checkpoints', () => {
     *   const fresh = new StreamingContext('local', 'to a table', Seconds(1))
     *   const counts = fresh.textFileStream('incoming').countByValue()
     *   counts.saveTo(duckDBSink('counts.duckdb', 'counts', { columns: { line: 'VARCHAR', count: 'BIGINT' } }))
     *   return fresh
     * })
     * await ssc.start()
     * ```
     */
    saveTo(sink: TransactionalSink<T, any, any, any>, options?: OutputOptions): void
  }
}

const used = new WeakSet<object>()

export class SinkDStream<T> extends ForEachDStream<T> {
  readonly sink: Omit<SinkIdentity, 'outputId' | 'application'>

  constructor(parent: DStream<T>, sink: TransactionalSink<T, any, any, any>, options: OutputOptions) {
    super(parent, 'saveTo', (rdd, time) => parent.context.batchOutputs.save(this, rdd, time), options)
    const write: SinkIdentity['write'] = (transaction, partition, elements) => sink.write(transaction, partition, elements)
    this.sink = { sink, site: this.site, write: sink.writesOn === 'driver' ? write : travelling('saveTo', write) }
  }
}

DStream.prototype.saveTo = function (this: DStream<any>, sink: TransactionalSink<any, any, any, any>, options: OutputOptions = {}): void {
  requireSink(sink)
  const checked = requireOutputOptions('saveTo', options)
  CallSite.within(CallSite.capture('saveTo'), () => new SinkDStream(this, sink, checked))
  used.add(sink)
}

function requireSink(sink: unknown): void {
  const hint = 'A TransactionalSink has begin, write, prepare, commit and abort: see docs/writing-a-sink.md.'
  if (typeof sink !== 'object' || sink === null) refuse('saveTo', `it takes a sink, got ${describe(sink)}`, hint)
  const missing = ['begin', 'write', 'prepare', 'commit', 'abort'].filter(name => typeof (sink as any)[name] !== 'function')
  if (missing.length > 0) refuse('saveTo', `the sink has no ${missing.join(', no ')}`, hint)
  const { writesOn } = sink as { writesOn?: unknown }
  if (![undefined, 'task', 'driver'].includes(writesOn as string | undefined)) refuse('saveTo', `writesOn must be 'task' or 'driver', got ${describe(writesOn)}`)
  if (used.has(sink)) refuse('saveTo', 'the sink serves another output already', 'Make one for each.')
}
