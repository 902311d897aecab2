/**
 * The producers of this thread: one for each cluster and way of acknowledging, kept from batch to batch, so that a thread has one
 * connection to each broker. One that nobody has used for a while is closed; none keeps the process alive.
 */
import { systemClock, type Timer } from '../../../base/clock'
import type { KafkaProducing } from '../producing'
import type { ClusterAddress } from './producer-params'
import { ClusterProducing } from './cluster-producing'
import { RecordSender } from './record-sender'

export interface ThreadSender { readonly producing: KafkaProducing, readonly sender: RecordSender }

interface Kept extends ThreadSender { users: number, timer: Timer | undefined }

const idleMs = 60_000
const kept = new Map<string, Kept>()

/** Runs `f` with the thread's producer for a cluster. */
export async function withSender<R>(cluster: ClusterAddress, acks: -1 | 0 | 1, f: (sender: ThreadSender) => Promise<R>): Promise<R> {
  const name = JSON.stringify([cluster, acks])
  const found = kept.get(name) ?? begin(name, cluster, acks)
  found.timer?.cancel()
  found.users++
  try { return await f(found) } finally {
    found.users--
    if (found.users === 0) rest(name, found)
  }
}

function begin(name: string, cluster: ClusterAddress, acks: -1 | 0 | 1): Kept {
  const producing = new ClusterProducing(cluster)
  const made: Kept = { producing, sender: new RecordSender(producing, { acks }), users: 0, timer: undefined }
  kept.set(name, made)
  return made
}

function rest(name: string, sender: Kept): void {
  sender.timer = systemClock.schedule(systemClock.now() + idleMs, async () => {
    kept.delete(name)
    await sender.producing.disconnect()
  }, { unref: true })
}
