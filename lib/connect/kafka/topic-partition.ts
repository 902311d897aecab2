/** A partition of a topic as programs name it. */
import { requireInteger, refuse, describe } from '../../rdd/arguments'
import type { TopicPartition as Place } from './log'

/**
 * A partition of a topic. Counterpart: org.apache.kafka.common.TopicPartition, with properties for its methods.
 * @example
 * ```ts
 * import { TopicPartition } from 'millrace'
 * const starts = new Map([[new TopicPartition('words', 0), 100], [new TopicPartition('words', 1), 250]])
 * ```
 */
export class TopicPartition implements Place {
  constructor(readonly topic: string, readonly partition: number) {
    requireTopic('TopicPartition', topic)
    requireInteger('TopicPartition', partition, 0, 'the partition')
  }

  /** `words-0`, as Kafka writes it. */
  toString(): string { return placeName(this) }
}

/** `words-0`: no two partitions have the same. */
export function placeName({ topic, partition }: Place): string { return `${topic}-${partition}` }

/** What names of topics may have. */
const topicForm = /^[A-Za-z0-9._-]{1,249}$/

export function requireTopic(operator: string, topic: unknown): string {
  if (typeof topic === 'string' && topicForm.test(topic) && topic !== '.' && topic !== '..') return topic
  return refuse(operator, `a topic is a name of letters, digits, dots, dashes and underscores, 249 at the most, got ${describe(topic)}`)
}

/** By topic and partition. */
export function comparePlaces(a: Place, b: Place): number {
  return a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition
}

/**
 * Offsets by the names of their partitions. Throws IllegalArgumentError for what are none, and for a partition that has two.
 * Internal to the connector.
 */
export function offsetsByPlace(operator: string, offsets: unknown): ReadonlyMap<string, number> {
  const known = new Map<string, number>()
  if (typeof (offsets as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') {
    refuse(operator, `offsets must be a Map from TopicPartition to offset, got ${describe(offsets)}`, 'new Map([[new TopicPartition(\'words\', 0), 100]])')
  }
  for (const entry of offsets as Iterable<readonly [Place, number]>) {
    const [place, offset] = Array.isArray(entry) ? entry as readonly [Place, number] : []
    if (typeof place?.topic !== 'string' || !Number.isSafeInteger(place.partition)) {
      refuse(operator, `offsets must be a Map from TopicPartition to offset, got the key ${describe(place)}`, 'new Map([[new TopicPartition(\'words\', 0), 100]])')
    }
    const name = placeName(place!)
    requireInteger(operator, offset!, 0, `the offset of ${name}`)
    if (known.has(name)) refuse(operator, `offsets has ${name} twice`)
    known.set(name, offset!)
  }
  return known
}
