/** `millrace checkpoint`: looks into folders that programs left, and removes them when it is meant. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { testStream } from '../../lib/testing/index'
import { runMillrace } from '../support/command'
import { withFolder } from '../support/folders'

/** A program over one input that counts letters for ever; `batches` of it leave their checkpoint in `directory`. */
const counted = (directory: string, batches: readonly (readonly string[])[]): Promise<unknown> => testStream([batches],
  ([letters]) => letters.map(letter => [letter, 1] as [string, number]).updateStateByKey((values: number[], sum?: number) => (sum ?? 0) + values.length),
  { checkpointDir: directory })

const run = (...args: string[]) => runMillrace(['checkpoint', ...args])

test('ls, show, verify, diff and rm', () => withFolder(async folder => {
  const [a, b] = [path.join(folder, 'a'), path.join(folder, 'b')]
  await counted(a, [['x', 'y'], ['x'], ['__proto__']])
  await counted(b, [['x', 'y'], ['x', 'z']])

  const list = await run('ls', folder)
  expect(list.stdout).toMatch(/folder +last batch that ended +to run again +states +size\n/)
  expect(list.stdout).toMatch(/\/a +3000 ms \(1970-01-01T00:00:03.000Z\) +0 +1 +\d/)

  const shown = await run('show', a)
  expect(shown.stdout).toMatch(/updateStateByKey-0 +3000 ms .* +\d+ +3\n/)
  expect(JSON.parse((await run('show', a, '--json')).stdout)).toMatchObject({ batchMs: 1000, lastEndedMs: 3000, unfinished: [] })
  const keys = await run('show', a, '--state', 'updateStateByKey-0')
  for (const line of [/'x' +2000 +2\n/, /'y' +1000 +1\n/, /'__proto__' +3000 +1\n/]) expect(keys.stdout).toMatch(line)
  expect((await run('show', a, '--state', 'nothing')).stderr).toContain("It has 'updateStateByKey-0'.")

  const same = await run('diff', a, a)
  expect([same.code, same.stdout]).toEqual([0, 'no difference\n'])
  const differences = await run('diff', a, b)
  expect(differences.code).toBe(1)
  expect(differences.stdout).toMatch(/'z' +- +1\n/)
  expect(differences.stdout).toMatch(/'__proto__' +1 +-\n/)

  expect((await run('rm', a)).stdout).toContain('would be removed. Say so with --yes')
  expect((await run('rm', folder, '--yes')).stderr).toContain('holds no checkpoint')
  expect(await run('rm', a, '--yes')).toMatchObject({ code: 0 })
  expect(fs.existsSync(a)).toBe(false)

  expect(await run('verify', b)).toMatchObject({ code: 0, stdout: expect.stringMatching(/ok {2}events: \d+ entries\n[^]*ok {2}state\/updateStateByKey-0: 3 keys\n/) })
  const log = path.join(b, 'events', fs.readdirSync(path.join(b, 'events'))[0]!)
  const bytes = fs.readFileSync(log)
  bytes[4150]! ^= 1
  fs.writeFileSync(log, bytes)
  const damaged = await run('verify', b)
  expect(damaged.code).toBe(1)
  expect(damaged.stderr).toContain(log)
  expect((await run('ls', folder)).stdout).toContain('cannot be read')
}))
