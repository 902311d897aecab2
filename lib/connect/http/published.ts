/**
 * What is sent to clients of a stream's output: the messages of each batch, the latest batches kept for who comes (again). A
 * sink for saveTo, so that a batch is sent once, whole, after it has ended: `commit` is what sends.
 */
import type { SinkBatch, SinkPartition, SinkStart, TransactionalSink } from '../../streaming/outputs/transactional-sink'
import type { CheckedServeOptions } from './options'

/** One message: `id` is the batch time in milliseconds and its number in the batch, which name it for good. */
export interface Message { readonly id: string, readonly text: string }

/** A batch as it was sent. */
export interface PublishedBatch { readonly timeMs: number, readonly messages: readonly Message[] }

/** What a way of sending does. */
export interface Channel {
  open(): Promise<void>
  send(batch: PublishedBatch): void
  close(): Promise<void>
}

interface Token { readonly timeMs: number }

export class PublishingSink implements TransactionalSink<unknown, Token, void, Token> {
  readonly writesOn = 'driver'
  readonly name: string
  /** Batches that have not ended, by time: their elements by partition. */
  private readonly written = new Map<number, unknown[][]>()
  /** The latest batches that were sent, oldest first. */
  private readonly kept: PublishedBatch[] = []

  constructor(operator: string, private readonly options: CheckedServeOptions, private readonly channel: Channel) { this.name = operator }

  start(_start: SinkStart<Token>): Promise<void> { return this.channel.open() }

  begin({ timeMs }: SinkBatch): Token {
    this.written.set(timeMs, [])
    return { timeMs }
  }

  write({ timeMs }: Token, { index }: SinkPartition, elements: Iterable<unknown>): void { this.written.get(timeMs)![index] = Array.from(elements) }

  prepare(token: Token): Token { return token }

  /** What another process has prepared is gone with it, and so are its clients. */
  commit({ timeMs }: Token): void {
    const partitions = this.written.get(timeMs)
    if (partitions === undefined) return
    this.written.delete(timeMs)
    const batch = { timeMs, messages: this.messagesOf(timeMs, partitions.flat()) }
    this.kept.push(batch)
    if (this.kept.length > this.options.keep) this.kept.shift()
    this.channel.send(batch)
  }

  abort({ timeMs }: Token): void { this.written.delete(timeMs) }

  stop(): Promise<void> { return this.channel.close() }

  /** What a client has missed that saw the message `lastId` last; all that is kept for one that saw none. */
  missedSince(lastId: string | undefined): Message[] {
    const messages = this.kept.flatMap(batch => batch.messages)
    if (lastId === undefined) return messages
    const [timeMs = Number.NaN, index = -1] = lastId.split('-').map(Number)
    return messages.filter(({ id }) => {
      const [atMs, at] = id.split('-').map(Number) as [number, number]
      return Number.isNaN(timeMs) || atMs > timeMs || (atMs === timeMs && at > index)
    })
  }

  private messagesOf(timeMs: number, elements: readonly unknown[]): Message[] {
    const { batches, data = (element: unknown) => element } = this.options
    const values = elements.map(element => data(element))
    const payloads = batches ? [{ time: timeMs, values }] : values
    return payloads.map((payload, index) => ({ id: `${timeMs}-${index}`, text: textOf(payload) }))
  }
}

function textOf(payload: unknown): string {
  if (typeof payload === 'string') return payload
  return JSON.stringify(payload, (_key, value: unknown) => typeof value === 'bigint' ? value.toString() : value) ?? 'null'
}
