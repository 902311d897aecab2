/** setLogLevel: Spark's levels in either case, and a list of them for any other. */
import { setLogger, logFor } from '../../../lib/base/log'
import { withSpark } from '../../support/contexts'

describe('setLogLevel', () => {
  const lines: string[] = []
  const write = (line: string): void => { lines.push(line) }

  beforeEach(() => {
    lines.length = 0
    setLogger({ debug: write, info: write, warn: write, error: write })
  })
  afterEach(() => withSpark('local', sc => {
    sc.setLogLevel('WARN')
    setLogger(undefined)
  }))

  it('takes every level in either case', () => withSpark('local', sc => {
    const log = logFor('spec')
    for (const level of ['all', 'Trace', 'debug', 'INFO', 'warn', 'ERROR', 'fatal', 'OFF']) {
      sc.setLogLevel(level)
      lines.length = 0
      log.debug('d')
      log.info('i')
      log.warn('w')
      log.error('e')
      const written = { ALL: 4, TRACE: 4, DEBUG: 4, INFO: 3, WARN: 2, ERROR: 1, FATAL: 0,
        OFF: 0 }[level.toUpperCase()]
      expect([level, lines.length]).toEqual([level, written])
    }
  }))

  it('lists the levels when it is given another', () => withSpark('local', sc => {
    expect(() => sc.setLogLevel('loud'))
      .toThrow(/Supplied level loud did not match one of: ALL,DEBUG,ERROR,FATAL,INFO,OFF,TRACE,WARN/)
    expect(() => sc.setLogLevel(undefined as any)).toThrow(/Supplied level undefined/)
  }))
})
