/** millrace run FILE (or submit FILE): runs a TypeScript or JavaScript program with settings from the command line. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { followStreams, type StreamLimits } from './follow'
import { reportFailure } from './failure'
import { loadProgram } from './load-program'
import { exitCodes } from './main'

export interface RunOptions extends StreamLimits {
  readonly master?: string
  readonly name?: string
  readonly conf: readonly [string, string][]
}

export function runCommand(setCode: (code: number) => void): Command {
  return withRunOptions(new Command('run').alias('submit'))
    .description('Run a program. Settings given here are defaults: what the program sets itself wins, as in Spark.')
    .argument('<file>', 'a .ts, .mts, .js, .cjs or .mjs file')
    .argument('[args...]', "the program's own arguments")
    .allowUnknownOption()
    .action(async (file: string, args: string[], options: RunOptions) => setCode(await runFile(file, args, options)))
}

/** The options that everything that runs a program takes. */
export function withRunOptions(command: Command): Command {
  return command
    .option('--master <url>', 'where it runs: local, local[N], local[*]')
    .option('--name <name>', 'the name of the application')
    .option('--conf <key=value>', 'a setting; may be given several times', collectSetting, [])
    .addOption(new Option('--batches <n>', 'stop gracefully after so many batches').argParser(positiveInteger).conflicts('seconds'))
    .addOption(new Option('--seconds <s>', 'stop gracefully after so long').argParser(positiveNumber))
    .addOption(new Option('--progress <form>', 'auto: a status line on a terminal; json: a line of JSON a batch; none. On standard error')
      .choices(['auto', 'json', 'none']).default('auto'))
}

/** Runs the program and resolves with the exit code, when it has ended. */
export async function runFile(file: string, args: readonly string[], options: RunOptions): Promise<number> {
  const program = path.resolve(file)
  if (!fs.existsSync(program) || !fs.statSync(program).isFile()) {
    process.stderr.write(`millrace: there is no file ${file}\n`)
    return exitCodes.usage
  }
  handOverSettings(options)
  process.argv = [process.argv[0]!, program, ...args]
  const failed = new Promise<unknown>(resolve => {
    process.once('uncaughtException', resolve)
    process.once('unhandledRejection', resolve)
  })
  const streams = followStreams(options)
  const outcome = await Promise.race([
    loadProgram(program).then(() => streams.ended).then(() => undefined, (error: unknown) => ({ error })),
    failed.then(error => ({ error })),
  ])
  streams.close()
  if (outcome === undefined) return process.exitCode === undefined ? exitCodes.ok : Number(process.exitCode)
  reportFailure(outcome.error)
  // The program may have left timers and sockets behind: it has failed, nothing waits for them.
  process.exit(exitCodes.failed)
}

/** The program's SparkConf reads this, as Spark's reads the properties that spark-submit sets. */
function handOverSettings({ master, name, conf }: RunOptions): void {
  const settings: Record<string, string> = Object.fromEntries(conf)
  if (master !== undefined) settings['spark.master'] = master
  if (name !== undefined) settings['spark.app.name'] = name
  const inherited = JSON.parse(process.env.MILLRACE_CONF ?? '{}') as Record<string, string>
  process.env.MILLRACE_CONF = JSON.stringify({ ...inherited, ...settings })
}

function collectSetting(text: string, before: readonly [string, string][]): [string, string][] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must have the form key=value.')
  return [...before, [text.slice(0, at), text.slice(at + 1)]]
}

function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return value
}

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}
