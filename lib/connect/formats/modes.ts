/**
 * What happens to input that is no record: the modes of Spark's readers, the same for every text format. The default is to
 * fail, with the place, for what is skipped in silence is missed when it is too late.
 */
import { MillraceError } from '../../base/errors'
import { readTextChunks } from '../../codec/gzip'
import { allFiles } from '../../disk/files'
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

/** What is wrong with names of columns, for the check of an option. */
export function isNames(names: unknown): string | undefined {
  const isList = Array.isArray(names) && names.length > 0 && names.every(name => typeof name === 'string')
  return isList && new Set(names).size === names.length ? undefined : 'be a list of names, each once'
}

/** Where in its file a record begins. */
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

/** How far into a file lines are counted when an error is made: a second or two. */
const countedBytesMax = 1024 * 1024 * 1024

/** The number of the line at a byte, from 1 on; undefined far into a large file. */
export async function lineOf(path: string, offset: number): Promise<number | undefined> {
  if (offset > countedBytesMax) return undefined
  let line = 1
  let position = 0
  for await (const raw of readTextChunks(allFiles, path)) {
    const chunk = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, offset - position))
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) line++
    position += raw.byteLength
    if (position >= offset) break
  }
  return line
}
