/** Whatever was thrown, in one line for a log: never an error of its own. */

export function errorText(thrown: unknown): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) return `${String(thrown)} was thrown`
    const { message, code, errors } = thrown as { message?: unknown, code?: unknown, errors?: readonly unknown[] }
    // What Node throws when a name has several addresses and none of them answers has no message of its own.
    if (message === '' && Array.isArray(errors) && errors.length > 0) return errors.map(errorText).join('; ')
    return String(message === undefined || message === '' ? code ?? thrown : message)
  } catch {
    return 'something was thrown that cannot be shown'
  }
}
