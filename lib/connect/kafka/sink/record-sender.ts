/**
 * A producer: gives record batches their numbers and sends them, one at a time to each partition, several partitions together.
 * What it holds is bounded by those who await `send`. When a batch fails, all that were not acknowledged fail with it, for their
 * partitions' numbers are in doubt; the next batch begins with a new producer.
 */
import type { KafkaProducing, ProducerIdentity } from '../producing'
import { nextSequence, recordsIn, sealBatch } from './seal-batch'

/** A finished batch and where it belongs. */
export interface OutgoingBatch { readonly topic: string, readonly partition: number, readonly bytes: Uint8Array }

interface Waiting extends OutgoingBatch { readonly sent: () => void, readonly failed: (error: unknown) => void }

/** What is sent to one partition, in order. */
interface Lane { readonly waiting: Waiting[], sequence: number, isBusy: boolean }

/** How batches are numbered, and where they go. */
export interface SenderOptions {
  readonly acks: -1 | 0 | 1
  /** Set: batches belong to its transaction. Undefined: to a producer of the sender's own, where everything is acknowledged. */
  readonly producer?: ProducerIdentity & { readonly transactionalId: string }
}

/** Together in one request at most. */
const requestBytesMax = 4 * 1024 * 1024

export class RecordSender {
  private readonly lanes = new Map<string, Lane>()
  private own: Promise<ProducerIdentity | undefined> | undefined
  private inFlight = 0
  private failure: { readonly thrown: unknown } | undefined
  private isPumping = false

  constructor(private readonly producing: KafkaProducing, private readonly options: SenderOptions) {}

  /** True while something waits for its acknowledgement. */
  get isBusy(): boolean { return this.inFlight > 0 || this.lanesWaiting().next().done !== true }

  /** Resolves when the batch is acknowledged. Batches of a partition arrive in the order in which they were given. */
  send(batch: OutgoingBatch): Promise<void> {
    const key = `${batch.topic} ${batch.partition}`
    let lane = this.lanes.get(key)
    if (lane === undefined) this.lanes.set(key, lane = { waiting: [], sequence: 0, isBusy: false })
    const sent = new Promise<void>((resolve, failed) => { lane.waiting.push({ ...batch, sent: resolve, failed }) })
    void this.pump()
    return sent
  }

  /** Sends what can be sent. The pause before lets batches that are given together go together. */
  private async pump(): Promise<void> {
    if (this.isPumping) return
    this.isPumping = true
    try {
      await undefined
      const producer = await this.identity()
      for (let group = this.nextGroup(); group.length > 0; group = this.nextGroup()) void this.sendGroup(group, producer)
    } catch (error) { this.fail(error) } finally { this.isPumping = false }
  }

  private identity(): Promise<ProducerIdentity | undefined> | ProducerIdentity | undefined {
    const { producer, acks } = this.options
    if (producer !== undefined || acks !== -1) return producer
    this.own ??= this.producing.initProducer()
    return this.own
  }

  private nextGroup(): [Lane, Waiting][] {
    const group: [Lane, Waiting][] = []
    let bytes = 0
    if (this.failure !== undefined) return group
    for (const lane of this.lanesWaiting()) {
      const [first] = lane.waiting
      if (lane.isBusy || (group.length > 0 && bytes + first!.bytes.length > requestBytesMax)) continue
      bytes += first!.bytes.length
      group.push([lane, first!])
    }
    return group
  }

  private *lanesWaiting(): Generator<Lane> { for (const lane of this.lanes.values()) if (lane.waiting.length > 0) yield lane }

  private async sendGroup(group: readonly [Lane, Waiting][], producer: ProducerIdentity | undefined): Promise<void> {
    const { acks, producer: transactional } = this.options
    this.inFlight++
    for (const [lane, batch] of group) {
      lane.isBusy = true
      sealBatch(batch.bytes, { producer, sequence: lane.sequence, isTransactional: transactional !== undefined })
    }
    try {
      await this.producing.append(group.map(([, { topic, partition, bytes }]) => ({ topic, partition, batch: bytes })), {
        acks, transactionalId: transactional?.transactionalId,
      })
      for (const [lane, batch] of group) {
        lane.waiting.shift()
        lane.sequence = nextSequence(lane.sequence, recordsIn(batch.bytes))
        lane.isBusy = false
        batch.sent()
      }
    } catch (error) { this.failure ??= { thrown: error } }
    this.inFlight--
    if (this.failure === undefined) void this.pump()
    else if (this.inFlight === 0) this.fail(this.failure.thrown)
  }

  /** Nothing is in flight: what waits has failed. */
  private fail(error: unknown): void {
    const failed = [...this.lanes.values()].flatMap(({ waiting }) => waiting)
    this.lanes.clear()
    this.own = undefined
    this.failure = undefined
    for (const batch of failed) batch.failed(error)
  }
}
