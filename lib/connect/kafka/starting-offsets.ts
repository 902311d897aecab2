/**
 * Where partitions begin that no batch has read: at the offset that the program gives, at a time that it gives, where its group has
 * committed, or where `auto.offset.reset` says, the first of these that there is.
 */
import { MillraceError } from '../../base/errors'
import type { KafkaSettings } from './client/kafka-params'
import { isOutOfRange, reportLoss, type Reach } from './data-loss'
import type { KafkaLog, TopicPartition } from './log'
import { placeName } from './topic-partition'

export interface StartOptions {
  readonly settings: Pick<KafkaSettings, 'groupId' | 'autoOffsetReset' | 'isolation'>
  /** By the names of partitions. */
  readonly given: ReadonlyMap<string, number>
  readonly startingTimestamp: number | undefined
  readonly failOnDataLoss: boolean
}

/**
 * An offset for each, in their order. Throws MR_DATA_LOST for one that is not there (any more); without `failOnDataLoss` it is the first that is
 * there.
 */
export async function startingOffsets(log: KafkaLog, places: readonly TopicPartition[], options: StartOptions): Promise<number[]> {
  const { settings: { groupId, isolation, autoOffsetReset }, given, startingTimestamp, failOnDataLoss } = options
  if (places.length === 0) return []
  const [earliest, latest] = await Promise.all([log.offsets(places, 'earliest', isolation), log.offsets(places, 'latest', isolation)])
  const byTime = startingTimestamp === undefined ? undefined : await log.offsets(places, { timestampMs: startingTimestamp }, isolation)
  const committed = groupId === undefined || byTime !== undefined ? undefined : await log.committed(groupId, places)
  const reset = autoOffsetReset === 'earliest' ? earliest : latest
  const reaches: Reach[] = []
  const starts = places.map((place, index) => {
    const offset = given.get(placeName(place)) ?? byTime?.[index] ?? committed?.[index]
    if (offset === undefined) return autoOffsetReset === 'none' ? refuseNone(place, groupId) : reset[index]!
    const reach = { ...place, offset, earliest: earliest[index]!, latest: latest[index]! }
    if (!isOutOfRange(reach)) return offset
    reaches.push(reach)
    return reach.earliest
  })
  reportLoss(reaches, failOnDataLoss)
  return starts
}

function refuseNone(place: TopicPartition, groupId: string | undefined): never {
  const group = groupId === undefined ? 'there is no group.id' : `group ${groupId} has committed none`
  throw new MillraceError('MR_KAFKA', `auto.offset.reset is none, and there is no offset to begin ${placeName(place)} at: none is given, and ${group}`, {
    hint: 'Give offsets with the consumer strategy, or auto.offset.reset earliest or latest.',
  })
}
