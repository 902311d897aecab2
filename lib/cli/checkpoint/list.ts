/** millrace checkpoint ls DIR: a line a checkpoint, for the folder itself or the folders in it. */
import { Command } from 'commander'
import { allFiles } from '../../disk/files'
import { joinPath, resolvePath } from '../../disk/paths'
import { lookAt, type CheckpointLook } from '../../streaming/checkpoint/look'
import { exitCodes } from '../exit-codes'
import { batch, bytes, columns } from './text'

export function listCommand(setCode: (code: number) => void): Command {
  return new Command('ls')
    .description('List the checkpoints in a folder.')
    .argument('<directory>', 'a checkpoint folder, or a folder of them')
    .action(async (directory: string) => {
      const rows = [['folder', 'last batch that ended', 'to run again', 'states', 'size']]
      for (const folder of await checkpointsIn(directory)) {
        try { rows.push(row(await lookAt(allFiles, folder))) } catch (error) {
          rows.push([folder, `cannot be read: ${String((error as Error).message)}`, '', '', ''])
          setCode(exitCodes.failed)
        }
      }
      if (rows.length === 1) {
        process.stdout.write(`${resolvePath(directory)} holds no checkpoint\n`)
        setCode(exitCodes.failed)
      } else process.stdout.write(columns(rows))
    })
}

async function checkpointsIn(directory: string): Promise<string[]> {
  const isOne = async (folder: string): Promise<boolean> => (await allFiles.stat(joinPath(folder, 'events')))?.isDirectory === true
  if (await isOne(directory)) return [directory]
  const found: string[] = []
  for (const name of await allFiles.list(directory)) if (await isOne(joinPath(directory, name))) found.push(joinPath(directory, name))
  return found
}

function row({ folder, history, states, logs }: CheckpointLook): string[] {
  const size = logs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return [folder.directory, batch(history.lastEndedMs), String(history.unfinished.length), String(states.length), bytes(size)]
}
