/** The reduce side of a shuffle in a thread: what the map tasks wrote for one partition, merged as the shuffle asks. */
import { decodeColumns } from '../../codec/columns'
import type { Cell } from '../../rdd/pairs/combining-map'
import type { Input, ShuffleArguments } from '../../rdd/plan'
import { ShuffleOutput } from '../shuffle/shuffle-output'
import type { ShippedInput } from './protocol'

export function mergeParts({ data }: ShippedInput, args: ShuffleArguments): Input {
  const parts = data.kind === 'shuffle' ? data.parts : []
  const onePartition = { ...args, partitioner: { numPartitions: 1, getPartition: () => 0 } }
  const output = new ShuffleOutput(parts.length, onePartition)
  parts.forEach((bytes, index) => output.put(index, [decodeColumns(bytes) as Cell[]]))
  return { kind: 'array', values: output.read(0) }
}
