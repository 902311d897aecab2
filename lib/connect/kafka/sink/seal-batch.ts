/** A finished batch gets its producer, its number, and the checksum over all of that. */
import type { ProducerIdentity } from '../producing'
import { attributeBits, fields, viewOf } from '../records/batch-format'
import { crc32c } from '../records/crc32c'

export interface Seal {
  /** Undefined: its records have no numbers, and one that is sent twice is there twice. */
  readonly producer: ProducerIdentity | undefined
  readonly sequence: number
  readonly isTransactional: boolean
}

/** Fills in what is not known before a batch is sent. The same batch may be sealed again. */
export function sealBatch(batch: Uint8Array, { producer, sequence, isTransactional }: Seal): void {
  const view = viewOf(batch)
  const attributes = view.getInt16(fields.attributes) & ~attributeBits.transactional
  view.setInt16(fields.attributes, isTransactional ? attributes | attributeBits.transactional : attributes)
  view.setBigInt64(fields.producerId, producer?.producerId ?? -1n)
  view.setInt16(fields.producerEpoch, producer?.epoch ?? -1)
  view.setInt32(fields.baseSequence, producer === undefined ? -1 : sequence)
  view.setUint32(fields.checksum, crc32c(batch, fields.attributes))
}

/** How many records a batch has. */
export function recordsIn(batch: Uint8Array): number { return viewOf(batch).getInt32(fields.recordCount) }

/** The number after `sequence + count`: they go from 0 to 2^31 - 1 and begin again. */
export function nextSequence(sequence: number, count: number): number { return (sequence + count) % 0x8000_0000 }
