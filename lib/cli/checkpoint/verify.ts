/** millrace checkpoint verify DIR: reads every byte, checks every checksum and decodes all there is. */
import { Command } from 'commander'
import { allFiles } from '../../disk/files'
import { lookAt } from '../../streaming/checkpoint/look'

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Check every byte of a checkpoint; exit code 1 with file and offset when it is damaged.')
    .argument('<directory>', 'a checkpoint folder')
    .action(async (directory: string) => {
      const { logs, states } = await lookAt(allFiles, directory)
      for (const state of states) await state.entries()
      for (const { name, entries, cut } of logs) {
        const tail = cut === undefined ? '' : `, ${cut.bytes} unfinished bytes at the end of ${cut.file}, which a recovery cuts off`
        process.stdout.write(`ok  ${name}: ${entries} entries${tail}\n`)
      }
      for (const { name, size } of states) process.stdout.write(`ok  state/${name}: ${size} keys\n`)
    })
}
