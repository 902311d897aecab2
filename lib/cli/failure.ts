/** What a person reads when a program has failed: what happened, where, what to do, and then the stack. */
import { MillraceError } from '../base/errors'

export function reportFailure(error: unknown): void {
  process.stderr.write(`${failureText(error)}\n`)
}

export function failureText(error: unknown): string {
  if (!MillraceError.is(error)) return `millrace: the program failed\n${stackOf(error)}`
  const lines = [`millrace: ${error.message} (${error.code})`]
  if (error.at !== undefined) lines.push(`  at    ${error.at}`)
  if (error.hint !== undefined) lines.push(`  hint  ${error.hint}`)
  if (error.cause !== undefined) lines.push(`  cause ${stackOf(error.cause)}`)
  return lines.join('\n')
}

const loaderFrame = /\n\s+at [^\n]*[\\/]cli[\\/]load-program\.[jt]s[\s\S]*$/

/** The stack down to where this command called the program. */
function stackOf(error: unknown): string {
  try {
    return String((error as Error | undefined)?.stack ?? error).replace(loaderFrame, '')
  } catch {
    return 'something was thrown that cannot be shown'
  }
}
