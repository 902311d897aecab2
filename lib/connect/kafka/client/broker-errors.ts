/** What brokers and connections answer: what it is called, and whether trying again can help. */
import { MillraceError } from '../../../base/errors'
import { ProducerFencedError } from '../producing'

/** Codes of Kafka's protocol that are looked at by number. */
export const codes = {
  none: 0, offsetOutOfRange: 1, unknownTopic: 3, leaderNotAvailable: 5, notLeader: 6, coordinatorNotAvailable: 15, notCoordinator: 16,
  duplicateSequence: 46, staleEpoch: 47, concurrentTransactions: 51, fenced: 90,
} as const

/** Codes that readers and writers meet. */
const names: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE', 2: 'CORRUPT_MESSAGE', 3: 'UNKNOWN_TOPIC_OR_PARTITION', 5: 'LEADER_NOT_AVAILABLE', 6: 'NOT_LEADER_OR_FOLLOWER', 7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE', 10: 'MESSAGE_TOO_LARGE', 12: 'OFFSET_METADATA_TOO_LARGE', 18: 'RECORD_LIST_TOO_LARGE', 19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 32: 'INVALID_TIMESTAMP', 45: 'OUT_OF_ORDER_SEQUENCE_NUMBER', 46: 'DUPLICATE_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH', 48: 'INVALID_TXN_STATE', 49: 'INVALID_PRODUCER_ID_MAPPING', 50: 'INVALID_TRANSACTION_TIMEOUT', 51: 'CONCURRENT_TRANSACTIONS',
  52: 'TRANSACTION_COORDINATOR_FENCED', 53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 55: 'OPERATION_NOT_ATTEMPTED', 59: 'UNKNOWN_PRODUCER_ID',
  87: 'INVALID_RECORD', 88: 'UNSTABLE_OFFSET_COMMIT', 90: 'PRODUCER_FENCED', 9: 'REPLICA_NOT_AVAILABLE', 13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS', 15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR', 17: 'INVALID_TOPIC_EXCEPTION', 22: 'ILLEGAL_GENERATION', 24: 'INVALID_GROUP_ID', 25: 'UNKNOWN_MEMBER_ID', 27: 'REBALANCE_IN_PROGRESS',
  29: 'TOPIC_AUTHORIZATION_FAILED', 30: 'GROUP_AUTHORIZATION_FAILED', 31: 'CLUSTER_AUTHORIZATION_FAILED', 35: 'UNSUPPORTED_VERSION',
  43: 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 56: 'KAFKA_STORAGE_ERROR', 74: 'FENCED_LEADER_EPOCH', 75: 'UNKNOWN_LEADER_EPOCH', 76: 'UNSUPPORTED_COMPRESSION_TYPE',
  78: 'OFFSET_NOT_AVAILABLE', 100: 'UNKNOWN_TOPIC_ID',
}

/** Leaders and coordinators that move, replicas and brokers that are being started, transactions that are being ended. */
const passing = new Set([3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 19, 20, 27, 51, 56, 74, 75, 78, 88, 100])

/** A code in an answer. */
export class AnswerError extends Error {
  constructor(readonly code: number) { super(names[code] ?? `Kafka's error ${code}`) }
}

/** Throws for what is no success. */
export function check(code: number): void { if (code !== codes.none) throw new AnswerError(code) }

/** Whether the same request may succeed later: it did not reach a broker, or not the right one. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AnswerError) return passing.has(error.code)
  const { name } = error as { name?: string }
  return name !== undefined && /^KafkaJS(?:ConnectionError|ConnectionClosedError|RequestTimeoutError|LockTimeout|ProtocolError)$/.test(name)
    && (error as { retriable?: boolean }).retriable !== false
}

/** True while the transaction before is being ended, which takes some milliseconds. */
export function isEnding(error: unknown): boolean { return error instanceof AnswerError && error.code === codes.concurrentTransactions }

/** The error for the user: `what` is what was to be done, as `reading partition 0 of topic words`. */
export function kafkaError(what: string, brokers: string, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error
  const code = error instanceof AnswerError ? error.code : undefined
  const reason = String((error as Error | undefined)?.message ?? error)
  if (code === codes.staleEpoch || code === codes.fenced) {
    return new ProducerFencedError(`${what} failed: another producer with the same transactional id has begun: ${reason} (brokers ${brokers})`, {
      cause: error, hint: 'Another run of this program writes there, or Kafka has given up a transaction that was open for too long.',
    })
  }
  return new MillraceError('MR_KAFKA', `${what} failed: ${reason} (brokers ${brokers})`, { cause: error, retriable: isPassing(error), ...hintFor(code, error) })
}

function hintFor(code: number | undefined, error: unknown): { hint: string } | undefined {
  switch (code) {
    case 3: return { hint: 'The topic was deleted, or has fewer partitions than it had.' }
    case 10: case 18: return { hint: "The topic's max.message.bytes is less than batchBytes: lower the one or raise the other." }
    case 17: return { hint: 'Names of topics are letters, digits, dots, dashes and underscores, 249 at the most.' }
    case 22: case 25: return { hint: 'Another program consumes as a member of this group: give this one a group.id of its own.' }
    case 24: return { hint: 'Give a group.id.' }
    case 29: return { hint: 'The user needs the right to read and describe the topic, or to write it.' }
    case 30: return { hint: 'The user needs the right to read the group.' }
    case 50: return { hint: "transactionTimeoutMs is more than the brokers' transaction.max.timeout.ms." }
    case 53: return { hint: 'The user needs the right to write the transactional id.' }
    case 76: return { hint: 'The brokers do not know this compression.' }
    case undefined: break
    default: return undefined
  }
  const { name } = error as { name?: string }
  if (name === 'KafkaJSSASLAuthenticationError') return { hint: 'Look at sasl.mechanism, the user name and the password.' }
  return isPassing(error) ? { hint: 'Look whether the brokers run and can be reached at the names that they give for themselves (advertised.listeners).' } : undefined
}
