/** A sink's steps taken one by one, as a stream takes them: what goes from one to the next is encoded in between, as on its way to a task or a later process. */
import { decodeValue, encodeValue } from '../../codec/values'
import type { TransactionalSink } from '../../streaming/outputs/transactional-sink'
import { within } from './contract-case'
import type { CheckedSinkHarness, SinkPlace } from './sink-harness'

const application = 'sink contract'

export interface Began { readonly timeMs: number, readonly transaction: unknown, readonly written: unknown[] }

const carried = <V>(value: V): V => decodeValue(encodeValue(value)) as V

export interface SinkStartOptions {
  readonly isRecovered?: boolean
  readonly prepared?: readonly unknown[]
  readonly outputId?: string
}

/** One life of one output. */
export class SinkSteps {
  private constructor(
    private readonly sink: TransactionalSink<any, any, any, any>, private readonly harness: CheckedSinkHarness, private readonly outputId: string,
  ) {}

  static async start(place: SinkPlace, harness: CheckedSinkHarness, { isRecovered = false, prepared = [], outputId = 'output' }: SinkStartOptions = {}): Promise<SinkSteps> {
    const steps = new SinkSteps(place.sink(), harness, outputId)
    await steps.step('start', () => steps.sink.start?.({ application, outputId, isRecovered, prepared }))
    return steps
  }

  get writesInTasks(): boolean { return this.sink.writesOn !== 'driver' }

  async begin(timeMs: number, partitionCount: number, attempt = 0): Promise<Began> {
    const { outputId } = this
    const transaction = await this.step('begin', () => this.sink.begin({ application, outputId, timeMs, partitionCount, attempt, openFromMs: 1_000 }))
    return { timeMs, transaction: carried(transaction), written: [] }
  }

  /** Writes a partition; the attempt counts when `counts` is not false. */
  async write({ transaction, written }: Began, index: number, records: Iterable<string>, { attemptId = index, counts = true } = {}): Promise<void> {
    const { elementOf } = this.harness
    const elements = (function* () { for (const record of records) yield elementOf(record) })()
    const result = await this.step('write', () => this.sink.write(transaction, { index, attemptId }, elements))
    if (counts) written[index] = carried(result)
  }

  async prepare({ transaction, written }: Began): Promise<unknown> {
    return carried(await this.step('prepare', () => this.sink.prepare(transaction, written)))
  }

  async commit(token: unknown): Promise<void> { await this.step('commit', () => this.sink.commit(token)) }

  async abort({ transaction }: Began): Promise<void> { await this.step('abort', () => this.sink.abort(transaction)) }

  /** As a process that ends, in order or not: connections are closed. */
  async stop(): Promise<void> { await this.step('stop', () => this.sink.stop?.()) }

  /** begin, a write for each partition, prepare: gives the token. */
  async prepared(timeMs: number, partitions: readonly (readonly string[])[]): Promise<{ readonly began: Began, readonly token: unknown }> {
    const began = await this.begin(timeMs, partitions.length)
    for (const [index, records] of partitions.entries()) await this.write(began, index, records)
    return { began, token: await this.prepare(began) }
  }

  async committed(timeMs: number, partitions: readonly (readonly string[])[]): Promise<void> {
    await this.commit((await this.prepared(timeMs, partitions)).token)
  }

  private step<R>(name: string, f: () => R | Promise<R>): Promise<R> {
    return within(this.harness.deadlineMs, name, (async () => f())())
  }
}
