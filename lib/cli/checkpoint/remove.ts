/** millrace checkpoint rm DIR: removes a checkpoint, when nobody uses it and the user means it. */
import { Command } from 'commander'
import { allFiles } from '../../disk/files'
import { CheckpointFolder } from '../../streaming/checkpoint/checkpoint-folder'
import { lookAt } from '../../streaming/checkpoint/look'
import { exitCodes } from '../exit-codes'

export function removeCommand(setCode: (code: number) => void): Command {
  return new Command('rm')
    .description('Remove a checkpoint. The program that wrote it then starts anew.')
    .argument('<directory>', 'a checkpoint folder')
    .option('--yes', 'without it nothing is removed')
    .option('--damaged', 'also where it cannot be read')
    .action(async (directory: string, { yes, damaged }: { readonly yes?: boolean, readonly damaged?: boolean }) => {
      // What is no checkpoint is not removed: a mistyped path must not cost a folder.
      if (damaged !== true) await lookAt(allFiles, directory)
      const folder = CheckpointFolder.of(allFiles, directory)
      if (yes !== true) {
        process.stdout.write(`${folder.directory} would be removed. Say so with --yes\n`)
        setCode(exitCodes.usage)
        return
      }
      await folder.lock() // Refuses while a program writes there.
      await folder.removeAll()
      process.stdout.write(`${folder.directory} is removed\n`)
    })
}
