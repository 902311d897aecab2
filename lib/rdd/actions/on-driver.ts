/** What actions do on the driver once the partitions have given their results, and how that fails. */
import type { CallSite } from '../../base/call-site'
import { MillraceError, SparkError, UnsupportedOperationError } from '../../base/errors'

/**
 * Runs `f`, which calls the user's functions on results, and gives what they throw the name and line of the
 * action.
 */
export function onDriver<R>(site: CallSite, f: () => R): R {
  try {
    return f()
  } catch (error) {
    const own = MillraceError.is(error) ? error : undefined
    throw new SparkError(`The results of the partitions could not be merged in ${site}: ${textOf(error)}`, {
      code: own?.code ?? 'MR_JOB_FAILED', cause: error, at: site.toString(),
      ...(own?.hint === undefined ? {} : { hint: own.hint }),
    })
  }
}

export function emptyCollection(site: CallSite): UnsupportedOperationError {
  return new UnsupportedOperationError('empty collection', {
    at: site.toString(),
    hint: 'Ask isEmpty() first, or use fold or aggregate, which start from a zero value.',
  })
}

function textOf(error: unknown): string {
  try { return String(error) } catch { return 'something was thrown that cannot be shown' }
}
