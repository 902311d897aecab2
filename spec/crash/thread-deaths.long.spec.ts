/** Threads that die leave nothing behind: the quick form of `node spec/crash/thread-deaths.js 1000`, in a process of its own. */
import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'

const script = path.join(__dirname, 'thread-deaths.js')

test('twenty deaths in every way: exact results, and no thread, file or handle more than before', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, '20'])
  expect(JSON.parse(stdout)).toMatchObject({ deaths: 20, problems: [] })
})
