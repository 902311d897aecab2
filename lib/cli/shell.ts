/** millrace shell: a prompt with a SparkContext, where expressions can be awaited. */
import { createInterface } from 'node:readline'
import * as repl from 'node:repl'
import { PassThrough } from 'node:stream'
import { inspect } from 'node:util'
import { Command } from 'commander'
import { exitCodes } from './exit-codes'
import { reportFailure } from './failure'
import { collectSetting, handOverSettings, type Settings } from './settings'

interface ShellOptions {
  readonly master: string
  readonly conf: Settings
}

export function shellCommand(setCode: (code: number) => void): Command {
  return new Command('shell')
    .description('A prompt with sc, a SparkContext, and ssc(seconds), which makes a StreamingContext on it.')
    .option('--master <url>', 'where it runs', 'local')
    .option('--conf <key=value>', 'a setting; may be given several times', collectSetting, [])
    .action(async (options: ShellOptions) => {
      try {
        handOverSettings(options.conf)
        await startShell(options.master)
      } catch (error) {
        reportFailure(error)
        setCode(exitCodes.failed)
      }
    })
}

/** Resolves when the user has left. */
async function startShell(master: string): Promise<void> {
  // Loaded here, so that the other commands start without it.
  const millrace = require('../index') as typeof import('../index')
  const { DStream, Milliseconds, RDD, SparkContext, StreamingContext, version } = millrace
  const sc = new SparkContext(master, 'millrace shell')
  process.stdout.write(`Millrace ${version} on ${master}. sc is a SparkContext, `
    + 'ssc(seconds) makes a StreamingContext.\nEvery public name is here; await works; .exit leaves.\n')
  const isTerminal = process.stdin.isTTY === true
  const input = isTerminal ? process.stdin : new PassThrough()
  // A plan by its name: what it is made of fills a screen.
  const writer = (value: unknown): string => RDD.is(value) || DStream.is(value) || SparkContext.is(value)
    ? String(value) : inspect(value, { colors: isTerminal })
  // In the global realm, so that an array or an error made here is what it is everywhere else.
  const server = repl.start({ prompt: 'millrace> ', useGlobal: true, input, output: process.stdout, writer })
  Object.assign(server.context, millrace, {
    sc, ssc: (seconds = 1) => new StreamingContext(sc, Milliseconds(Math.round(seconds * 1_000))),
  })
  const left = new Promise<void>(resolve => server.once('exit', resolve))
  if (!isTerminal) void feedLines(server, input as PassThrough)
  await left
  if (!isTerminal) process.stdin.destroy()
  const active = StreamingContext.getActive()
  if (active === undefined) await sc.stop()
  else await active.stop()
}

/** Gives a prompt that is not a terminal its lines one by one: each waits for what the one before awaits. */
async function feedLines(server: repl.REPLServer, input: PassThrough): Promise<void> {
  let isReady = (): void => {}
  const { displayPrompt } = server
  server.displayPrompt = preserveCursor => {
    displayPrompt.call(server, preserveCursor)
    isReady()
  }
  for await (const line of createInterface(process.stdin)) {
    const ready = new Promise<void>(resolve => { isReady = resolve })
    input.write(`${line}\n`)
    await ready
  }
  input.end()
}
