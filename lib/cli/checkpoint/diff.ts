/** millrace checkpoint diff A B: operators, batches and keys that differ; exit code 1 when something does. */
import { Command } from 'commander'
import { KeyMap } from '../../base/key-map'
import { equalKeys } from '../../base/keys'
import { encodeValue } from '../../codec/values'
import { allFiles } from '../../disk/files'
import { lookAt, type CheckpointLook, type StateLook } from '../../streaming/checkpoint/look'
import { table } from '../../streaming/checkpoint/match-operators'
import { exitCodes } from '../exit-codes'
import { batch, columns, value } from './text'

export function diffCommand(setCode: (code: number) => void): Command {
  return new Command('diff')
    .description('Compare two checkpoints; exit code 1 when they differ.')
    .argument('<a>', 'a checkpoint folder')
    .argument('<b>', 'another one')
    .option('--limit <count>', 'how many keys of a state are shown', '20')
    .action(async (a: string, b: string, { limit }: { readonly limit: string }) => {
      const differences = await compare(await lookAt(allFiles, a), await lookAt(allFiles, b), Number(limit))
      process.stdout.write(differences === '' ? 'no difference\n' : differences)
      if (differences !== '') setCode(exitCodes.failed)
    })
}

async function compare(a: CheckpointLook, b: CheckpointLook, limit: number): Promise<string> {
  const parts: string[] = []
  const facts = (['lastAllocatedMs', 'lastEndedMs'] as const).filter(name => a.history[name] !== b.history[name])
    .map(name => [name, batch(a.history[name]), batch(b.history[name])])
  if (String(a.history.unfinished) !== String(b.history.unfinished)) facts.push(['to run again', String(a.history.unfinished), String(b.history.unfinished)])
  if (facts.length > 0) parts.push(columns(facts))
  const [before, now] = [a, b].map(({ history }) => history.started!.operators)
  const named = (records: typeof before): string => JSON.stringify(records!.map(({ form, id, operator }) => [form, id, operator]).sort())
  if (named(before) !== named(now)) parts.push(`${table(before!, now!)}\n`)
  const names = new Set([...a.states, ...b.states].map(({ name }) => name))
  for (const name of names) parts.push(await compareStates(name, a.states.find(one => one.name === name), b.states.find(one => one.name === name), limit))
  return parts.filter(part => part !== '').join('\n')
}

async function compareStates(name: string, a: StateLook | undefined, b: StateLook | undefined, limit: number): Promise<string> {
  const [before, now] = [await valuesOf(a), await valuesOf(b)]
  const rows: string[][] = []
  let count = 0
  const differ = (key: unknown): void => {
    const [left, right] = [before.get(key), now.get(key)]
    if (left !== undefined && right !== undefined && isSame(left[0], right[0])) return
    if (++count <= limit) rows.push([value(key), left === undefined ? '-' : value(left[0]), right === undefined ? '-' : value(right[0])])
  }
  for (const key of before.keys()) differ(key)
  for (const key of now.keys()) if (!before.has(key)) differ(key)
  if (count === 0) return ''
  return columns([[`state ${name}`, 'first', 'second'], ...rows]) + (count > limit ? `${count} keys differ (--limit shows more)\n` : '')
}

async function valuesOf(state: StateLook | undefined): Promise<KeyMap<unknown, readonly [value: unknown]>> {
  const all = new KeyMap<unknown, readonly [unknown]>()
  for (const partition of await state?.entries() ?? []) for (const [key, [held]] of partition) all.set(key, [held])
  return all
}

function isSame(a: unknown, b: unknown): boolean { return equalKeys(a, b) || Buffer.from(encodeValue(a)).equals(encodeValue(b)) }
