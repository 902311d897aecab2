/** millrace checkpoint show DIR: what a recovery from the folder would begin with; with --state the keys of a state. */
import { Command } from 'commander'
import { CheckpointError } from '../../base/errors'
import { allFiles } from '../../disk/files'
import { lookAt, type CheckpointLook } from '../../streaming/checkpoint/look'
import { batch, bytes, columns, value } from './text'

interface Options { readonly state?: string, readonly limit: string, readonly json?: boolean }

export function showCommand(): Command {
  return new Command('show')
    .description('Show what a recovery would begin with.')
    .argument('<directory>', 'a checkpoint folder')
    .option('--state <name>', 'show the keys of this state')
    .option('--limit <count>', 'how many keys', '20')
    .option('--json', 'print JSON')
    .action(async (directory: string, { state, limit, json }: Options) => {
      const look = await lookAt(allFiles, directory)
      if (state !== undefined) process.stdout.write(await entriesOf(look, state, Number(limit), json === true))
      else process.stdout.write(json === true ? `${JSON.stringify(summary(look), null, 2)}\n` : text(look))
    })
}

async function entriesOf(look: CheckpointLook, name: string, limit: number, isJson: boolean): Promise<string> {
  const state = look.states.find(one => one.name === name)
  if (state === undefined) {
    const names = look.states.map(one => `'${one.name}'`).join(', ')
    throw new CheckpointError(`There is no state '${name}'`, { hint: names === '' ? 'This checkpoint has no states.' : `It has ${names}.` })
  }
  const entries = (await state.entries()).flatMap(partition => [...partition]).slice(0, limit)
  if (isJson) return `${JSON.stringify(entries.map(([key, [held, touchedMs]]) => ({ key: value(key), value: value(held), touchedMs })), null, 2)}\n`
  const rows = entries.map(([key, [held, touchedMs]]) => [value(key), String(touchedMs), value(held)])
  return columns([['key', 'touched (ms)', 'value'], ...rows]) + (state.size > entries.length ? `${entries.length} of ${state.size} keys (--limit shows more)\n` : '')
}

function summary({ folder, history, states, logs, owner }: CheckpointLook) {
  const { started, runCount, lastAllocatedMs, lastEndedMs, unfinished, prepared } = history
  return {
    directory: folder.directory, inUseBy: owner, batchMs: started!.batchMs, zeroMs: started!.zeroMs, runs: runCount,
    lastAllocatedMs, lastEndedMs, unfinished, preparedTransactions: prepared.length,
    operators: started!.operators,
    states: states.map(({ name, version, partitions, size }) => ({ name, versionMs: version, partitions, keys: size })),
    accumulators: Object.fromEntries([...history.accumulators].map(([name, held]) => [name, value(held)])),
    logs: logs.map(({ name, files, sizeBytes, entries, cut }) => ({ name, files, sizeBytes, entries, unfinishedBytes: cut?.bytes ?? 0 })),
  }
}

function text(look: CheckpointLook): string {
  const { history: { started, runCount, lastEndedMs, unfinished }, states, logs, owner } = look
  const lines = [
    ['batches of', `${started!.batchMs} ms`], ['runs so far', String(runCount)], ['last batch that ended', batch(lastEndedMs)],
    ['to run again', unfinished.length === 0 ? 'none' : unfinished.map(String).join(', ')],
    ['in use by', owner === undefined ? 'nobody' : `process ${owner.pid} on ${owner.host}`],
  ]
  const operators = started!.operators.map(({ id, form, operator, at }) => [id, form, `${operator} at ${at}`])
  return [
    columns(lines),
    columns([['operator', 'kind', 'where'], ...operators]),
    states.length === 0 ? '' : columns([['state', 'version', 'partitions', 'keys'],
      ...states.map(({ name, version, partitions, size }) => [name, batch(version), String(partitions), String(size)])]),
    columns([['log', 'files', 'entries', 'size'], ...logs.map(({ name, files, entries, sizeBytes, cut }) => (
      [name, String(files), String(entries), bytes(sizeBytes) + (cut === undefined ? '' : `, ${cut.bytes} unfinished bytes at the end`)]
    ))]),
  ].filter(part => part !== '').join('\n')
}
