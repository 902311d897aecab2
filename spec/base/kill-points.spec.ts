/** Kill points do nothing unless asked to, and then end the process at that very place. */
import { spawnSync } from 'node:child_process'
import * as path from 'node:path'

const module_ = path.join(__dirname, '..', '..', 'dist', 'base', 'kill-points.js')
const program = `const { killPoint } = require(${JSON.stringify(module_)})
for (let i = 1; i <= 3; i++) { console.log(i); killPoint('log.synced'); killPoint('log.opened') }
console.log('end')`

function run(at: string | undefined) {
  const { signal, status, stdout } = spawnSync(process.execPath, ['-e', program], {
    encoding: 'utf8', env: { ...process.env, MILLRACE_KILL_AT: at },
  })
  return { signal, status, lines: stdout.trim().split('\n') }
}

test('without MILLRACE_KILL_AT nothing happens', () => {
  expect(run(undefined)).toEqual({ signal: null, status: 0, lines: ['1', '2', '3', 'end'] })
})

test('the process dies by SIGKILL at the n-th time', () => {
  expect(run('log.synced:2')).toEqual({ signal: 'SIGKILL', status: null, lines: ['1', '2'] })
  expect(run('log.synced:9')).toEqual({ signal: null, status: 0, lines: ['1', '2', '3', 'end'] })
})
