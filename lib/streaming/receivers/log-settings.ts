/** Where the write-ahead log of a receiver's stream is, and what must hold before it is used. */
import * as path from 'node:path'
import { IllegalArgumentError, SparkError } from '../../base/errors'
import { readSetting } from '../../conf/settings'
import { realDisk } from '../../disk/real-disk'
import type { ReceiverInputDStream } from './receiver-input-dstream'
import { ReceivedLog } from './received-log'

/** Throws unless the log can be used as it was asked for. */
export function requireLogSettings({ context, site }: ReceiverInputDStream<any>): void {
  if (context.checkpointDirectory === undefined) {
    throw new SparkError('Cannot enable receiver write-ahead log without checkpoint directory set', {
      at: site.toString(),
      hint: 'Call ssc.checkpoint(folder), or set spark.streaming.receiver.writeAheadLog.enable to false.',
    })
  }
  const logClass = readSetting(context.conf, 'spark.streaming.receiver.writeAheadLog.class')
  if (logClass === undefined) return
  throw new IllegalArgumentError(
    `Could not create a write ahead log of class ${logClass}: received data is logged by Millrace's own log alone`, {
      at: site.toString(), hint: 'Leave spark.streaming.receiver.writeAheadLog.class unset.',
    })
}

/** `<checkpoint folder>/received/<uid, or stream-<id>>`: the stream's own, whatever a uid is made of. */
export function logDirectory({ context, ownId, id }: ReceiverInputDStream<any>): string {
  const name = ownId === undefined ? `stream-${id}` : `uid-${encodeURIComponent(ownId)}`
  return path.resolve(context.checkpointDirectory!, 'received', name)
}

/** Opens the stream's log, which must not end before entry `through`. */
export function openReceivedLog(stream: ReceiverInputDStream<any>, through = -1): Promise<ReceivedLog> {
  return ReceivedLog.open(realDisk, logDirectory(stream), through < 0 ? {} : { atLeastSequence: through })
}
