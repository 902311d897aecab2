/**
 * Kafkas that live in this process, found by their servers: `memory:1` in the place of a host and port. They live in the main
 * thread: tasks in other threads are given what they read, and hand over what they write.
 */
import { IllegalArgumentError } from '../../base/errors'
import type { KafkaLog } from './log'
import type { KafkaWritable } from './producing'

/** What is found: it can be read and written like a cluster. */
export interface InProcessKafka extends KafkaWritable {
  /** A client of its own for each reader. */
  log(): KafkaLog
}

const scheme = 'memory:'
const byServers = new Map<string, InProcessKafka>()

/** From now on `servers`, which begins with `memory:`, are these. Later ones replace earlier ones. */
export function registerInProcessKafka(servers: string, kafka: InProcessKafka): void { byServers.set(servers, kafka) }

/** The servers are gone, unless others have taken their place. */
export function forgetInProcessKafka(servers: string, kafka: InProcessKafka): void {
  if (byServers.get(servers) === kafka) byServers.delete(servers)
}

/**
 * The Kafka at `bootstrap.servers` where that is one of this process; undefined where it is a cluster. Throws
 * IllegalArgumentError for one of this process that is not there.
 */
export function findInProcessKafka(servers: unknown): InProcessKafka | undefined {
  const name = Array.isArray(servers) && servers.length === 1 ? servers[0] as unknown : servers
  if (typeof name !== 'string' || !name.startsWith(scheme)) return undefined
  const found = byServers.get(name)
  if (found !== undefined) return found
  throw new IllegalArgumentError(`bootstrap.servers: there is no MemoryKafka ${name} in this process`, {
    hint: byServers.size === 0 ? 'Make one first: new MemoryKafka(), of millrace/testing.' : `There is ${[...byServers.keys()].join(', ')}.`,
  })
}
