/** What a log answers when it is asked for an offset that it does not have (any more). Whoever reads decides what that means. */
import { MillraceError } from '../../base/errors'
import type { TopicPartition } from './log'

/** Retention has deleted the offset, the topic was made anew, or the offset is still to come. */
export class KafkaOffsetOutOfRangeError extends MillraceError {
  constructor(readonly place: TopicPartition & { readonly offset: number }, details: { readonly cause?: unknown } = {}) {
    const { topic, partition, offset } = place
    super('MR_DATA_LOST', `Kafka has no offset ${offset} in ${topic}-${partition}`, {
      ...details, hint: 'Retention has deleted it, or the topic was made anew, or the offset is still to come.',
    })
  }
}
