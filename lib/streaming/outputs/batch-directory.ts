/**
 * The folder of a batch: one name for one batch time, so that a batch that runs again replaces its own
 * output.
 */
import type { Time } from '../../base/time'
import { describe, refuse } from '../../rdd/arguments'

export interface BatchDirectory { readonly prefix: string, readonly suffix: string }

/** What names the folders, checked at the call; null or '' leaves a part out. */
export function requireBatchDirectory(operator: string, prefix: unknown, suffix: unknown): BatchDirectory {
  return { prefix: part(operator, prefix, 'the prefix'), suffix: part(operator, suffix, 'the suffix') }
}

function part(operator: string, value: unknown, what: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') refuse(operator, `${what} must be a string, got ${describe(value)}`)
  return value
}

/** `prefix-1000.suffix`, with the batch time in milliseconds. */
export function directoryOf({ prefix, suffix }: BatchDirectory, time: Time): string {
  return `${prefix === '' ? '' : `${prefix}-`}${time.milliseconds}${suffix === '' ? '' : `.${suffix}`}`
}
