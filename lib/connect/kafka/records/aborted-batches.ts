/**
 * Which batches a reader of committed records does not see: those of a producer between the first record of a transaction that
 * was aborted and the marker that ends it. Kafka lists such transactions with every answer, for the batches in that answer.
 */
import type { AbortedTransaction } from '../log'
import type { BatchHead } from './batch-format'

export class AbortedBatches {
  /** By where they begin, the last first. */
  private readonly waiting: AbortedTransaction[]
  private readonly open = new Set<bigint>()

  constructor(aborted: readonly AbortedTransaction[]) { this.waiting = [...aborted].sort((a, b) => b.firstOffset - a.firstOffset) }

  /** To be asked for each batch, in order. `isAbortMarker`: whether a control batch holds the marker of an abort. */
  hides(head: BatchHead, isAbortMarker: () => boolean): boolean {
    while (this.waiting.length > 0 && this.waiting[this.waiting.length - 1]!.firstOffset <= head.lastOffset) this.open.add(this.waiting.pop()!.producerId)
    if (head.isControl) {
      if (this.open.size > 0 && isAbortMarker()) this.open.delete(head.producerId)
      return true
    }
    return head.isTransactional && this.open.has(head.producerId)
  }
}
