/** The corpus in programs of their own: CommonJS, ES modules, and TypeScript under ts-node. */
import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { compileLibrary, type Compiled } from './compiled'

const run = promisify(execFile)

let compiled: Compiled
beforeAll(() => { compiled = compileLibrary() })
afterAll(() => compiled.remove())

interface Report { readonly count: number, readonly failures: readonly string[] }

async function runProgram(...parameters: string[]): Promise<Report> {
  const { stdout, stderr } = await run(process.execPath, parameters, { maxBuffer: 1 << 24 })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('captured functions in a program of their own', () => {
  it('a CommonJS program', async () => {
    const report = await runProgram(path.join(compiled.commonjsFolder, 'program.js'), compiled.captureFile, compiled.threadFile, 'commonjs')
    expect(report.failures).toEqual([])
    expect(report.count).toBeGreaterThan(140)
  }, 60_000)

  it('a program of ES modules', async () => {
    const report = await runProgram(path.join(compiled.modulesFolder, 'program.mjs'), compiled.captureFile, compiled.threadFile)
    expect(report.failures).toEqual([])
    expect(report.count).toBeGreaterThan(140)
  }, 60_000)

  it('a TypeScript program under ts-node', async () => {
    const program = path.join(__dirname, 'fixtures', 'program.ts')
    const report = await runProgram('-r', 'ts-node/register/transpile-only', program, compiled.captureFile, compiled.threadFile, 'commonjs')
    expect(report.failures).toEqual([])
    expect(report.count).toBeGreaterThan(140)
  }, 60_000)
})
