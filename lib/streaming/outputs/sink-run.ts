/**
 * A sink while its stream runs. Of every batch its transaction is open, prepared or waiting to be committed, in this order, or
 * aborted; a transaction waits from when its batch has ended until its commit has succeeded, and those that wait are committed
 * oldest first.
 */
import type { CallSite } from '../../base/call-site'
import { IllegalStateError, SparkError } from '../../base/errors'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import type { Time } from '../../base/time'
import { encodeValue } from '../../codec/values'
import type { RDD } from '../../rdd/rdd'
import { writeInTasks, writeOnDriver, type PartitionWriter } from '../../rdd/saving/write-to-sink'
import type { OutputRecord } from '../checkpoint/output-record'
import { errorText } from '../error-text'
import type { TransactionalSink } from './transactional-sink'

const log = logFor('TransactionalSink')

interface Prepared { readonly transaction: unknown, readonly token: unknown }
interface Waiting { readonly timeMs: number, readonly token: unknown }

export interface SinkIdentity {
  readonly sink: TransactionalSink<any, any, any, any>
  /** The sink's `write` as a function that travels. */
  readonly write: PartitionWriter
  readonly site: CallSite
  readonly application: string
  readonly outputId: string
}

export class SinkRun {
  private readonly prepared = new Map<number, Prepared>()
  private readonly waiting: Waiting[] = []
  private commits: Promise<unknown> = Promise.resolve()
  private hasStarted = false
  private isStopped = false

  constructor(private readonly identity: SinkIdentity, private readonly record: OutputRecord | undefined) {}

  get outputId(): string { return this.identity.outputId }

  /** Starts the sink; what an earlier run has prepared waits from here on. */
  async start(): Promise<void> {
    const { record, identity: { sink, application, outputId } } = this
    const own = record?.prepared.filter(transaction => transaction.sink === outputId) ?? []
    this.hasStarted = true
    await this.step('be started', () => sink.start?.({
      application, outputId, isRecovered: record?.isRecovered === true, prepared: own.map(({ token }) => token),
    }))
    this.waiting.push(...own)
  }

  /** Writes a batch and prepares it. Without a record that the batch has ended, it is committed at once. */
  async save(rdd: RDD<any>, time: Time): Promise<void> {
    const { record, identity: { sink, application, outputId } } = this
    const timeMs = time.milliseconds
    if (record?.isCommitted(timeMs, outputId) === true) return
    this.requireRunning(timeMs)
    this.requireRoom()
    if (rdd.needsPreparation) await rdd.prepare()
    const transaction = await this.step('begin', () => sink.begin({
      application, outputId, timeMs, partitionCount: rdd.getNumPartitions(),
      attempt: record?.attempt(timeMs) ?? 0, openFromMs: Math.min(record?.openFromMs ?? timeMs, this.waiting[0]?.timeMs ?? timeMs),
    }), timeMs)
    try {
      const written = await this.write(rdd, transaction, timeMs)
      const token = await this.step('prepare', () => sink.prepare(transaction, written), timeMs)
      await this.step('give a token that can be kept for', () => { encodeValue(token) }, timeMs)
      this.requireRunning(timeMs)
      this.prepared.set(timeMs, { transaction, token })
    } catch (error) {
      await this.abort(transaction, timeMs)
      throw error
    }
    if (record !== undefined) return
    this.ending(timeMs)
    const failure = await this.commit()
    if (failure !== undefined) throw failure.thrown
  }

  private write(rdd: RDD<any>, transaction: unknown, timeMs: number): Promise<unknown[]> {
    const { sink, write, site } = this.identity
    if (sink.writesOn !== 'driver') return writeInTasks(site, rdd, write, transaction)
    return writeOnDriver(site, rdd, (...args) => this.step('write', () => write(...args), timeMs), transaction)
  }

  /** After a stop, for which a batch has taken too long, it must not end: what it has prepared is aborted. */
  private requireRunning(timeMs: number): void {
    if (!this.isStopped) return
    throw new IllegalStateError(`${this.name} has been stopped before the batch at ${timeMs} ms has ended, which runs again after a recovery`)
  }

  private requireRoom(): void {
    if (this.waiting.length < limits.waitingTransactionsMax) return
    throw new SparkError(`${this.name} has ${this.waiting.length} batches that are prepared and could not be committed (waitingTransactionsMax)`, {
      code: 'MR_LIMIT', at: this.identity.site.toString(), hint: 'See the errors of its commits in the log. They are tried again after every batch.',
    })
  }

  /**
   * The batch is about to end: gives its token, which must be durable before commit. Undefined when nothing is prepared. Throws
   * IllegalStateError when the sink has been stopped.
   */
  ending(timeMs: number): { readonly token: unknown } | undefined {
    this.requireRunning(timeMs)
    const found = this.prepared.get(timeMs)
    if (found === undefined) return undefined
    this.prepared.delete(timeMs)
    this.waiting.push({ timeMs, token: found.token })
    return found
  }

  /** Commits what waits, oldest first, until one fails: gives that failure. */
  commit(): Promise<{ readonly thrown: unknown } | undefined> {
    const done = this.commits.then(() => this.commitWaiting())
    this.commits = done
    return done
  }

  private async commitWaiting(): Promise<{ readonly thrown: unknown } | undefined> {
    const { sink } = this.identity
    for (;;) {
      const [oldest] = this.waiting
      if (oldest === undefined) return undefined
      try {
        await this.step('commit', () => sink.commit(oldest.token), oldest.timeMs)
      } catch (error) { return { thrown: error } }
      this.waiting.shift()
    }
  }

  /** True while the batch's transaction is to be committed. */
  isWaiting(timeMs: number): boolean { return this.waiting.some(each => each.timeMs === timeMs) }

  /** Aborts what belongs to batches that have not ended: they run again. */
  async stop(): Promise<void> {
    this.isStopped = true
    if (!this.hasStarted) return
    for (const [timeMs, { transaction }] of this.prepared) await this.abort(transaction, timeMs)
    this.prepared.clear()
    await this.commits
    try {
      await this.step('be stopped', () => this.identity.sink.stop?.())
    } catch (error) { log.warn(errorText(error)) }
  }

  private async abort(transaction: unknown, timeMs: number): Promise<void> {
    try {
      await this.step('abort', () => this.identity.sink.abort(transaction), timeMs)
    } catch (error) { log.warn(`${errorText(error)}. What it wrote is left behind, unseen, until the batch runs again`) }
  }

  private get name(): string { return `The sink ${nameOf(this.identity.sink)} of ${this.outputId}` }

  /** What a sink throws says which sink and which batch. */
  private async step<R>(what: string, f: () => R | Promise<R>, timeMs?: number): Promise<R> {
    try { return await f() } catch (error) {
      const batch = timeMs === undefined ? '' : ` the batch at ${timeMs} ms`
      throw new SparkError(`${this.name} could not ${what}${batch}: ${String((error as Error)?.message ?? error)}`, {
        cause: error, at: this.identity.site.toString(), retriable: true,
      })
    }
  }
}

/** What messages call a sink. */
export function nameOf(sink: { readonly name?: string }): string {
  if (typeof sink.name === 'string' && sink.name !== '') return sink.name
  const { name } = sink.constructor as { readonly name?: string } | undefined ?? {}
  return name === undefined || name === 'Object' ? 'without a name' : name
}
