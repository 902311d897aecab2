/** What foreachRDD's function learns of its output and its batch, and how it does something once although the batch may run again. */
import { CallSite } from '../../base/call-site'
import { KeyMap } from '../../base/key-map'
import { checkKey } from '../../base/keys'
import type { Time } from '../../base/time'
import { requireCallable } from '../../rdd/arguments'
import type { OutputRecord } from '../checkpoint/output-record'

/**
 * One output operation at one batch: the third argument of `foreachRDD`'s function. Beyond Spark.
 * @example
 * ```ts
 * import { Seconds, StreamingContext } from 'millrace'
 * declare function sendMail(text: string): Promise<void>
 * const ssc = new StreamingContext('local', 'alarms', Seconds(1))
 * ssc.checkpoint('checkpoints')
 * ssc.queueStream([['fire'], ['flood']]).foreachRDD(async (rdd, time, output) => {
 *   for await (const alarm of rdd) await output.once(alarm, () => sendMail(`${alarm} at ${time}`))
 * })
 * ```
 */
export class BatchOutput {
  /** The batch time. */
  readonly time: Time
  /**
   * Names the output in every run of the program: its `uid`, or the operator and its number among those of its kind,
   * from 0, in the order in which the program defines them (`foreachRDD-0`).
   */
  readonly outputId: string
  /** How often the program has been started again since it made this batch: 0 in the run that made it. */
  readonly attempt: number
  private readonly calls = new KeyMap<unknown, Promise<boolean>>()

  /** Internal. */
  constructor(time: Time, outputId: string, private readonly record: OutputRecord | undefined, private readonly warn: () => void) {
    this.time = time
    this.outputId = outputId
    this.attempt = record?.attempt(time.milliseconds) ?? 0
    Object.defineProperty(this, Symbol.for('millrace.refuse'), { value: 'a BatchOutput' })
  }

  /** Internal: no batch before this time, in milliseconds, runs again. */
  get openFromMs(): number { return Math.min(this.record?.openFromMs ?? Infinity, this.time.milliseconds) }

  /** Internal: the program goes on where an earlier run stopped. */
  get isRecovered(): boolean { return this.record?.isRecovered === true }

  /** True when an earlier run may have done some of this batch's work, for it did not see the end of the batch. */
  get isRerun(): boolean { return this.attempt > 0 }

  /**
   * Runs `f`, unless it is on record that it has been run under this `key` for this output and this batch. Resolves to true
   * when `f` ran, and to false when it was on record; in either case after the record is durable. What `f` returns is awaited
   * and not kept. When `f` fails, nothing is recorded and `once` rejects with its error. A process that dies after `f` and
   * before the record runs `f` again in its next life: what must never happen twice belongs into a transaction, see `saveTo`.
   * Keys compare by structure. Records are kept until their batch cannot run again. Without a checkpoint folder they are kept
   * in memory, for as long as the batch runs.
   */
  once(key: unknown, f: () => unknown): Promise<boolean> {
    requireCallable('once', f, 'its second argument')
    checkKey(key, CallSite.capture('once').toString())
    if (this.record === undefined) this.warn()
    const before = this.calls.get(key)
    if (before !== undefined) return before.then(() => false)
    const call = this.runOnce(key, f)
    this.calls.set(key, call)
    // A failure is the caller's to see; the next call may try again.
    call.catch(() => this.calls.delete(key))
    return call
  }

  private async runOnce(key: unknown, f: () => unknown): Promise<boolean> {
    const { record, outputId, time: { milliseconds } } = this
    if (record?.isDone(milliseconds, outputId, key) === true) return false
    await f()
    await record?.done(milliseconds, outputId, key)
    return true
  }
}
