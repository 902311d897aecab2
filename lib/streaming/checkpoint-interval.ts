/** How often a stream writes its RDDs to the checkpoint folder: the default, and what an interval must be. */
import { Duration } from '../base/duration'
import { IllegalArgumentError } from '../base/errors'
import { StorageLevel } from '../rdd/storage-level'
import type { DStream } from './dstream'

const usualIntervalMs = 10_000

/** The first whole multiple of the slide that is ten seconds or more. */
export function defaultCheckpointInterval(slide: Duration): Duration {
  return slide.times(Math.ceil(usualIntervalMs / slide.milliseconds))
}

/** Throws IllegalArgumentError when `stream` could not write or could not find its checkpoints. */
export function validateCheckpointing(stream: DStream<any>): void {
  const { checkpointDuration: interval, slideDuration: slide, rememberDuration, context } = stream
  if (interval === undefined && !stream.mustCheckpoint) return
  const at = stream.site.toString()
  const name = stream.constructor.name
  if (context.checkpointDirectory === undefined) {
    throw new IllegalArgumentError(
      'The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint().', {
        at, hint: `${at} needs one: ssc.checkpoint('some/folder') before ssc.start().`,
      })
  }
  if (interval === undefined) return
  const begin = `The checkpoint interval for ${name} has been set to ${interval} which`
  if (interval.less(slide)) {
    throw new IllegalArgumentError(
      `${begin} is lower than its slide time (${slide}). Please set it to at least ${slide}.`, { at })
  }
  if (!interval.isMultipleOf(slide)) {
    throw new IllegalArgumentError(
      `${begin} not a multiple of its slide time (${slide}).`
      + ` Please set it to a multiple of ${slide}.`, { at })
  }
  if (stream.storageLevel.equals(StorageLevel.NONE)) {
    throw new IllegalArgumentError(
      `${name} has been marked for checkpointing but the storage level has not been set to enable persisting.`
      + ' Please use DStream.persist() to set the storage level to use memory for better checkpointing'
      + ' performance.', { at })
  }
  if (rememberDuration !== undefined && rememberDuration.lessEq(interval)) {
    throw new IllegalArgumentError(
      `The remember duration for ${name} has been set to ${rememberDuration} which is not more than`
      + ` the checkpoint interval (${interval}). Please set it to a value higher than ${interval}.`, { at })
  }
}
