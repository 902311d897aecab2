/** What a person reads when a program has failed: what happened, where, what to do, and then the stack. */
import { userLine } from '../base/call-site'
import { MillraceError } from '../base/errors'

export function reportFailure(error: unknown): void {
  process.stderr.write(`${failureText(error)}\n`)
}

export function failureText(error: unknown): string {
  if (!MillraceError.is(error)) return `millrace: the program failed\n${stackOf(error)}`
  const lines = [`millrace: ${error.message} (${error.code})`]
  if (error.at !== undefined) lines.push(`  at    ${error.at}`)
  if (error.hint !== undefined) lines.push(`  hint  ${error.hint}`)
  const cause = causeOf(error)
  if (cause !== undefined) lines.push(`  cause ${cause}`)
  return lines.join('\n')
}

const loaderFrame = /\n\s+at [^\n]*[\\/]cli[\\/]load-program\.[jt]s[\s\S]*$/

/** The first cause, where it says more than the error does: with the program's lines, or of another kind. */
function causeOf({ cause, message }: MillraceError): string | undefined {
  if (cause === undefined) return undefined
  const stack = stackOf(cause)
  if (!MillraceError.is(cause) || !message.includes(cause.message)) return stack
  const [head, ...frames] = stack.split('\n')
  const own = frames.filter(isOwn)
  return own.length === 0 ? undefined : [head, ...own].join('\n')
}

/** The stack down to the last line of the program's own: what called that is this command or the engine. */
function stackOf(error: unknown): string {
  try {
    const lines = String((error as Error | undefined)?.stack ?? error).replace(loaderFrame, '').split('\n')
    const last = lines.findLastIndex(isOwn)
    return (last < 0 ? lines : lines.slice(0, last + 1)).join('\n')
  } catch {
    return 'something was thrown that cannot be shown'
  }
}

/** True for a line of a stack that is the program's own. */
function isOwn(frame: string): boolean { return userLine(`\n${frame}`) !== undefined }
