/**
 * Reading partitions of many brokers at the same time. A call has its answer when the first broker has something: a request to
 * another that still waits for records goes on, and its answer is for the next call that asks the same.
 */
import { systemClock } from '../../../base/clock'
import { UnsupportedOperationError } from '../../../base/errors'
import type { Fetched, FetchRequest, IsolationLevel } from '../log'
import { KafkaOffsetOutOfRangeError } from '../offset-out-of-range'
import { currentMagic, fields, wholeBatches } from '../records/batch-format'
import { AnswerError, check, codes, isPassing } from './broker-errors'
import type { Cluster } from './cluster'
import { readFetchAnswer, type FetchAnswer, type FetchedPartition } from './fetch-answer'
import { byTopic, grouped, listed, nameOf } from './partitions'
import type { Retrying } from './retrying'

interface Options { readonly isolation: IsolationLevel, readonly maxWaitMs: number }

/** A request that waits for records, or its answer that nobody has taken. */
interface Asked { readonly key: string, readonly answer: Promise<FetchAnswer> }

export class Fetching {
  /** By broker. */
  private readonly asked = new Map<number, Asked>()
  private turn = 0

  constructor(private readonly cluster: Cluster, private readonly retrying: Retrying, private readonly fetchBytesMax: number) {}

  /** One answer a request, in their order. Rejects when nobody answers, and for what trying again does not mend. */
  fetch(requests: readonly FetchRequest[], { isolation, maxWaitMs }: Options): Promise<Fetched[]> {
    const deadlineMs = systemClock.now() + maxWaitMs
    return this.retrying.run(`reading ${listed(requests)}`, async () => {
      const round = new Round(this.cluster, isolation)
      const groups = await round.groups(requests)
      const waitMs = Math.max(0, deadlineMs - systemClock.now())
      await round.take(Array.from(groups, ([leader, group]) => this.ask(leader, group, { isolation, maxWaitMs: waitMs }, round)))
      // Those of a broker that is away are asked for again by the next call: others must not wait for them.
      if (round.found.size === 0 && round.failed !== undefined) throw round.failed
      return requests.map(request => round.found.get(nameOf(request)) ?? nothing(request))
    })
  }

  /** Adds what `leader` answers to the round, unless that is over before. */
  private async ask(leader: number, requests: readonly FetchRequest[], options: Options, round: Round): Promise<FetchAnswer> {
    const key = JSON.stringify([options.isolation, requests.map(({ topic, partition, from }) => [topic, partition, from])])
    let asked = this.asked.get(leader)
    if (asked?.key !== key || options.maxWaitMs === 0) {
      asked = { key, answer: this.send(leader, requests, options) }
      if (options.maxWaitMs > 0) this.asked.set(leader, asked)
    }
    const taken = asked
    const forget = (): void => { if (this.asked.get(leader) === taken) this.asked.delete(leader) }
    try {
      const answer = await taken.answer
      if (round.isOver) return answer
      forget()
      for (const partition of answer.partitions) round.add(partition, requests)
      return answer
    } catch (error) {
      forget()
      throw error
    }
  }

  private async send(leader: number, requests: readonly FetchRequest[], { isolation, maxWaitMs }: Options): Promise<FetchAnswer> {
    // A broker fills its answer in the order of the partitions, and gives a batch that is larger than asked for only as the first.
    const first = this.turn++ % requests.length
    const inTurn = [...requests.slice(first), ...requests.slice(0, first)]
    const sizes = requests.map(({ maxBytes }) => maxBytes)
    const values = {
      topics: byTopic(inTurn, ({ partition, from, maxBytes }) => ({ partition, fetchOffset: String(from), maxBytes })),
      maxWaitTime: maxWaitMs, minBytes: 1, maxBytes: Math.min(sizes.reduce((sum, size) => sum + size, 0), Math.max(this.fetchBytesMax, ...sizes)),
      isolationLevel: isolation === 'read_committed' ? 1 : 0, rackId: '',
    }
    const answer: FetchAnswer = await this.cluster.sendTo(leader, 'Fetch', values, { waits: maxWaitMs > 0, waitMs: maxWaitMs, read: readFetchAnswer })
    check(answer.errorCode)
    return answer
  }
}

/** One question to each leader, and what came of it. */
class Round {
  readonly found = new Map<string, Fetched>()
  /** The first error that may pass. */
  failed: unknown
  isOver = false

  constructor(private readonly cluster: Cluster, private readonly isolation: IsolationLevel) {}

  /** By the broker that leads. */
  async groups(requests: readonly FetchRequest[]): Promise<Map<number, FetchRequest[]>> {
    await this.cluster.learn(requests.map(({ topic }) => topic))
    const groups = grouped(requests, ({ topic, partition }) => {
      try { return this.cluster.leaderOf(topic, partition) } catch (error) {
        this.passes(topic, error)
        return undefined
      }
    })
    groups.delete(undefined)
    return groups as Map<number, FetchRequest[]>
  }

  private passes(topic: string, error: unknown): void {
    this.cluster.forget(topic)
    this.failed ??= error
  }

  /** Waits until one answer has records, or all are there. Throws the first error that does not pass. */
  async take(answers: readonly Promise<FetchAnswer>[]): Promise<void> {
    const final: unknown[] = []
    await new Promise<void>(resolve => {
      let left = answers.length
      if (left === 0) resolve()
      const answered = (isEnough: boolean): void => { if (--left === 0 || isEnough) resolve() }
      for (const each of answers) {
        each.then(({ partitions }) => answered(partitions.some(({ batches }) => batches.length > 0)), error => {
          if (isPassing(error)) this.failed ??= error
          else final.push(error)
          answered(false)
        })
      }
    })
    this.isOver = true
    if (final.length > 0) throw final[0]
  }

  /** Keeps what was read of a partition. Throws KafkaOffsetOutOfRangeError. */
  add(answer: FetchedPartition, requests: readonly FetchRequest[]): void {
    const { topic, partition, errorCode, batches, aborted } = answer
    const request = requests.find(each => each.topic === topic && each.partition === partition)!
    if (errorCode === codes.offsetOutOfRange) throw new KafkaOffsetOutOfRangeError({ topic, partition, offset: request.from })
    if (errorCode !== codes.none) {
      const error = new AnswerError(errorCode)
      if (!isPassing(error)) throw error
      return this.passes(topic, error)
    }
    requireKnownFormat(answer)
    let end = 0
    let nextOffset = request.from
    for (const batch of wholeBatches(batches)) {
      end = batch.end
      nextOffset = batch.lastOffset + 1
    }
    const endOffset = this.isolation === 'read_committed' && answer.lastStableOffset >= 0 ? answer.lastStableOffset : answer.highWatermark
    this.found.set(nameOf(request), { topic, partition, bytes: batches.subarray(0, end), aborted, nextOffset, endOffset })
  }
}

/** What is said of a partition whose broker has not answered. */
function nothing({ topic, partition, from }: FetchRequest): Fetched {
  return { topic, partition, bytes: new Uint8Array(0), aborted: [], nextOffset: from, endOffset: from }
}

function requireKnownFormat({ topic, partition, batches }: FetchedPartition): void {
  if (batches.length <= fields.magic || batches[fields.magic] === currentMagic) return
  throw new UnsupportedOperationError(`${topic}-${partition} holds records in format ${batches[fields.magic]}, from a time before Kafka 0.11`, {
    hint: 'Have a broker of version 3 or earlier copy them to a new topic.',
  })
}
