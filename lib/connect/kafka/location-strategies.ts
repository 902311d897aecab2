/** Where in a cluster partitions are read. On one machine it is always here; a program says it all the same, so that it can move. */
import { describe, refuse } from '../../rdd/arguments'
import type { TopicPartition as Place } from './log'
import { placeName } from './topic-partition'

/** One of `LocationStrategies`. */
export interface LocationStrategy {
  readonly kind: 'consistent' | 'brokers' | 'fixed'
  /** Hosts by the names of partitions. */
  readonly hosts?: ReadonlyMap<string, string>
}

/** Counterpart: org.apache.spark.streaming.kafka010.LocationStrategies. */
export const LocationStrategies = Object.freeze({
  /** Partitions are spread evenly over executors: what nearly every program wants. */
  PreferConsistent: Object.freeze({ kind: 'consistent' }) as LocationStrategy,
  /** Executors on the hosts of the brokers read what is there. */
  PreferBrokers: Object.freeze({ kind: 'brokers' }) as LocationStrategy,
  /** Hosts for certain partitions; the others are spread evenly. */
  PreferFixed(hosts: Iterable<readonly [Place, string]>): LocationStrategy {
    if (typeof (hosts as Iterable<unknown> | undefined)?.[Symbol.iterator] !== 'function') {
      refuse('PreferFixed', `the hosts must be a Map from TopicPartition to host, got ${describe(hosts)}`)
    }
    return Object.freeze({ kind: 'fixed', hosts: new Map(Array.from(hosts, ([place, host]) => [placeName(place), String(host)])) })
  },
})

/** Throws IllegalArgumentError for what is none. Internal to the connector. */
export function requireLocationStrategy(operator: string, given: unknown): LocationStrategy {
  const { kind } = (given ?? {}) as Partial<LocationStrategy>
  if (kind === 'consistent' || kind === 'brokers' || kind === 'fixed') return given as LocationStrategy
  return refuse(operator, `the location strategy must be one of LocationStrategies, got ${describe(given)}`, 'LocationStrategies.PreferConsistent')
}
