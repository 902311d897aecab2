/** DuckDB is loaded when it is wanted, and whoever has not installed it is told how. */
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { connectDuckDB } from '../../../lib/connect/duckdb/database'
import { duckdb } from '../../../lib/connect/duckdb/dialect'
import { root } from '../../support/command'
import { withFolder } from '../../support/folders'
import { failure } from '../../support/operator-cases'

test('without the package, the error has the line that installs it', async () => {
  await withFolder(folder => {
    for (const part of ['base', 'rdd', 'events', 'conf', 'closure', 'codec', 'disk', 'streaming', path.join('connect', 'duckdb'), path.join('connect', 'sql'), path.join('connect', 'support')]) fs.cpSync(path.join(root, 'dist', part), path.join(folder, part), { recursive: true })
    const program = `try { require('./connect/duckdb/database.js').loadDuckDB() } catch (error) { console.log(JSON.stringify([error.name, error.message, error.hint])) }`
    const [name, message, hint] = JSON.parse(execFileSync(process.execPath, ['-e', program], { cwd: folder, encoding: 'utf8' })) as string[]
    expect([name, hint]).toEqual(['UnsupportedOperationError', 'npm install @duckdb/node-api'])
    expect(message).toMatch(/^DuckDB needs the package @duckdb\/node-api, which cannot be loaded: Cannot find module '@duckdb\/node-api'$/)
  })
})

test('importing Millrace does not load it', () => {
  const program = `require('./dist/index.js'); console.log(Object.keys(require.cache).some(file => file.includes('@duckdb')))`
  expect(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' })).toBe('false\n')
})

test('a file that cannot be opened is named', async () => {
  await withFolder(async folder => {
    const file = path.join(folder, 'no', 'such.duckdb')
    expect(await failure(connectDuckDB(file))).toMatchObject({
      code: 'MR_DISK', message: expect.stringContaining(`The database ${file} cannot be opened: `), hint: 'One process may write to a DuckDB file at a time.',
    })
  })
})

test('names are quoted', () => { expect(['a', 'a "b"'].map(duckdb.quoted)).toEqual(['"a"', '"a ""b"""']) })
