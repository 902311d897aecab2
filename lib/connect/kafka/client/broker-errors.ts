/** What brokers and connections answer to readers: what it is called, and whether trying again can help. */
import { MillraceError } from '../../../base/errors'

/** Codes of Kafka's protocol that are looked at by number. */
export const codes = {
  none: 0, offsetOutOfRange: 1, unknownTopic: 3, leaderNotAvailable: 5, notLeader: 6, coordinatorNotAvailable: 15, notCoordinator: 16,
} as const

/** Codes that readers meet. */
const names: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE', 2: 'CORRUPT_MESSAGE', 3: 'UNKNOWN_TOPIC_OR_PARTITION', 5: 'LEADER_NOT_AVAILABLE', 6: 'NOT_LEADER_OR_FOLLOWER', 7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE', 9: 'REPLICA_NOT_AVAILABLE', 13: 'NETWORK_EXCEPTION', 14: 'COORDINATOR_LOAD_IN_PROGRESS', 15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR', 17: 'INVALID_TOPIC_EXCEPTION', 22: 'ILLEGAL_GENERATION', 24: 'INVALID_GROUP_ID', 25: 'UNKNOWN_MEMBER_ID', 27: 'REBALANCE_IN_PROGRESS',
  29: 'TOPIC_AUTHORIZATION_FAILED', 30: 'GROUP_AUTHORIZATION_FAILED', 31: 'CLUSTER_AUTHORIZATION_FAILED', 35: 'UNSUPPORTED_VERSION',
  43: 'UNSUPPORTED_FOR_MESSAGE_FORMAT', 56: 'KAFKA_STORAGE_ERROR', 74: 'FENCED_LEADER_EPOCH', 75: 'UNKNOWN_LEADER_EPOCH', 76: 'UNSUPPORTED_COMPRESSION_TYPE',
  78: 'OFFSET_NOT_AVAILABLE', 100: 'UNKNOWN_TOPIC_ID',
}

/** Leaders and coordinators that move, and brokers that are being started. */
const passing = new Set([3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 27, 56, 74, 75, 78, 100])

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

/** The error for the user: `what` is what was to be done, as `reading partition 0 of topic words`. */
export function kafkaError(what: string, brokers: string, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error
  const code = error instanceof AnswerError ? error.code : undefined
  const reason = String((error as Error | undefined)?.message ?? error)
  return new MillraceError('MR_KAFKA', `${what} failed: ${reason} (brokers ${brokers})`, { cause: error, retriable: isPassing(error), ...hintFor(code, error) })
}

function hintFor(code: number | undefined, error: unknown): { hint: string } | undefined {
  switch (code) {
    case 3: return { hint: 'The topic was deleted, or has fewer partitions than it had.' }
    case 17: return { hint: 'Names of topics are letters, digits, dots, dashes and underscores, 249 at the most.' }
    case 22: case 25: return { hint: 'Another program consumes as a member of this group: give this one a group.id of its own.' }
    case 24: return { hint: 'Give a group.id.' }
    case 29: return { hint: 'The user needs the right to read and describe the topic.' }
    case 30: return { hint: 'The user needs the right to read the group.' }
    case undefined: break
    default: return undefined
  }
  const { name } = error as { name?: string }
  if (name === 'KafkaJSSASLAuthenticationError') return { hint: 'Look at sasl.mechanism, the user name and the password.' }
  return isPassing(error) ? { hint: 'Look whether the brokers run and can be reached at the names that they give for themselves (advertised.listeners).' } : undefined
}
