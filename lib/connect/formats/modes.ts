/**
 * What happens to input that is no record: the modes of Spark's readers, the same for every text format. The default is to
 * fail, with the place, for what is skipped in silence is missed when it is too late.
 */
import { MillraceError } from '../../base/errors'
import type { Option } from '../support/option-table'

/**
 * `'FAILFAST'` fails the job with file and place; `'DROPMALFORMED'` leaves the record out; `'PERMISSIVE'` keeps what can be
 * kept and puts the text of the record under `columnNameOfCorruptRecord`.
 */
export type ParseMode = 'FAILFAST' | 'DROPMALFORMED' | 'PERMISSIVE'

export const modeRow: Option<'string'> = {
  kind: 'string', values: ['FAILFAST', 'DROPMALFORMED', 'PERMISSIVE'], default: 'FAILFAST',
  doc: 'What happens to a record that cannot be read: `FAILFAST` fails the job with file and place, `DROPMALFORMED` leaves it out, `PERMISSIVE` keeps its text.',
}

export const corruptRow: Option<'string'> = {
  kind: 'string', default: '_corrupt_record', check: name => name === '' ? 'not be empty' : undefined,
  doc: 'With `PERMISSIVE`: the name of the field that holds the text of a record that cannot be read.',
}

export const minPartitionsRow: Option<'integer'> = {
  kind: 'integer', minimum: 1, doc: 'At least so many partitions, where the files allow.', defaultText: 'sc.defaultMinPartitions',
}

/** Where in its file a record begins. The line is known where the file was read from its beginning. */
export interface Place {
  readonly path: string
  readonly offset: number
  readonly line?: number | undefined
}

/** Something in a file is not what its reader expects. */
export function damaged(what: string, { path, offset, line }: Place, details: { readonly hint?: string, readonly cause?: unknown } = {}): MillraceError {
  const at = line === undefined ? `byte ${offset}` : `line ${line}, byte ${offset}`
  return new MillraceError('MR_INPUT_DAMAGED', `${path}, ${at}: ${what}`, details)
}
