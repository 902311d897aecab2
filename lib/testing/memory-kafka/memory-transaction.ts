/** A transaction in a MemoryKafka, for tests of streams that read what others write. */
import { MemoryProducing } from './memory-producing'
import type { Broker } from './broker'
import type { TransactionalProducer } from '../../connect/kafka/producing'
import { nextSequence, recordsIn, sealBatch } from '../../connect/kafka/sink/seal-batch'
import type { SendOptions } from './memory-topic'
import { RecordsToSend, type MemoryRecords } from './new-records'

let count = 0
const timeoutMs = 60_000

/** What `kafka.transaction()` gives: sends records, then commits or aborts them. */
export class MemoryTransaction {
  private readonly sequences = new Map<string, number>()
  private turns = 0

  private constructor(private readonly broker: Broker, private readonly producing: MemoryProducing, private readonly producer: TransactionalProducer) {}

  /** Internal: `kafka.transaction()` makes it. */
  static async begin(broker: Broker, transactionalId = `memory-transaction-${++count}`): Promise<MemoryTransaction> {
    const producing = new MemoryProducing(broker)
    const identity = await producing.initProducer({ transactionalId, timeoutMs })
    return new MemoryTransaction(broker, producing, { ...identity, transactionalId })
  }

  /** Appends records to a topic; who reads uncommitted records sees them at once. */
  async send(topic: string, records: MemoryRecords, { codec = 'none' }: SendOptions = {}): Promise<void> {
    const { producing, producer } = this
    const toSend = new RecordsToSend(records, this.broker.options.clock.now())
    const partitionCount = (await producing.partitionCounts([topic])).get(topic) ?? 1
    const batches = await toSend.batches(partitionCount, () => this.turns++, codec)
    await producing.addPartitions(producer, Array.from(batches.keys(), partition => ({ topic, partition })))
    for (const [partition, batch] of batches) {
      const key = `${topic}-${partition}`
      const sequence = this.sequences.get(key) ?? 0
      sealBatch(batch, { producer, sequence, isTransactional: true })
      await producing.append([{ topic, partition, batch }], { transactionalId: producer.transactionalId })
      this.sequences.set(key, nextSequence(sequence, recordsIn(batch)))
    }
  }

  /** Offsets of a group are committed with the transaction. */
  sendOffsets(group: string, offsets: readonly { readonly topic: string, readonly partition: number, readonly offset: number }[]): Promise<void> {
    return this.producing.addOffsets(this.producer, group, offsets.map(offset => ({ ...offset, metadata: '' })))
  }

  commit(): Promise<void> { return this.producing.endTransaction(this.producer, 'commit') }
  abort(): Promise<void> { return this.producing.endTransaction(this.producer, 'abort') }
}
