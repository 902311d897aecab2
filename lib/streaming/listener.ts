/**
 * Listeners: objects with any of these methods, told of the events of a stream. What one throws disturbs
 * nobody else.
 */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { logFor } from '../base/log'
import { errorText } from './error-text'
import type { BatchInfo, OutputOperationInfo, ReceiverInfo, StreamingEvent } from './events'

/**
 * The order for each batch: submitted, started, each output operation started and completed, completed.
 * Counterpart: org.apache.spark.streaming.scheduler.StreamingListener.
 */
export interface StreamingListener {
  onStreamingStarted?(event: { readonly time: number }): void
  onReceiverStarted?(event: { readonly receiverInfo: ReceiverInfo }): void
  onReceiverError?(event: { readonly receiverInfo: ReceiverInfo }): void
  onReceiverStopped?(event: { readonly receiverInfo: ReceiverInfo }): void
  onBatchSubmitted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchStarted?(event: { readonly batchInfo: BatchInfo }): void
  onBatchCompleted?(event: { readonly batchInfo: BatchInfo }): void
  onOutputOperationStarted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
  onOutputOperationCompleted?(event: { readonly outputOperationInfo: OutputOperationInfo }): void
}

const methods = {
  streamingStarted: 'onStreamingStarted',
  receiverStarted: 'onReceiverStarted',
  receiverError: 'onReceiverError',
  receiverStopped: 'onReceiverStopped',
  batchSubmitted: 'onBatchSubmitted',
  batchStarted: 'onBatchStarted',
  batchCompleted: 'onBatchCompleted',
  outputOperationStarted: 'onOutputOperationStarted',
  outputOperationCompleted: 'onOutputOperationCompleted',
} as const satisfies Record<StreamingEvent['type'], keyof StreamingListener>

const log = logFor('StreamingListener')

/**
 * Internal: calls the method for `event`, if the listener has it. A method may be async; nothing waits for
 * it.
 */
export function tell(listener: StreamingListener, event: StreamingEvent): void {
  const method = listener[methods[event.type]] as ((event: StreamingEvent) => unknown) | undefined
  const returned = method?.call(listener, event)
  if (typeof (returned as any)?.then !== 'function') return
  Promise.resolve(returned).catch((error: unknown) => log.error(`${methods[event.type]} of a listener failed: ${errorText(error)}`))
}

/** Internal. */
export function requireListener(value: unknown): void {
  if (typeof value === 'object' && value !== null) return
  throw new IllegalArgumentError(`addStreamingListener takes an object with methods such as onBatchCompleted, got ${String(value)}`, {
    at: CallSite.capture('addStreamingListener').toString(),
    hint: 'ssc.addStreamingListener({ onBatchCompleted({ batchInfo }) { ... } })',
  })
}
