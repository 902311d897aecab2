/**
 * Batches of a stream into Kafka, each in one transaction: tasks make record batches, the driver sends them when all are there. So
 * the transaction is open only while it is sent, what a failed task has made is nowhere, and one producer numbers the batches.
 */
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../../streaming/outputs/transactional-sink'
import type { EncodingWriter } from './element-writer'
import type { KafkaProducing } from '../producing'
import { placeBatches } from './place-batches'
import type { OutgoingBatch } from './record-sender'
import { TransactionalOutput, type NotedBatch } from './transactional-output'

/** What tasks are told of a batch. */
interface Begun extends NotedBatch {
  /** It is in Kafka already. */
  readonly isWritten: boolean
  readonly counts: readonly (readonly [topic: string, count: number])[]
}

interface Settings {
  readonly producing: () => KafkaProducing
  readonly transactionalId: string | undefined
  readonly timeoutMs: number
}

interface OnDriver {
  readonly settings: Settings
  output: TransactionalOutput | undefined
  /** How many partitions topics have that were written to. */
  readonly counts: Map<string, number>
}

/** What a sink has on the driver does not travel with it. */
const onDriver = new WeakMap<KafkaSink, OnDriver>()

export class KafkaSink implements TransactionalSink<unknown, Begun, readonly OutgoingBatch[], null> {
  readonly name: string

  constructor(private readonly writer: EncodingWriter, settings: Settings) {
    const { topic } = writer.plan
    this.name = `saveToKafka(${typeof topic === 'string' ? topic : 'by element'})`
    onDriver.set(this, { settings, output: undefined, counts: new Map() })
  }

  private get driver(): OnDriver { return onDriver.get(this)! }

  private get output(): TransactionalOutput { return this.driver.output! }

  async start({ application, outputId, isRecovered }: SinkStart): Promise<void> {
    const { driver, writer: { plan: { topic } } } = this
    const { producing, transactionalId, timeoutMs } = driver.settings
    const id = transactionalId ?? `${application}-${outputId}`
    driver.output = new TransactionalOutput(producing(), { id, timeoutMs, topic: typeof topic === 'string' ? topic : undefined })
    if (typeof topic === 'string') driver.counts.set(topic, 0)
    await driver.output.start(isRecovered)
  }

  async begin({ timeMs, openFromMs }: SinkBatch): Promise<Begun> {
    const { driver: { counts }, output } = this
    const isWritten = output.isWritten(timeMs)
    if (!isWritten) for (const [topic, count] of await output.producing.partitionCounts([...counts.keys()])) counts.set(topic, count)
    return { timeMs, openFromMs, isWritten, counts: [...counts].filter(([, count]) => count > 0) }
  }

  write({ isWritten, counts }: Begun, partition: SinkPartition, elements: Iterable<unknown>): readonly OutgoingBatch[] | Promise<readonly OutgoingBatch[]> {
    return isWritten ? [] : this.writer.write(counts, partition, elements)
  }

  async prepare(begun: Begun, written: readonly (readonly OutgoingBatch[])[]): Promise<null> {
    if (begun.isWritten) return null
    const { driver, output, writer: { plan } } = this
    const counts = new Map([...driver.counts].filter(([, count]) => count > 0))
    const batches = await placeBatches(plan, written.flat(), output.producing, counts)
    for (const [topic, count] of counts) driver.counts.set(topic, count)
    await output.write(batches, begun)
    return null
  }

  /** It is there since prepare: a batch that runs again is not written again. */
  commit(): void {}
  abort(): void {}

  async stop(): Promise<void> { await this.driver.output?.stop() }
}
