/** Records that are gone before they were read: an error, unless the program has said that it goes on without them. */
import { MillraceError } from '../../base/errors'
import { logFor } from '../../base/log'
import type { TopicPartition } from './log'
import { placeName } from './topic-partition'

const log = logFor('Kafka')

/** A partition, where it is to be read from, and what there is. */
export interface Reach extends TopicPartition {
  readonly offset: number
  readonly earliest: number
  readonly latest: number
}

export const isOutOfRange = ({ offset, earliest, latest }: Reach): boolean => offset < earliest || offset > latest

const shownMax = 5

/** What is wrong with each, as sentences. */
function lossText(lost: readonly Reach[]): string {
  const each = lost.slice(0, shownMax).map(({ offset, earliest, latest, ...place }) => offset < earliest
    ? `${placeName(place)} was to be read from offset ${offset}, but the first that is there is ${earliest}: ${earliest - offset} offsets are lost`
    : `${placeName(place)} was to be read from offset ${offset}, but it ends at ${latest}: the topic was made anew, or its end is lost`)
  return each.join('; ') + (lost.length > shownMax ? `; and ${lost.length - shownMax} more` : '')
}

const hint = 'Retention was shorter than the program was away or behind. To begin anew, give other offsets and another checkpoint folder or group; '
  + 'to go on without what is lost, { failOnDataLoss: false }.'

/** Throws MR_DATA_LOST with `failOnDataLoss`; else it is a warning. */
export function reportLoss(lost: readonly Reach[], failOnDataLoss: boolean): void {
  if (lost.length === 0) return
  if (failOnDataLoss) throw new MillraceError('MR_DATA_LOST', lossText(lost), { hint })
  log.warn(`${lossText(lost)}. Going on without, as failOnDataLoss is false`)
}

/** The same for partitions that are not there any more. */
export function reportVanished(places: readonly TopicPartition[], failOnDataLoss: boolean): void {
  if (places.length === 0) return
  const names = `${places.slice(0, shownMax).map(placeName).join(', ')}${places.length > shownMax ? ` and ${places.length - shownMax} more` : ''}`
  if (!failOnDataLoss) return log.warn(`${names}: not there any more. Going on without, as failOnDataLoss is false`)
  throw new MillraceError('MR_DATA_LOST', `${names}: these partitions were read before and are not there any more`, {
    hint: 'The topic was deleted, or the user may not see it any more. To go on without, { failOnDataLoss: false }.',
  })
}
