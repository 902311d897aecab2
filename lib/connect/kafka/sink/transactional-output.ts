/**
 * An output with transactions: one producer on the driver, whose transactions have a batch and the note that it is there. A batch
 * whose note is there is not written again, so it does not matter when the program died: before the transaction had ended Kafka
 * aborts it when the next run begins; after it, the next run finds the note.
 *
 *   (nothing) -> partitions added -> records appended -> note added -> ended: all of it seen at once
 *        \______________\__________________\________________\----> aborted, by this run or when the next one begins
 *
 * Another run that begins fences this one. What has failed is in doubt: then the notes say whether it is there and whether another
 * run has begun, and this one begins again only where none has.
 */
import { logFor } from '../../../base/log'
import { ProducerFencedError, type GroupOffset, type KafkaProducing, type TransactionalProducer } from '../producing'
import type { TopicPartition } from '../log'
import { Sending } from './element-writer'
import { readNote, writeNote, type Note } from './ledger'
import { RecordSender, type OutgoingBatch } from './record-sender'

const log = logFor('Kafka')

export interface TransactionalSettings {
  /** The transactional id; the group of the notes has the same name. */
  readonly id: string
  readonly timeoutMs: number
  /** Where notes are kept: offsets belong to a partition. Undefined: in the first topic that a batch writes to. */
  readonly topic: string | undefined
}

/** A batch of a stream. */
export interface NotedBatch { readonly timeMs: number, readonly openFromMs: number }

interface Session { readonly producer: TransactionalProducer, readonly sender: RecordSender }

export class TransactionalOutput {
  /** Undefined before the start, and after a failure. */
  private session: Session | undefined
  /** Names this run in its notes. */
  private run = ''
  private times = new Set<number>()
  private noteAt: TopicPartition | undefined
  private last: Promise<unknown> = Promise.resolve()

  constructor(readonly producing: KafkaProducing, private readonly settings: TransactionalSettings) {}

  /** Ends what earlier runs have left open. `isRecovered`: their batches may run again. */
  async start(isRecovered: boolean): Promise<void> {
    const { producing, settings: { topic } } = this
    await producing.connect()
    const { producer } = this.session = await this.begin()
    this.run = `${producer.producerId}-${producer.epoch}`
    const offsets = await this.offsets()
    this.times = new Set(isRecovered ? offsets.flatMap(({ note }) => note.times) : [])
    const places: TopicPartition[] = offsets.map(({ topic, partition }) => ({ topic, partition }))
    if (topic !== undefined && (await producing.partitionCounts([topic])).has(topic)) places.unshift({ topic, partition: 0 })
    this.noteAt = places[0]
    if (places.length > 0) await this.ended(producer, this.notes(places, [...this.times]))
  }

  private async begin(): Promise<Session> {
    const { producing, settings: { id: transactionalId, timeoutMs } } = this
    const producer = { transactionalId, ...await producing.initProducer({ transactionalId, timeoutMs }) }
    return { producer, sender: new RecordSender(producing, { acks: -1, producer }) }
  }

  private async offsets(): Promise<(GroupOffset & { readonly note: Note })[]> {
    const offsets = await this.producing.groupOffsets(this.settings.id)
    return offsets.flatMap(offset => {
      const note = readNote(offset.metadata)
      return note === undefined ? [] : [{ ...offset, note }]
    })
  }

  private notes(places: readonly TopicPartition[], times: readonly number[]): GroupOffset[] {
    const metadata = writeNote({ run: this.run, times })
    // The offset itself is only for people to look at.
    const offset = Math.max(0, ...times)
    const unique = new Map(places.map(place => [`${place.topic} ${place.partition}`, place]))
    return Array.from(unique.values(), ({ topic, partition }) => ({ topic, partition, offset, metadata }))
  }

  private async ended(producer: TransactionalProducer, notes: readonly GroupOffset[]): Promise<void> {
    if (notes.length > 0) await this.producing.addOffsets(producer, this.settings.id, notes)
    await this.producing.endTransaction(producer, 'commit')
  }

  /** True for a batch that an earlier attempt has written. */
  isWritten(timeMs: number): boolean { return this.times.has(timeMs) }

  /** Writes a batch, whole or not at all, one after another. Without `noted` what is written is in no note. */
  write(batches: readonly OutgoingBatch[], noted?: NotedBatch): Promise<void> {
    const written = this.last.then(() => this.writeNow(batches, noted))
    this.last = written.catch(() => undefined)
    return written
  }

  private async writeNow(batches: readonly OutgoingBatch[], noted: NotedBatch | undefined): Promise<void> {
    this.session ??= await this.beginAgain()
    if (noted !== undefined && this.times.has(noted.timeMs)) return
    const times = noted === undefined ? [] : [...this.times, noted.timeMs].filter(timeMs => timeMs >= noted.openFromMs)
    if (batches.length > 0) await this.transaction(this.session, batches, noted && times)
    this.times = new Set(times)
  }

  private async transaction({ producer, sender }: Session, batches: readonly OutgoingBatch[], times: readonly number[] | undefined): Promise<void> {
    const { producing } = this
    const partitions = new Map(batches.map(({ topic, partition }) => [`${topic} ${partition}`, { topic, partition }]))
    this.noteAt ??= { topic: batches[0]!.topic, partition: 0 }
    const notes = times === undefined ? [] : this.notes([this.noteAt], times)
    try {
      await producing.addPartitions(producer, [...partitions.values()])
      const sending = new Sending(batch => sender.send(batch))
      await sending.take([...batches])
      await sending.end()
      await this.ended(producer, notes)
    } catch (error) {
      this.session = undefined
      await this.abort(producer, error)
      throw error
    }
  }

  /** What cannot be reached now is aborted when this or another run begins again. */
  private async abort(producer: TransactionalProducer, error: unknown): Promise<void> {
    const { retriable, code } = error as { retriable?: boolean, code?: string }
    if (retriable === true || code === 'MR_KAFKA_FENCED') return
    try { await this.producing.endTransaction(producer, 'abort') } catch (failure) {
      log.debug(`The transaction of '${producer.transactionalId}' could not be aborted: ${String((failure as Error).message)}`)
    }
  }

  /** A new session after a failure. Throws ProducerFencedError where another run has begun. */
  private async beginAgain(): Promise<Session> {
    const { settings: { id } } = this
    await this.producing.connect()
    if ((await this.offsets()).some(({ note }) => note.run !== this.run)) {
      throw new ProducerFencedError(`Another run of this program writes to Kafka as '${id}'; this one must not write any more`, {
        hint: 'End one of the two, or give each its own application name or transactionalId.',
      })
    }
    const session = await this.begin()
    for (const { note } of await this.offsets()) for (const timeMs of note.times) this.times.add(timeMs)
    return session
  }

  stop(): Promise<void> { return this.producing.disconnect() }
}
