/** What brokers and connections answer to writers: whether trying again can help, and what it is called. */
import { MillraceError, SparkError } from '../../../base/errors'
import { ProducerFencedError } from '../producing'

/** Error codes of Kafka's protocol that writers meet. */
const names: Readonly<Record<number, string>> = {
  2: 'CORRUPT_MESSAGE', 3: 'UNKNOWN_TOPIC_OR_PARTITION', 5: 'LEADER_NOT_AVAILABLE', 6: 'NOT_LEADER_OR_FOLLOWER', 7: 'REQUEST_TIMED_OUT',
  10: 'MESSAGE_TOO_LARGE', 13: 'NETWORK_EXCEPTION', 14: 'COORDINATOR_LOAD_IN_PROGRESS', 15: 'COORDINATOR_NOT_AVAILABLE', 16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION', 18: 'RECORD_LIST_TOO_LARGE', 19: 'NOT_ENOUGH_REPLICAS', 20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED', 30: 'GROUP_AUTHORIZATION_FAILED', 31: 'CLUSTER_AUTHORIZATION_FAILED', 32: 'INVALID_TIMESTAMP',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER', 46: 'DUPLICATE_SEQUENCE_NUMBER', 47: 'INVALID_PRODUCER_EPOCH', 48: 'INVALID_TXN_STATE',
  49: 'INVALID_PRODUCER_ID_MAPPING', 50: 'INVALID_TRANSACTION_TIMEOUT', 51: 'CONCURRENT_TRANSACTIONS', 52: 'TRANSACTION_COORDINATOR_FENCED',
  53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 56: 'KAFKA_STORAGE_ERROR', 59: 'UNKNOWN_PRODUCER_ID', 74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH', 76: 'UNSUPPORTED_COMPRESSION_TYPE', 87: 'INVALID_RECORD', 88: 'UNSTABLE_OFFSET_COMMIT', 90: 'PRODUCER_FENCED',
}

const retriableCodes = new Set([2, 3, 5, 6, 7, 13, 14, 15, 16, 19, 20, 51, 56, 74, 75, 88])
const retriableNames = new Set([
  'KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError', 'KafkaJSBrokerNotFound', 'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded', 'KafkaJSGroupCoordinatorNotFound', 'KafkaJSLockTimeout', 'KafkaJSNoBrokerAvailableError',
])

/** `code` in brokers' answers that means that the partition has the batch already. */
export const duplicateSequence = 46

/** An answer that is an error, as the calls that wait for it see it. */
export class AnswerError extends Error {
  constructor(readonly code: number) { super(names[code] ?? `Kafka's error ${code}`) }
}

/** Whether a request may succeed when it is sent again. */
export function canRetry(error: unknown): boolean {
  const { code, name, type, retriable, cause } = error as { code?: unknown, name?: string, type?: string, retriable?: unknown, cause?: unknown }
  if (typeof code === 'number') return retriableCodes.has(code)
  if (name === 'KafkaJSNumberOfRetriesExceeded') return canRetry(cause)
  return retriableNames.has(name ?? '') || (retriable === true && type !== undefined)
}

/** True while the transaction before is still being ended, which takes milliseconds. */
export function isEnding(error: unknown): boolean { return (error as { code?: unknown }).code === 51 }

/** The error for the user. */
export function writeError(what: string, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error
  const { code } = error as { code?: unknown }
  const reason = typeof code === 'number' && names[code] !== undefined ? names[code] : String((error as Error)?.message ?? error)
  if (code === 47 || code === 90) {
    return new ProducerFencedError(`${what}: another producer with the same transactional id has begun (${reason})`, {
      cause: error, hint: 'Another run of this program writes there, or Kafka has given up a transaction that was open for too long.',
    })
  }
  return new SparkError(`${what}: ${reason}`, { cause: error, retriable: canRetry(error), ...hintFor(code) })
}

function hintFor(code: unknown): { hint: string } | undefined {
  switch (code) {
    case 10: case 18: return { hint: "The topic's max.message.bytes is less than batchBytes: lower the one or raise the other." }
    case 50: return { hint: "transactionTimeoutMs is more than the brokers' transaction.max.timeout.ms." }
    case 76: return { hint: 'The brokers do not know this compression.' }
    case 29: return { hint: 'The user needs the right to write to the topic.' }
    case 30: return { hint: 'With transactional, the user needs the right to read the group that has the name of the transactional id.' }
    case 53: return { hint: 'With transactional, the user needs the right to write the transactional id.' }
    default: return undefined
  }
}
