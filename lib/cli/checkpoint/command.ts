/** millrace checkpoint ls|show|verify|diff|rm: looks into checkpoint folders, and removes them. One file a command. */
import { Command } from 'commander'
import { diffCommand } from './diff'
import { listCommand } from './list'
import { removeCommand } from './remove'
import { showCommand } from './show'
import { verifyCommand } from './verify'

export function checkpointCommand(setCode: (code: number) => void): Command {
  const command = new Command('checkpoint').description('Look into checkpoint folders: ls, show, verify, diff, rm.')
  for (const make of [listCommand, showCommand, verifyCommand, diffCommand, removeCommand]) {
    const one = make(setCode)
    command.addCommand(one.exitOverride().showHelpAfterError(`(millrace checkpoint ${one.name()} --help lists the options)`))
  }
  return command
}
