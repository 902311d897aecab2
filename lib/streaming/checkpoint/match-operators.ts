/**
 * The operators of a program beside those of its checkpoint: found again by id, which is the `uid` or the operator's name
 * and number. What a checkpoint holds and the program does not have is refused, or dropped when told so.
 */
import { CheckpointError } from '../../base/errors'
import type { OperatorRecord } from './events'

/** What may be dropped: nothing, everything that is left over, or what these names say. */
export type DropOption = boolean | readonly string[]

/** Throws CheckpointError with a table of both when they do not fit. Returns the ids that are dropped. */
export function matchOperators(stored: readonly OperatorRecord[], program: readonly OperatorRecord[], drop: DropOption = false): readonly string[] {
  const found = new Map(program.map(record => [keyOf(record), record]))
  const missing = stored.filter(record => found.get(keyOf(record))?.operator !== record.operator)
  const isDropped = ({ id }: OperatorRecord): boolean => drop === true || (Array.isArray(drop) && (drop as readonly string[]).includes(id))
  const refused = missing.filter(record => !isDropped(record))
  if (refused.length === 0) return missing.map(({ id }) => id)
  const names = refused.map(({ id }) => `'${id}'`).join(', ')
  throw new CheckpointError(
    `The program has changed: the checkpoint holds ${names}, which the program does not have.\n${table(stored, program)}`, {
      hint: "Give an operator the id that the checkpoint knows, as .uid('" + refused[0]!.id + "') does, or drop what it holds knowingly:"
        + ` StreamingContext.getOrCreate(dir, create, { drop: [${names}] }).`,
    })
}

function keyOf({ form, id }: OperatorRecord): string { return `${form} ${id}` }

/** Old beside new, a line each. */
export function table(stored: readonly OperatorRecord[], program: readonly OperatorRecord[]): string {
  const keys = [...new Set([...stored, ...program].map(keyOf))]
  const before = new Map(stored.map(record => [keyOf(record), record]))
  const now = new Map(program.map(record => [keyOf(record), record]))
  const rows = keys.map(key => [describe(before.get(key)), describe(now.get(key)), verdict(before.get(key), now.get(key))])
  const all = [['in the checkpoint', 'in the program', ''], ...rows]
  const widths = [0, 1].map(column => Math.max(...all.map(row => row[column]!.length)))
  return all.map(([old, fresh, word]) => `  ${old!.padEnd(widths[0]!)}  ${fresh!.padEnd(widths[1]!)}  ${word}`.trimEnd()).join('\n')
}

function describe(record: OperatorRecord | undefined): string {
  return record === undefined ? '-' : `${record.id} (${record.operator} at ${record.at})`
}

function verdict(before: OperatorRecord | undefined, now: OperatorRecord | undefined): string {
  if (before === undefined) return 'new'
  if (now === undefined) return 'missing'
  return before.operator === now.operator ? 'same' : `another operator: ${now.operator}`
}
