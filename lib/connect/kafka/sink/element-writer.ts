/**
 * A partition's elements as record batches: sent by the thread that computes them, or handed to the driver, which sends them in a
 * transaction or to a client of its own. It travels with the user's functions in its plan.
 */
import { Breather } from '../../../base/event-loop'
import { systemClock } from '../../../base/clock'
import { SparkError } from '../../../base/errors'
import { pullPieces } from '../../../rdd/saving/pull'
import { TaskContext } from '../../../rdd/task-context'
import { loadCodec } from '../records/compression'
import { Batcher } from './batcher'
import type { ClusterAddress } from './producer-params'
import type { RecordPlan } from './options'
import type { OutgoingBatch } from './record-sender'
import { withSender, type ThreadSender } from './thread-senders'

/** What a task has sent and what is not acknowledged yet, in bytes, before it waits. */
const unacknowledgedBytesMax = 8 * 1024 * 1024

/** What a task says of its partition. */
export interface Written { readonly records: number, readonly bytes: number }

interface Part { readonly index: number, readonly attemptId: number }

/** Writes in the task, over the thread's own connection. */
export class SendingWriter {
  constructor(readonly plan: RecordPlan, readonly cluster: ClusterAddress, readonly acks: -1 | 0 | 1) {}

  write(part: Part, elements: Iterable<unknown>): Promise<Written> {
    const task = TaskContext.get()! // Nobody is the running task after the first wait.
    return withSender(this.cluster, this.acks, sender => this.writeWith(sender, task, part, elements))
  }

  private async writeWith({ producing, sender }: ThreadSender, task: TaskContext, { attemptId }: Part, elements: Iterable<unknown>): Promise<Written> {
    await loadCodec(this.plan.codec)
    const counts = new Map<string, number>()
    const batcher = new Batcher(this.plan, counts, attemptId)
    const sending = new Sending(batch => sender.send(batch))
    let unknown: { readonly topic: string, readonly element: unknown } | undefined
    const take = (element: unknown): boolean => {
      const topic = batcher.topicOf(element)
      if (counts.has(topic)) batcher.add(topic, element, nowMs)
      else unknown = { topic, element }
      return unknown !== undefined || batcher.finished.length > 0
    }
    let nowMs = systemClock.now()
    await pullPieces(task, elements, take, async () => {
      if (unknown !== undefined) {
        const { topic, element } = unknown
        unknown = undefined
        counts.set(topic, requireCount(topic, await producing.partitionCounts([topic])))
        batcher.add(topic, element, nowMs)
      }
      await sending.take(batcher.finished)
      nowMs = systemClock.now()
    })
    batcher.closeAll()
    await sending.take(batcher.finished)
    await sending.end()
    return { records: batcher.records, bytes: batcher.bytes }
  }
}

/** Makes batches in the task for the driver to send. */
export class EncodingWriter {
  constructor(readonly plan: RecordPlan) {}

  /** `counts`: how many partitions topics have. Of other topics the batches have partition -1 where it depends on that. */
  async write(counts: readonly (readonly [topic: string, count: number])[], { attemptId }: Part, elements: Iterable<unknown>): Promise<readonly OutgoingBatch[]> {
    const task = TaskContext.get()!
    await loadCodec(this.plan.codec)
    const batcher = new Batcher(this.plan, new Map(counts), attemptId)
    const breather = new Breather()
    let nowMs = systemClock.now()
    const take = (element: unknown): boolean => {
      const before = batcher.finished.length
      batcher.add(batcher.topicOf(element), element, nowMs)
      return batcher.finished.length > before
    }
    await pullPieces(task, elements, take, async () => {
      await breather.pause()
      nowMs = systemClock.now()
    })
    batcher.closeAll()
    return batcher.finished
  }
}

/** Throws where a topic does not exist. */
export function requireCount(topic: string, counts: ReadonlyMap<string, number>): number {
  const count = counts.get(topic)
  if (count !== undefined) return count
  throw new SparkError(`saveToKafka: Kafka has no topic '${topic}'`, { hint: 'Create it; these brokers do not make topics by themselves.' })
}

/** Batches under way, so many bytes of them. */
export class Sending {
  private readonly under: { readonly sent: Promise<void>, readonly bytes: number }[] = []
  private bytes = 0
  private readonly breather = new Breather()

  constructor(private readonly send: (batch: OutgoingBatch) => Promise<void>) {}

  /** Sends and removes what is in `batches`; waits while too much is not acknowledged. */
  async take(batches: OutgoingBatch[]): Promise<void> {
    for (const batch of batches.splice(0)) {
      const sent = this.send(batch)
      // Whoever awaits it hears of it.
      sent.catch(() => undefined)
      this.under.push({ sent, bytes: batch.bytes.length })
      this.bytes += batch.bytes.length
      while (this.bytes > unacknowledgedBytesMax) await this.oldest()
    }
    // What was given is written to its socket only when the event loop has its turn.
    await this.breather.pause()
  }

  private async oldest(): Promise<void> {
    const { sent, bytes } = this.under.shift()!
    this.bytes -= bytes
    await sent
  }

  async end(): Promise<void> { while (this.under.length > 0) await this.oldest() }
}
