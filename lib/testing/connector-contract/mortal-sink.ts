/** A sink that dies between two steps: from then on nothing of it reaches the system, as when the process was killed there. */
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../streaming/outputs/transactional-sink'

export type DeathAt = 'after begin' | 'before prepare' | 'after prepare' | 'before commit' | 'after commit'

export interface Mortality {
  readonly at: DeathAt
  /** It dies with the batch of this time. */
  readonly timeMs: number
  /** Called at that moment: keeps what a process that is killed now would leave. */
  readonly onDeath: () => Promise<void>
}

/** What the driver knows of its sinks; a copy of a sink in another thread only writes. */
const mortalities = new Map<number, Mortality>()
const dead = new Set<number>()
let sinks = 0

interface Carried { readonly timeMs: number, readonly inner: unknown }

export class MortalSink implements TransactionalSink<unknown, Carried, unknown, Carried> {
  readonly writesOn: 'task' | 'driver'
  private readonly id = sinks++

  constructor(private readonly inner: TransactionalSink<any, any, any, any>, mortality: Mortality | undefined) {
    this.writesOn = inner.writesOn ?? 'task'
    if (mortality !== undefined) mortalities.set(this.id, mortality)
  }

  start({ prepared, ...rest }: SinkStart<Carried>): Promise<void> {
    return this.step(undefined, 0, async () => { await this.inner.start?.({ ...rest, prepared: prepared.map(({ inner }) => inner) }) })
  }

  begin(batch: SinkBatch): Promise<Carried> {
    return this.step('begin', batch.timeMs, async () => ({ timeMs: batch.timeMs, inner: await this.inner.begin(batch) }))
  }

  write({ inner }: Carried, partition: SinkPartition, elements: Iterable<unknown>): unknown { return this.inner.write(inner, partition, elements) }

  prepare({ timeMs, inner }: Carried, written: readonly unknown[]): Promise<Carried> {
    return this.step('prepare', timeMs, async () => ({ timeMs, inner: await this.inner.prepare(inner, written) }))
  }

  commit({ timeMs, inner }: Carried): Promise<void> { return this.step('commit', timeMs, async () => this.inner.commit(inner)) }

  abort({ timeMs, inner }: Carried): Promise<void> { return this.step('abort', timeMs, async () => this.inner.abort(inner)) }

  /** The connections of a process that has died are closed too. */
  async stop(): Promise<void> { await this.inner.stop?.() }

  private async step<R>(name: string | undefined, timeMs: number, f: () => Promise<R>): Promise<R> {
    await this.live(`before ${name}`, timeMs)
    const result = await f()
    await this.live(`after ${name}`, timeMs)
    return result
  }

  private async live(moment: string, timeMs: number): Promise<void> {
    const mortality = mortalities.get(this.id)
    if (!dead.has(this.id) && mortality !== undefined && mortality.at === moment && mortality.timeMs === timeMs) {
      await mortality.onDeath()
      dead.add(this.id)
    }
    if (dead.has(this.id)) throw new Error('the process has died')
  }
}
