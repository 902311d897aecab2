/** Errors that cross threads as plain data and come out as what they were: a DiskError keeps its kind, a MillraceError its hint. */
import { MillraceError, type ErrorCode } from '../base/errors'
import { DiskError } from './disk'

export type PostedDiskError =
  | { readonly form: 'disk', readonly operation: string, readonly path: string, readonly errno: string, readonly message: string, readonly hint: string | undefined }
  | { readonly form: 'error', readonly code: ErrorCode, readonly message: string, readonly hint: string | undefined, readonly retriable: boolean }
  | { readonly form: 'other', readonly message: string }

export function postError(error: unknown): PostedDiskError {
  if (error instanceof DiskError) {
    const { operation, path, errno, message, hint } = error
    return { form: 'disk', operation, path, errno, message, hint }
  }
  if (MillraceError.is(error)) {
    const { code, message, hint, retriable } = error
    return { form: 'error', code, message, hint, retriable }
  }
  return { form: 'other', message: String((error as Error | undefined)?.message ?? error) }
}

export function readPostedError(posted: PostedDiskError): Error {
  if (posted.form === 'other') return new Error(posted.message)
  const { message, hint } = posted
  if (posted.form === 'error') return new MillraceError(posted.code, message, { retriable: posted.retriable, ...(hint === undefined ? {} : { hint }) })
  const plain = new DiskError(posted.operation, posted.path, posted.errno)
  // The reason stands at the end of the text, behind what every DiskError says.
  const reason = message.startsWith(`${plain.message}: `) ? message.slice(plain.message.length + 2) : undefined
  return new DiskError(posted.operation, posted.path, posted.errno, undefined, { reason, hint })
}
