/** A kept state in other partitions: after a recovery with another number of them, or another partitioner. */
import { KeyMap } from '../../base/key-map'
import type { Partitioner } from '../../rdd/partitioner'
import { decodeEntries, encodeEntries } from '../../rdd/state/entry-frame'
import type { FrameReader } from '../../rdd/state/state-core'

interface Columns { readonly keys: unknown[], readonly values: unknown[], readonly times: number[] }

/** Reads `count` partitions and places every entry by `partitioner`. */
export async function resettled(read: FrameReader, count: number, partitioner: Partitioner): Promise<FrameReader> {
  const placed: Columns[] = Array.from({ length: partitioner.numPartitions }, () => ({ keys: [], values: [], times: [] }))
  for (let partition = 0; partition < count; partition++) {
    for (const [key, [value, time]] of await entriesOf(read, partition)) {
      const { keys, values, times } = placed[partitioner.getPartition(key)]!
      keys.push(key)
      values.push(value)
      times.push(time)
    }
  }
  const frames = placed.map(columns => encodeEntries({ ...columns, removed: [] }))
  return partition => Promise.resolve(frames[partition]!)
}

/** The entries that the frames of a partition amount to. */
export async function entriesOf(read: FrameReader, partition: number): Promise<KeyMap<unknown, readonly [value: unknown, time: number]>> {
  const entries = new KeyMap<unknown, readonly [unknown, number]>()
  for (const frame of await read(partition)) {
    const { keys, values, times, removed } = decodeEntries(frame)
    for (const key of removed) entries.delete(key)
    keys.forEach((key, i) => entries.set(key, [values[i], times[i]!]))
  }
  return entries
}
