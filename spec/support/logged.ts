/** What the system logs while a spec body runs, instead of on standard error. */
import { setLogger, setLogLevel, type LogLevel } from '../../lib/base/log'

export async function withLog<R>(body: (lines: readonly string[]) => R | Promise<R>, level: LogLevel = 'WARN'): Promise<R> {
  const lines: string[] = []
  const write = (message: string): void => { lines.push(message) }
  setLogger({ debug: write, info: write, warn: write, error: write })
  setLogLevel(level)
  try {
    return await body(lines)
  } finally {
    setLogger(undefined)
    setLogLevel('WARN')
  }
}
