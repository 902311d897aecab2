/** States on threads that die at random: each version exact, each accumulator update counted once. */
import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'

const script = path.join(__dirname, 'state-deaths.js')

test('thirty versions with deaths in updates and reads are exact', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '1'])
  expect(JSON.parse(stdout)).toEqual({ seed: 1, versions: 30, deaths: 24 })
})
