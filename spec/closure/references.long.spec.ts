/** What travels by reference, and modules found again on another host. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { execFileSync } from 'node:child_process'
import { captureFunction } from '../../lib/closure/capture'
import { rebuildFunction } from '../../lib/closure/rebuild'
import { Duration, Seconds } from '../../lib/base/duration'
import { compileLibrary, type Compiled } from './compiled'
import { Thread } from './fixtures/run-corpus'

let compiled: Compiled
let thread: Thread
beforeAll(() => { compiled = compileLibrary(); thread = new Thread(compiled.threadFile) })
afterAll(async () => { await thread.end(); compiled.remove() })

const at = { operator: 'map', at: 'app.ts:1' }
const travelling = (kind: string, id: number, content: object = {}): any =>
  Object.defineProperty(content, Symbol.for('millrace.travel'), { value: { kind, id } })

describe('what travels by reference', () => {
  it('is resolved where the function is rebuilt, and never looked into', async () => {
    const broadcast = travelling('broadcast', 7, { get value(): never { throw new Error('not here') } })
    const accumulator = travelling('accumulator', 3, new WeakMap())
    const { bytes } = captureFunction(() => [broadcast.value, [accumulator][0].value], at)
    expect(await thread.run(bytes)).toBe("[ 'broadcast 7', 'accumulator 3' ]")
  })

  it('is resolved once for each function, however often it is captured', () => {
    const broadcast = travelling('broadcast', 1)
    const also = () => broadcast
    const { bytes } = captureFunction(() => also() === broadcast, at)
    const asked: string[] = []
    const f = rebuildFunction(bytes, { resolve: (kind, id) => { asked.push(`${kind} ${id}`); return {} } })
    expect(f()).toBe(true)
    expect(asked).toEqual(['broadcast 1'])
  })

  it('can be a function or a class', () => {
    const files = travelling('files', 0, function SparkFiles() { throw new Error('not here') })
    const { bytes } = captureFunction(() => files.get('a.txt'), at)
    const f = rebuildFunction(bytes, { resolve: () => ({ get: (name: string) => `/there/${name}` }) })
    expect(f()).toBe('/there/a.txt')
  })

  it('is an error where nothing resolves it', () => {
    const broadcast = travelling('broadcast', 1)
    const { bytes } = captureFunction(() => broadcast, at)
    expect(() => rebuildFunction(bytes)).toThrow('Nothing stands here for broadcast 1')
  })
})

describe('the own classes of Millrace', () => {
  it('are those of the thread', async () => {
    const duration = Seconds(3)
    const { bytes } = captureFunction(() => [duration.milliseconds, duration instanceof Duration, Seconds(1).milliseconds], at)
    expect(await thread.run(bytes)).toBe('[ 3000, true, 1000 ]')
  })
})

describe('a function on another host', () => {
  const program = `
    const { captureFunction } = require(process.argv[2])
    const { scale, Point } = require('./parts/helpers')
    const pad = require('left-pad-like')
    const point = new Point(3, 4)
    const { bytes } = captureFunction(n => [scale(n), point.norm, point instanceof Point, pad(n)], { operator: 'map', at: 'main.js:5' })
    process.stdout.write(Buffer.from(bytes).toString('base64'))`
  const reader = `
    const { rebuildFunction } = require(process.argv[2])
    const f = rebuildFunction(Buffer.from(process.argv[3], 'base64'), { resolve() {}, mainFolder: process.argv[4] })
    process.stdout.write(JSON.stringify(f(2)))`

  function install(folder: string, packages: string): void {
    fs.mkdirSync(path.join(folder, 'app', 'parts'), { recursive: true })
    fs.copyFileSync(path.join(compiled.commonjsFolder, 'helpers.js'), path.join(folder, 'app', 'parts', 'helpers.js'))
    fs.mkdirSync(path.join(folder, packages, 'left-pad-like', 'lib'), { recursive: true })
    fs.writeFileSync(path.join(folder, packages, 'left-pad-like', 'package.json'), '{"name":"left-pad-like","exports":"./lib/pad.js"}')
    fs.writeFileSync(path.join(folder, packages, 'left-pad-like', 'lib', 'pad.js'), 'module.exports = n => `00${n}`')
  }

  it('finds the modules beside the main file, and packages where they are installed', () => {
    const [here, there] = ['here', 'there'].map(name => path.join(compiled.folder, name)) as [string, string]
    install(here, 'app/node_modules')
    install(there, 'node_modules') // Installed one folder higher.
    fs.writeFileSync(path.join(here, 'app', 'main.js'), program)
    fs.writeFileSync(path.join(there, 'reader.js'), reader)
    const bytes = execFileSync(process.execPath, [path.join(here, 'app', 'main.js'), compiled.captureFile], { encoding: 'utf8' })
    fs.rmSync(here, { recursive: true })
    const rebuildFile = compiled.captureFile.replace('capture.js', 'rebuild.js')
    const result = execFileSync(process.execPath, [path.join(there, 'reader.js'), rebuildFile, bytes, path.join(there, 'app')], { encoding: 'utf8' })
    expect(JSON.parse(result)).toEqual([6, 5, true, '002'])
  }, 30_000)

  it('refuses bytes of another version', () => {
    const { bytes } = captureFunction(() => 1, at)
    const other = Uint8Array.from(bytes)
    other[other.indexOf(2, 4)] = 8
    expect(() => rebuildFunction(other)).toThrow(/version 4, but this is version 1/)
  })
})
