/** millrace checkpoint ls|show|verify|diff|rm: looks into checkpoint folders, and removes them. One file a command. */
import { Command } from 'commander'
import { SparkConf } from '../../conf/spark-conf'
import '../../connect/file-systems'
import { setFileSystemSettings } from '../../disk/file-systems'
import { collectSetting, type Settings } from '../settings'
import { diffCommand } from './diff'
import { listCommand } from './list'
import { removeCommand } from './remove'
import { showCommand } from './show'
import { verifyCommand } from './verify'

export function checkpointCommand(setCode: (code: number) => void): Command {
  const command = new Command('checkpoint').description('Look into checkpoint folders: ls, show, verify, diff, rm.')
  for (const make of [listCommand, showCommand, verifyCommand, diffCommand, removeCommand]) {
    const one = make(setCode)
      .option('--conf <key=value>', 'a setting of the file system where the folder is; may be given several times', collectSetting, [])
      .hook('preAction', called => { useSettings(called.opts<{ readonly conf: Settings }>().conf) })
    command.addCommand(one.exitOverride().showHelpAfterError(`(millrace checkpoint ${one.name()} --help lists the options)`))
  }
  return command
}

/** Folders of other systems are reached as a program with these settings would. */
function useSettings(given: Settings): void { setFileSystemSettings([...new SparkConf().getAll(), ...given]) }
