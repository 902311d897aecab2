/**
 * What the system says to a person while it runs. One line a message on standard error, so that standard output holds
 * nothing but the program's own results. Any logger with the same four methods (pino, winston, console) can take over.
 */

/** What takes the messages: pino, winston and console do. */
export interface Logger {
  debug(message: string, ...details: unknown[]): void
  info(message: string, ...details: unknown[]): void
  warn(message: string, ...details: unknown[]): void
  error(message: string, ...details: unknown[]): void
}

export type LogLevel = 'ALL' | 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL' | 'OFF'

export const logLevels: readonly LogLevel[] = ['ALL', 'DEBUG', 'ERROR', 'FATAL', 'INFO', 'OFF', 'TRACE', 'WARN']

const rank: Record<LogLevel, number> = { ALL: 0, TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5, OFF: 6 }

const standardError: Logger = {
  debug: message => process.stderr.write(`DEBUG ${message}\n`),
  info: message => process.stderr.write(`INFO  ${message}\n`),
  warn: message => process.stderr.write(`WARN  ${message}\n`),
  error: message => process.stderr.write(`ERROR ${message}\n`),
}

let target: Logger = standardError
let threshold: LogLevel = 'WARN'

/**
 * Sends all further messages of the process to `logger`; `undefined` returns to standard error. `sc.setLogLevel` says
 * which messages there are. Counterpart: Spark's log4j settings.
 * @example
 * ```ts
 * import { setLogger } from 'millrace'
 * setLogger(console) // or pino(), or a winston logger
 * ```
 */
export function setLogger(logger: Logger | undefined): void { target = logger ?? standardError }

/** Internal: while `f` runs, messages go to `logger`. */
export async function withLogger<R>(logger: Logger, f: () => Promise<R>): Promise<R> {
  const before = target
  target = logger
  try { return await f() } finally { target = before }
}

export function setLogLevel(level: LogLevel): void { threshold = level }

/** A logger whose lines start with the name of a component. */
export function logFor(component: string): Logger {
  const at = (level: LogLevel, write: (text: string) => void) => (message: string) => {
    if (rank[level] >= rank[threshold]) write(`${component}: ${message}`)
  }
  return {
    debug: at('DEBUG', text => target.debug(text)),
    info: at('INFO', text => target.info(text)),
    warn: at('WARN', text => target.warn(text)),
    error: at('ERROR', text => target.error(text)),
  }
}
