/**
 * Batches of tasks that did not know how many partitions a topic has, as those of a topic that is new: their records go to the
 * partitions where they belong. Happens once a topic.
 */
import { IllegalArgumentError } from '../../../base/errors'
import { systemClock } from '../../../base/clock'
import type { KafkaProducing } from '../producing'
import { BatchDecoder } from '../records/decode-batch'
import { Deserializers } from '../records/deserializers'
import { Batcher } from './batcher'
import { requireCount } from './element-writer'
import type { RecordPlan } from './options'
import type { OutgoingBatch } from './record-sender'

/** What belongs where. Throws where a topic, or a partition that the user's function gave, does not exist. */
export async function placeBatches(plan: RecordPlan, batches: readonly OutgoingBatch[], producing: KafkaProducing, counts: Map<string, number>): Promise<OutgoingBatch[]> {
  const placed: OutgoingBatch[] = []
  for (const batch of batches) {
    const { topic, partition } = batch
    if (!counts.has(topic)) counts.set(topic, requireCount(topic, await producing.partitionCounts([topic])))
    const count = counts.get(topic)!
    if (partition >= count) throw new IllegalArgumentError(`saveToKafka: partition gave ${partition} for topic '${topic}', which has ${count} partitions, from 0`)
    if (partition >= 0) placed.push(batch)
    else placed.push(...again(plan, batch, counts))
  }
  return placed
}

function again(plan: RecordPlan, { topic, bytes }: OutgoingBatch, counts: ReadonlyMap<string, number>): OutgoingBatch[] {
  const decoder = new BatchDecoder({
    topic, partition: -1, fromOffset: 0, untilOffset: Infinity, key: Deserializers.bytes, value: Deserializers.bytes, checkCrcs: false,
  })
  const batcher = new Batcher({ ...plan, topic, ...asTheyAre }, counts, 0)
  for (const chunk of decoder.decode(bytes, [])) for (const record of chunk) batcher.add(topic, record, systemClock.now())
  batcher.closeAll()
  return batcher.finished
}

/** How records that have been made once are made again. */
const asTheyAre: Pick<RecordPlan, 'key' | 'value' | 'headers' | 'timestamp' | 'partition'> = {
  key: record => record.key, value: record => record.value, headers: record => record.headers, timestamp: record => record.timestamp, partition: undefined,
}
