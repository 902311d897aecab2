/** What went wrong at a database, as a MillraceError that says which database, without its password. */
import { MillraceError } from '../../base/errors'
import type { Database } from './pool'

/** `host:port/database`, of what was given, without user and password. */
export function shownAddress({ dialect, address }: Database): string {
  if (dialect.shown !== undefined) return dialect.shown(address)
  let { host, port, database } = address
  if (address.url !== undefined) {
    const url = new URL(address.url)
    host ??= decodeURIComponent(url.hostname)
    port ??= url.port === '' ? undefined : Number(url.port)
    database ??= decodeURIComponent(url.pathname.slice(1))
  }
  const at = `${host === undefined || host === '' ? 'localhost' : host}:${port ?? dialect.defaultPort}`
  return database === undefined || database === '' ? at : `${at}/${database}`
}

/** Gives errors of Millrace as they are. */
export function databaseError(database: Database, error: unknown): MillraceError {
  if (MillraceError.is(error)) return error
  const { dialect } = database
  const hint = dialect.hintFor(error)
  return new MillraceError('MR_DATABASE', `${dialect.name} at ${shownAddress(database)}: ${textOf(error)}`, {
    cause: error, retriable: dialect.isTransient(error), ...(hint === undefined ? {} : { hint }),
  })
}

/** Names that resolve to several addresses fail with one error each. */
function textOf(error: unknown): string {
  const { message, errors, code } = (error ?? {}) as { message?: unknown, errors?: unknown, code?: unknown }
  if (Array.isArray(errors) && errors.length > 0) return errors.map(textOf).join('; ')
  if (typeof message === 'string' && message !== '') return message
  return typeof code === 'string' ? code : String(error)
}

/** The codes of sockets that were not opened or are lost. */
const socketCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNABORTED', 'EAI_AGAIN',
])

export function isSocketError(error: unknown): boolean {
  const { code, errors } = (error ?? {}) as { code?: unknown, errors?: unknown }
  return socketCodes.has(code) || (Array.isArray(errors) && errors.some(isSocketError))
}

export const hints = {
  unreachable: 'Is the server running, and are host and port right?',
  access: 'Check user, password and database, and what the user may do.',
} as const
