/**
 * Every error of Millrace: one table of codes, one form. A MillraceError names what was wrong, the operator and the
 * user's own line (`at`), what to do (`hint`), the first cause, and whether trying again can help.
 * docs/errors.md is generated from this table.
 */

/** What each code means and what to do about it. */
export const errorTable = {
  MR_ILLEGAL_ARGUMENT: {
    retriable: false,
    doc: 'An argument is of the wrong kind or out of range. Nothing was started; correct the call.',
  },
  MR_ILLEGAL_STATE: {
    retriable: false,
    doc: 'The call does not fit the state of its context: it was stopped, started already, or not started yet.',
  },
  MR_JOB_FAILED: {
    retriable: true,
    doc: 'A task of a job failed as often as spark.task.maxFailures allows. The cause is the first error of '
      + 'the last attempt; the message names the operator and its line.',
  },
  MR_JOB_CANCELLED: {
    retriable: true,
    doc: 'A job was cancelled: by its group, by tag, by id, or because its context was stopped.',
  },
  MR_SPARK: { retriable: false, doc: 'The engine could not do what was asked; the message says why.' },
  MR_UNSUPPORTED: {
    retriable: false,
    doc: 'The operation does not exist for this receiver: reducing an empty collection, changing a storage '
      + 'level, and the like.',
  },
  MR_NO_SUCH_ELEMENT: {
    retriable: false,
    doc: 'Something was asked for that is not there: a setting without a value, a state that is not set.',
  },
  MR_TASK_NOT_SERIALIZABLE: {
    retriable: false,
    doc: 'A function given to an operator captures something that cannot travel to another thread or host. The '
      + 'message names the variable and the path to it.',
  },
  MR_FILE_ALREADY_EXISTS: {
    retriable: false,
    doc: 'An output directory is there already. Remove it or choose another name; inside streaming jobs it is '
      + 'replaced.',
  },
  MR_INPUT_NOT_FOUND: {
    retriable: false,
    doc: 'An input path matches no file. It is looked up when the first action runs, not when the RDD is made.',
  },
  MR_INPUT_DAMAGED: {
    retriable: false,
    doc: 'A file or stream does not hold what its reader expects; the message gives file and offset.',
  },
  MR_KEY_REFUSED: {
    retriable: false,
    doc: 'A value cannot be a key: functions, symbols and objects with behaviour have no identity that holds '
      + 'in every thread and run.',
  },
  MR_NOT_COMPARABLE: {
    retriable: false,
    doc: 'Two values have no natural order between them. Give a compare function, or sort by something '
      + 'comparable.',
  },
  MR_LIMIT: {
    retriable: false,
    doc: 'A named limit was reached (lib/base/limits.ts); the message names it.',
  },
  MR_CHECKPOINT: {
    retriable: false,
    doc: 'A checkpoint directory cannot be used for recovery; the message says which part and why.',
  },
  MR_LOG_DAMAGED: {
    retriable: false,
    doc: 'A log on disk is damaged at a place that a crash cannot explain. It is never skipped in silence; the '
      + 'message gives file and offset.',
  },
  MR_KAFKA: {
    retriable: true,
    doc: 'Kafka could not be reached or refused a request; the message has its own words. What another try can mend was tried '
      + 'again for default.api.timeout.ms.',
  },
  MR_KAFKA_FENCED: {
    retriable: false,
    doc: 'Another run of the program writes to Kafka under the same transactional id. This one must not write any '
      + 'more, or what it writes would be there twice. End one of the two, or give each its own application name.',
  },
  MR_DATABASE: {
    retriable: false,
    doc: 'A database could not be reached or refused a statement; the message has its own words. What another try can mend '
      + 'was tried again before.',
  },
  MR_DATA_LOST: {
    retriable: false,
    doc: 'A system that a stream reads has deleted what the stream had not read yet, or has to read again: retention was over. '
      + 'It is never passed over in silence; where a source has failOnDataLoss, false goes on without what is lost.',
  },
  MR_DISK: {
    retriable: false,
    doc: 'The disk refused a read, a write or an fsync. Nothing is acknowledged after a failed fsync.',
  },
} as const

export type ErrorCode = keyof typeof errorTable

export interface ErrorDetails {
  /** What to do about it, as one sentence. */
  readonly hint?: string
  /** The operator and the user's line, as `map at app.ts:12`. */
  readonly at?: string
  readonly cause?: unknown
  readonly retriable?: boolean
}

const brand = Symbol.for('millrace.error')

/**
 * The base of every error that Millrace throws.
 * @example
 * ```ts
 * import { MillraceError } from 'millrace'
 * try { await run() } catch (error) { if (MillraceError.is(error)) console.error(error.code, error.hint) }
 * declare function run(): Promise<void>
 * ```
 */
export class MillraceError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly at: string | undefined
  readonly retriable: boolean

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.at = details.at
    this.retriable = details.retriable ?? errorTable[code].retriable
    Object.defineProperty(this, brand, { value: true })
  }

  override get name(): string { return this.constructor.name }

  /** True for every MillraceError, also one from another copy of the package or another realm. */
  static is(value: unknown): value is MillraceError {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }
}

/** An argument is of the wrong kind or out of range. Counterpart: IllegalArgumentException. */
export class IllegalArgumentError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_ILLEGAL_ARGUMENT', message, details) }
}
/** The call does not fit the state that its context is in. Counterpart: IllegalStateException. */
export class IllegalStateError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_ILLEGAL_STATE', message, details) }
}
/** The engine could not do what was asked: a job failed or was cancelled, a context is missing. Counterpart: SparkException. */
export class SparkError extends MillraceError {
  constructor(message: string, details?: ErrorDetails & { readonly code?: ErrorCode }) { super(details?.code ?? 'MR_SPARK', message, details) }
}
/** The operation does not exist for what it was called on. Counterpart: UnsupportedOperationException. */
export class UnsupportedOperationError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_UNSUPPORTED', message, details) }
}
/** Something was asked for that is not there. Counterpart: NoSuchElementException. */
export class NoSuchElementError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_NO_SUCH_ELEMENT', message, details) }
}
/** A function captures what cannot travel to where tasks run. Counterpart: Spark's "Task not serializable". */
export class TaskNotSerializableError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_TASK_NOT_SERIALIZABLE', message, details) }
}
/** An output folder is there already. Counterpart: FileAlreadyExistsException. */
export class FileAlreadyExistsError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_FILE_ALREADY_EXISTS', message, details) }
}
/** A checkpoint folder cannot be used for recovery. */
export class CheckpointError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_CHECKPOINT', message, details) }
}
/** A log on disk is damaged where no crash can have damaged it. It is never skipped in silence. */
export class LogDamagedError extends MillraceError {
  constructor(message: string, details?: ErrorDetails) { super('MR_LOG_DAMAGED', message, details) }
}
