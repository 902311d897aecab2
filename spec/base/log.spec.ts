/** The log: levels, components, loggers of the user's own, and standard error for everyone else. */
import { spawnSync } from 'node:child_process'
import { logFor, logLevels, setLogger, setLogLevel, type LogLevel } from '../../lib/base/log'
import { withLog } from '../support/logged'
import { root } from '../support/command'

const methods = ['debug', 'info', 'warn', 'error'] as const
const say = (): void => { for (const method of methods) logFor('Mill')[method](method) }

test.each<[LogLevel, readonly string[]]>([
  ['ALL', methods], ['TRACE', methods], ['DEBUG', methods], ['INFO', methods.slice(1)], ['WARN', methods.slice(2)],
  ['ERROR', methods.slice(3)], ['FATAL', []], ['OFF', []],
])('level %s lets %j through', async (level, shown) => {
  await withLog(lines => {
    say()
    expect(lines).toEqual(shown.map(method => `Mill: ${method}`))
  }, level)
})

test('every level is listed', () => { expect([...logLevels].sort()).toEqual(['ALL', 'DEBUG', 'ERROR', 'FATAL', 'INFO', 'OFF', 'TRACE', 'WARN']) })

test("a logger of the user's own gets its methods called as methods, from loggers made before too", () => {
  class Kept {
    readonly lines: string[] = []
    debug(message: string) { this.lines.push(`d ${message}`) }
    info(message: string) { this.lines.push(`i ${message}`) }
    warn(message: string) { this.lines.push(`w ${message}`) }
    error(message: string) { this.lines.push(`e ${message}`) }
  }
  const log = logFor('Mill')
  const kept = new Kept()
  setLogger(kept)
  setLogLevel('ALL')
  try {
    for (const method of methods) log[method](method)
  } finally {
    setLogger(undefined)
    setLogLevel('WARN')
  }
  expect(kept.lines).toEqual(['d Mill: debug', 'i Mill: info', 'w Mill: warn', 'e Mill: error'])
})

test('without one, lines go to standard error, each with its level', () => {
  const program = "const { logFor, setLogLevel } = require('./dist/base/log'); setLogLevel('ALL'); const log = logFor('Mill');"
    + "log.debug('a'); log.info('b'); log.warn('c'); log.error('d')"
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })
  expect([stdout, stderr]).toEqual(['', 'DEBUG Mill: a\nINFO  Mill: b\nWARN  Mill: c\nERROR Mill: d\n'])
})
