/** Where the write-ahead log of a receiver's stream is, and what must hold before it is used. */
import { IllegalArgumentError, SparkError } from '../../base/errors'
import { readSetting } from '../../conf/settings'
import { joinPath, resolvePath } from '../../disk/paths'
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

/**
 * `<checkpoint folder>/received/<id>`: the uid, or the operator and its number among the inputs of its kind, whatever
 * characters are in it.
 */
export function logDirectory(stream: ReceiverInputDStream<any>): string {
  const { context, ownId, site } = stream
  const alike = context.graph.inputs.filter(input => input.site.operator === site.operator)
  const id = ownId ?? `${site.operator}-${alike.indexOf(stream)}`
  return joinPath(resolvePath(context.checkpointDirectory!), 'received', encodeURIComponent(id).replaceAll('.', '%2E'))
}

/** Opens the stream's log, which must not end before entry `through`. */
export function openReceivedLog(stream: ReceiverInputDStream<any>, through = -1): Promise<ReceivedLog> {
  const { disk, recovery } = stream.context
  return ReceivedLog.open(disk, logDirectory(stream), {
    atLeastSequence: through < 0 ? undefined : through, acceptLoss: recovery?.options.acceptLoss,
  })
}
