/** setLogLevel: how much Millrace says on standard error. */
import { logLevels, setLogLevel, type LogLevel } from '../../base/log'
import { refuse } from '../arguments'
import { SparkContext } from './spark-context'

declare module './spark-context' {
  interface SparkContext {
    /**
     * From which level on messages are written: ALL, TRACE, DEBUG, INFO, WARN, ERROR, FATAL or OFF, in either
     * case. It holds for the whole process. Throws IllegalArgumentError for another level. Counterpart:
     * SparkContext.setLogLevel.
     */
    setLogLevel(level: string): void
  }
}

SparkContext.prototype.setLogLevel = function (level: string): void {
  const wanted = logLevels.find(each => each === String(level).toUpperCase()) as LogLevel | undefined
  if (wanted === undefined) {
    refuse('setLogLevel', `Supplied level ${String(level)} did not match one of: ${logLevels.join(',')}`)
  }
  setLogLevel(wanted)
}
