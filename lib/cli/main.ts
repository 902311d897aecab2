/**
 * The command `millrace`: one file a command beside this one. Exit codes: 0 all went well, 1 the program
 * failed, 2 the command line is wrong.
 */
import { Command, CommanderError } from 'commander'
import { version } from '../rdd/context/spark-context'
import { checkpointCommand } from './checkpoint/command'
import { doctorCommand } from './doctor'
import { exitCodes } from './exit-codes'
import { reportFailure } from './failure'
import { runCommand } from './run'
import { runExampleCommand } from './run-example'
import { shellCommand } from './shell'

/** Runs the command line and resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  let code: number = exitCodes.ok
  const setCode = (value: number): void => { code = value }
  const program = new Command('millrace')
    .description('The Spark Streaming API for TypeScript.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(millrace --help lists the commands)')
  for (const make of [runCommand, runExampleCommand, shellCommand, checkpointCommand, doctorCommand]) {
    const command = make(setCode)
    const advice = `(millrace ${command.name()} --help lists the options)`
    program.addCommand(command.exitOverride().showHelpAfterError(advice))
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    reportFailure(error)
    return exitCodes.failed
  }
}
