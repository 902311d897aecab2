/** millrace run FILE (or submit FILE): runs a TypeScript or JavaScript program with settings from outside. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { exitCodes } from './exit-codes'
import { reportFailure } from './failure'
import { followStreams, type StreamLimits } from './follow'
import { loadProgram } from './load-program'
import { collectSetting, handOverSettings, type Settings } from './settings'

export interface RunOptions extends StreamLimits {
  readonly master?: string
  readonly name?: string
  readonly explain?: true
  readonly explainCode?: true
  readonly conf: Settings
}

export function runCommand(setCode: (code: number) => void): Command {
  return withRunOptions(new Command('run').alias('submit'))
    .description('Run a program. Settings given here are defaults: what the program sets wins, as in Spark.')
    .argument('<file>', 'a .ts, .mts, .cts, .js, .cjs or .mjs file')
    .argument('[args...]', "the program's own arguments; after -- everything is its own")
    .allowUnknownOption()
    .action(async (file: string, args: string[], options: RunOptions) => {
      setCode(await runFile(file, args, options))
    })
}

/** The options that everything that runs a program takes. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--master <url>', 'where it runs: local, local[N], local[*]')
    .option('--name <name>', 'the name of the application')
    .option('--conf <key=value>', 'a setting; may be given several times', collectSetting, [])
    .addOption(new Option('--batches <n>', 'stop gracefully after so many batches')
      .argParser(positiveInteger).conflicts('seconds'))
    .addOption(new Option('--seconds <s>', 'stop gracefully after so long').argParser(positiveNumber))
    .option('--explain', 'print the stages of every job on standard error')
    .option('--explain-code', 'the same with the loops that are generated')
    .addOption(new Option('--progress <form>', 'on standard error: a status line on a terminal, JSON a batch')
      .choices(['auto', 'json', 'none']).default('auto'))
}

/**
 * Runs the program and resolves with the exit code so far, when its top level has run. What it does later is
 * followed too, to the end of the process.
 */
export async function runFile(file: string, args: readonly string[], options: RunOptions): Promise<number> {
  const program = path.resolve(file)
  if (!fs.existsSync(program)) {
    return refuse(file.startsWith('-') ? `unknown option ${file}` : `there is no file ${file}`)
  }
  if (!fs.statSync(program).isFile()) return refuse(`${file} is not a file`)
  handOverSettings(settingsOf(options))
  process.argv = [process.argv[0]!, program, ...ownArguments(args)]
  const streams = followStreams(options)
  const fail = (error: unknown): void => {
    streams.clearLine()
    reportFailure(error)
    // The program may have left timers and sockets behind: it has failed, nothing waits for them.
    process.exit(exitCodes.failed)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  try { await loadProgram(program) } catch (error) { fail(error) }
  return Number(process.exitCode ?? exitCodes.ok)
}

/** Commander takes the first `--` away, but not where an unknown option stands before it. */
function ownArguments(args: readonly string[]): string[] {
  const dashes = (all: readonly string[]): number => all.filter(each => each === '--').length
  if (dashes(args) === 0 || dashes(args) < dashes(process.argv)) return [...args]
  return args.toSpliced(args.indexOf('--'), 1)
}

function refuse(message: string): number {
  process.stderr.write(`millrace: ${message}\n(millrace run --help lists the options)\n`)
  return exitCodes.usage
}

/** A person who presses Ctrl-C wants the end of what was begun; a second time ends it at once. */
const defaults: Settings = [['spark.streaming.stopGracefullyOnShutdown', 'true']]

function settingsOf({ master, name, conf, explain, explainCode }: RunOptions): Settings {
  const explained = explainCode ? 'code' : explain ? 'stages' : undefined
  return [
    ...defaults, ...conf,
    ...(master === undefined ? [] : [['spark.master', master] as const]),
    ...(name === undefined ? [] : [['spark.app.name', name] as const]),
    ...(explained === undefined ? [] : [['millrace.explain', explained] as const]),
  ]
}

function positiveInteger(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidArgumentError('It must be a whole number, 1 or more.')
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < Infinity)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}
