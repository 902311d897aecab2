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

  /** To be asked for each batch, in order. Markers are hidden in any case. */
  hides({ lastOffset, isControl, isTransactional, producerId }: BatchHead): boolean {
    for (let next = this.waiting.at(-1); next !== undefined && next.firstOffset <= lastOffset; next = this.waiting.at(-1)) {
      this.open.add(next.producerId)
      this.waiting.pop()
    }
    // The first marker of a producer behind the beginning of an aborted transaction is the one that ends it.
    if (isControl) this.open.delete(producerId)
    return isControl || isTransactional && this.open.has(producerId)
  }
}
