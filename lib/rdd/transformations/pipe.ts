/**
 * pipe: each partition through a process of its own, a line an element. Lines go in and come out as they are
 * ready, so that neither side is ever held whole in memory; a process that nobody reads any more is ended.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { IllegalStateError, SparkError } from '../../base/errors'
import { logFor } from '../../base/log'
import { show } from '../../base/show'
import { LineDecoder } from '../../codec/text'
import { describe, refuse, requireFunction } from '../arguments'
import { definePartition } from '../plan'
import { RDD } from '../rdd'

/** How `rdd.pipe` runs its command. */
export interface PipeOptions<T = any> {
  /** Variables added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Called once before the elements of a partition, with a function that writes a line. */
  readonly printPipeContext?: (print: (line: string) => void) => void
  /** Writes an element as lines, in place of its text on one line. */
  readonly printRDDElement?: (element: T, print: (line: string) => void) => void
}

declare module '../rdd' {
  interface RDD<T> {
    /**
     * The lines that `command` writes, run once a partition with the partition's elements as its input, each
     * as `print` shows it. An array is the program and its arguments; a string is split at white space. There
     * is no shell. Its standard error goes to the log. The job fails when the process cannot be started, or
     * ends with another status than 0. Counterpart: RDD.pipe.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'pipe')
     * console.log(await sc.parallelize(['b', 'a']).pipe('sort -r').collect()) // [ 'b', 'a' ]
     * await sc.stop()
     * ```
     */
    pipe(command: string | readonly string[], options?: PipeOptions<T>): RDD<string>
  }
}

interface Pipe extends PipeOptions { readonly command: readonly string[] }

const log = logFor('pipe')
/** Lines are gathered until there is this much to write, in characters. */
const writeLengthMin = 64 * 1024

export const pipeNode = definePartition<Pipe>('pipe', {
  compute: (args, [values]) => ({ [Symbol.asyncIterator]: () => linesOf(args, values!) }),
})

async function* linesOf(args: Pipe, values: Iterable<unknown>): AsyncGenerator<string> {
  const child = await start(args)
  const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  const feeding = feed(child.stdin, inputLines(args, values), () => { child.kill() })
  // Both are awaited below; until then a rejection must not count as unhandled.
  feeding.catch(() => undefined)
  ended.catch(() => undefined)
  logLines(child.stderr, args.command[0]!)
  try {
    const decoder = new LineDecoder(`the output of ${args.command[0]}`)
    for await (const chunk of child.stdout) yield* decoder.feed(chunk as Uint8Array)
    yield* decoder.end()
    await feeding
    requireSuccess(args.command, await ended)
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill()
  }
}

async function start({ command, env }: Pipe): Promise<ChildProcessWithoutNullStreams> {
  const [program, ...rest] = command
  try {
    const child = spawn(program!, rest, { env: { ...process.env, ...env }, stdio: 'pipe', shell: false })
    await once(child, 'spawn')
    return child
  } catch (error) {
    const { message } = error as Error
    throw new SparkError(`Cannot run program "${program}" (${command.join(' ')}): ${message}`, {
      cause: error, hint: 'The program must be on the PATH wherever tasks run.',
    })
  }
}

function* inputLines(
  { printPipeContext, printRDDElement }: Pipe, values: Iterable<unknown>,
): Generator<string> {
  let lines: string[] = []
  const print = (line: unknown): void => { lines.push(show(line)) }
  printPipeContext?.(print)
  yield* lines
  for (const value of values) {
    if (printRDDElement === undefined) {
      yield show(value)
      continue
    }
    lines = []
    printRDDElement(value, print)
    yield* lines
  }
}

/**
 * Writes until the lines or the process end. A process may stop reading before its input is used up: that is
 * its affair.
 */
async function feed(input: Writable, lines: Iterable<string>, giveUp: () => void): Promise<void> {
  input.on('error', error => log.debug(`the process has closed its input: ${error.message}`))
  try {
    let text = ''
    for (const line of lines) {
      text += `${line}\n`
      if (text.length < writeLengthMin) continue
      if (!input.write(text)) await roomOrEnd(input)
      if (input.destroyed) return
      text = ''
    }
    input.end(text)
  } catch (error) {
    giveUp()
    throw error
  }
}

function roomOrEnd(input: Writable): Promise<void> {
  if (input.destroyed) return Promise.resolve()
  return new Promise(resolve => {
    const done = (): void => {
      input.off('drain', done).off('close', done)
      resolve()
    }
    input.on('drain', done).on('close', done)
  })
}

function logLines(output: Readable, program: string): void {
  const decoder = new LineDecoder(`the standard error of ${program}`)
  const write = (lines: readonly string[]): void => lines.forEach(line => log.warn(`${program}: ${line}`))
  output.on('data', chunk => {
    try {
      write(decoder.feed(chunk as Uint8Array))
    } catch (error) {
      log.warn((error as Error).message)
    }
  })
  output.on('end', () => write(decoder.end()))
  output.on('error', error => log.warn(`${program}: ${error.message}`))
}

function requireSuccess(
  command: readonly string[], [code, signal]: [number | null, NodeJS.Signals | null],
): void {
  const status = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
  if (status === 0) return
  throw new IllegalStateError(`Subprocess exited with status ${status}. Command ran: ${command.join(' ')}`, {
    hint: 'What it wrote to its standard error is in the log.',
  })
}

/** The program and its arguments; a string is cut at white space and knows no quotes, as in Spark. */
function tokens(command: unknown): readonly string[] {
  if (typeof command === 'string') return command.split(/[ \t\n\r\f]+/).filter(token => token !== '')
  if (Array.isArray(command) && command.every(token => typeof token === 'string')) return [...command]
  return refuse('pipe', `its command must be a string or an array of strings, got ${describe(command)}`)
}

RDD.prototype.pipe = function (
  this: RDD<any>, command: string | readonly string[], options: PipeOptions = {},
): RDD<string> {
  const program = tokens(command)
  if (program.length === 0 || program[0] === '') refuse('pipe', 'its command is empty')
  const own = (name: 'printPipeContext' | 'printRDDElement'): any =>
    options[name] === undefined ? undefined : requireFunction('pipe', options[name], name)
  return this.derive(pipeNode, {
    command: program, env: options.env,
    printPipeContext: own('printPipeContext'), printRDDElement: own('printRDDElement'),
  })
}
