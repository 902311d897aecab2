import { spawn } from 'node:child_process'
import * as path from 'node:path'

const program = path.join(__dirname, '..', 'support', 'programs', 'signalled.js')

/** Runs the program, sends a signal each time it has printed the text before it, and gives what it printed and how it ended. */
async function signalled(args: readonly string[], signals: readonly (readonly [after: string, signal: NodeJS.Signals])[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const waiting = [...signals]
  let output = ''
  let errors = ''
  child.stderr.on('data', chunk => { errors += chunk })
  child.stdout.on('data', chunk => {
    output += chunk
    while (waiting.length > 0 && output.includes(waiting[0]![0])) child.kill(waiting.shift()![1])
  })
  const code = await new Promise<number | string | null>(resolve => child.once('close', (exit, signal) => resolve(exit ?? signal)))
  return { code, output, errors }
}

jest.setTimeout(60_000)

test('SIGTERM with spark.streaming.stopGracefullyOnShutdown: what was received is processed, exit 0', async () => {
  expect(await signalled(['graceful'], [['ready', 'SIGTERM']])).toEqual({ code: 0, output: 'ready\nstopping\ntotal 1000\n', errors: '' })
})

test('SIGINT without it: the stream stops at once, the program goes on to its end, exit 0', async () => {
  expect(await signalled([], [['ready', 'SIGINT']])).toEqual({ code: 0, output: 'ready\nstopping\ntotal 0\n', errors: '' })
})

test.each([['SIGINT', 130], ['SIGTERM', 143]] as const)('a second %s ends the process at once, with %p', async (signal, code) => {
  const ended = await signalled(['graceful', 'hangs'], [['ready', signal], ['stopping', signal]])
  expect([ended.code, ended.output]).toEqual([code, 'ready\nstopping\n'])
})

test('a program that something keeps alive after its stream is ended all the same', async () => {
  const ended = await signalled(['graceful', 'lingers'], [['ready', 'SIGTERM']])
  expect([ended.code, ended.output]).toEqual([0, 'ready\nstopping\ntotal 1000\n'])
  expect(ended.errors).toMatch(/has not ended within 200 ms of its stream \(exitAfterSignalMs\)/)
})

test('a handler of the program\'s own decides how the stream stops', async () => {
  expect(await signalled(['own'], [['ready', 'SIGTERM']])).toEqual({ code: 0, output: 'ready\nstopping\ntotal 1000\n', errors: '' })
})
