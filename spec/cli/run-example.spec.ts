/** `millrace run-example`: the samples, listed and run. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { root, runMillrace } from '../support/command'

const names = fs.readdirSync(path.join(root, 'samples')).filter(file => file.endsWith('.ts')).map(file => file.slice(0, -3)).sort()

test('without a name, lists every sample with a sentence', async () => {
  const { code, stdout, stderr } = await runMillrace(['run-example'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map(line => line.split(' ')[0])).toEqual(names)
  for (const line of lines) expect(line).toMatch(/^[a-z-]+ +[A-Z].{20,}\.$/)
})

test('--json lists them for programs', async () => {
  const { code, stdout } = await runMillrace(['run-example', '--json'])
  expect(code).toBe(0)
  const samples = JSON.parse(stdout) as { name: string, description: string }[]
  expect(samples.map(sample => sample.name)).toEqual(names)
  expect(samples.find(sample => sample.name === 'network-word-count')!.description)
    .toBe('Counts the words that come in over a TCP socket, batch by batch.')
})

test('runs one, with the options of run', async () => {
  const { code, stdout } = await runMillrace(['run-example', 'network-word-count', '--batches', '1'])
  expect(code).toBe(0)
  expect(stdout).toContain('Time: ')
})

test('a name that is not there is a mistake on the command line', async () => {
  expect(await runMillrace(['run-example', 'netwrk-word-count'])).toMatchObject({
    code: 2, stdout: '', stderr: 'millrace: there is no sample netwrk-word-count; millrace run-example lists them\n',
  })
})
