/** Listeners: objects with any of these methods, told of the events of a stream. */
import type { BatchInfo, OutputOperationInfo, ReceiverInfo, StreamingEvent } from './events'

/** Counterpart: org.apache.spark.streaming.scheduler.StreamingListener. */
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

export function tell(listener: StreamingListener, event: StreamingEvent): void {
  const method = methods[event.type]
  ;(listener[method] as ((event: StreamingEvent) => void) | undefined)?.call(listener, event)
}
