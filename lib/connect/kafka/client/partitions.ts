/** Partitions in groups and in words. */
import type { TopicPartition } from '../log'

export function nameOf({ topic, partition }: TopicPartition): string { return `${topic}-${partition}` }

/** For errors: not all of a thousand. */
export function listed(partitions: readonly TopicPartition[]): string {
  const few = partitions.slice(0, 3).map(nameOf).join(', ')
  return partitions.length > 3 ? `${few} and ${partitions.length - 3} more` : few
}

export function grouped<P, K>(places: readonly P[], keyOf: (place: P) => K): Map<K, P[]> {
  const groups = new Map<K, P[]>()
  for (const place of places) {
    const key = keyOf(place)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [place])
    else group.push(place)
  }
  return groups
}

/** As requests want them. */
export function byTopic<P extends TopicPartition>(places: readonly P[], partitionOf: (place: P) => object): { topic: string, partitions: object[] }[] {
  return Array.from(grouped(places, ({ topic }) => topic), ([topic, group]) => ({ topic, partitions: group.map(partitionOf) }))
}
