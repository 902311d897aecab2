/** A MemoryKafka as its readers see it. */
import { systemClock } from '../../base/clock'
import { KafkaOffsetOutOfRangeError } from '../../connect/kafka/offset-out-of-range'
import type { Fetched, FetchRequest, IsolationLevel, KafkaLog, OffsetAt, TopicPartition } from '../../connect/kafka/log'
import type { Broker } from './broker'
import { placeKey } from './broker-state'
import { Connection } from './connection'
import { offsetAtTime } from './kept-records'

export class MemoryLog implements KafkaLog {
  private readonly connection: Connection

  constructor(private readonly broker: Broker) { this.connection = new Connection(broker) }

  connect(): Promise<void> { return this.connection.connect() }
  async disconnect(): Promise<void> { this.connection.disconnect() }

  topics(): Promise<string[]> { return this.connection.run((_tell, { topics }) => [...topics.keys()].sort()) }

  partitions(topics: readonly string[]): Promise<TopicPartition[]> {
    return this.connection.run((_tell, state) => topics.flatMap(topic => {
      return Array.from(state.topics.get(topic) ?? [], (_log, partition) => ({ topic, partition }))
    }))
  }

  offsets(partitions: readonly TopicPartition[], at: OffsetAt, isolation: IsolationLevel): Promise<number[]> {
    return this.connection.run(() => Promise.all(partitions.map(place => {
      const log = this.broker.requireLog(place)
      if (at === 'earliest') return log.startOffset
      return at === 'latest' ? log.readableEnd(isolation) : offsetAtTime(log, at.timestampMs, isolation)
    })))
  }

  committed(group: string, partitions: readonly TopicPartition[]): Promise<(number | undefined)[]> {
    return this.connection.run((_tell, state) => partitions.map(place => state.offsetsOf(group).get(placeKey(place))?.offset))
  }

  commit(group: string, offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    return this.connection.run(async tell => {
      for (const place of offsets) this.broker.requireLog(place)
      await tell({ kind: 'committed', group, offsets: offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset, metadata: '' })) })
    })
  }

  async fetch(
    requests: readonly FetchRequest[], { isolation, maxWaitMs }: { readonly isolation: IsolationLevel, readonly maxWaitMs: number },
  ): Promise<Fetched[]> {
    const { session } = this.connection
    const deadlineMs = systemClock.now() + maxWaitMs
    for (;;) {
      let wake!: () => void
      const changed = new Promise<void>(resolve => { wake = resolve })
      const unwatch = this.broker.watch(wake)
      const timer = systemClock.schedule(deadlineMs, wake)
      try {
        const fetched = await this.connection.run(() => requests.map(request => this.fetchOne(request, isolation)), session)
        if (fetched.some(({ bytes }) => bytes.length > 0) || systemClock.now() >= deadlineMs) return fetched
        await session.until(changed)
      } finally {
        unwatch()
        timer.cancel()
      }
    }
  }

  private fetchOne({ topic, partition, from, maxBytes }: FetchRequest, isolation: IsolationLevel): Fetched {
    const found = this.broker.requireLog({ topic, partition }).fetch(from, maxBytes, isolation)
    if (found === undefined) throw new KafkaOffsetOutOfRangeError({ topic, partition, offset: from })
    return { topic, partition, ...found }
  }
}
