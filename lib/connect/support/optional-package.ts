/** Packages that connectors need and the user installs: loaded when first used, with the line that installs them when missing. */
import { UnsupportedOperationError } from '../../base/errors'

/**
 * What `load` gives, which is `() => require('pg')`: the require stands where the types are. Call it when the package is first used.
 * Throws UnsupportedOperationError, with the line that installs the package, where it cannot be loaded. Beyond Spark: for connectors
 * of your own; see docs/writing-a-connector.md.
 * @example
 * ```ts
 * import { optionalPackage } from 'millrace'
 * const pg = (): typeof import('pg') => optionalPackage('pg', 'The audit sink', () => require('pg'))
 * ```
 */
export function optionalPackage<M>(name: string, what: string, load: () => M): M {
  try { return load() } catch (error) {
    const reason = String((error as Error | undefined)?.message).split('\n')[0]
    throw new UnsupportedOperationError(`${what} needs the package ${name}, which cannot be loaded: ${reason}`, {
      cause: error, hint: `npm install ${name}`,
    })
  }
}
