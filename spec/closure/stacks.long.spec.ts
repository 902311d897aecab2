/** Errors of rebuilt functions show the user's own file and line, as they would here. */
import { execFile } from 'node:child_process'
import * as path from 'node:path'
import { promisify } from 'node:util'
import { captureFunction } from '../../lib/closure/capture'
import { compileLibrary, type Compiled } from './compiled'
import { placesOf, type Place } from './fixtures/failing-program'
import { Thread } from './fixtures/run-corpus'

const run = promisify(execFile)

let compiled: Compiled
let thread: Thread
beforeAll(() => { compiled = compileLibrary(); thread = new Thread(compiled.threadFile) })
afterAll(async () => { await thread.end(); compiled.remove() })

async function program(...parameters: string[]): Promise<Place[]> {
  const { stdout } = await run(process.execPath, [...parameters, compiled.captureFile, compiled.threadFile])
  return JSON.parse(stdout)
}

/** Lines of fixtures/failing.ts. */
const original = ['failing.ts:14', 'failing.ts:29', 'failing.ts:51', 'failing.ts:59', 'failing.ts:42']

describe('the stack of an error in a thread', () => {
  it('names the line of the TypeScript file, under Jest', async () => {
    const places = await placesOf(captureFunction, thread)
    expect(places.map(place => place.there)).toEqual(original)
    expect(places.map(place => place.here)).toEqual(original)
  })

  it('names the line of the TypeScript file, also where the thread has loaded and compiled that file itself', async () => {
    const load = captureFunction(() => require('./fixtures/failing').failing.length, { operator: 'map', at: 'app.ts:1' })
    expect(await thread.run(load.bytes)).toBe('5')
    const places = await placesOf(captureFunction, thread)
    expect(places.map(place => place.there)).toEqual(original)
  }, 30_000)

  it('names the line of the TypeScript file, under ts-node', async () => {
    const places = await program('-r', 'ts-node/register/transpile-only', path.join(__dirname, 'fixtures', 'failing-program.ts'))
    expect(places.map(place => place.there)).toEqual(original)
    expect(places.map(place => place.here)).toEqual(original)
  }, 30_000)

  it('names the line of the TypeScript file, through the source maps of compiled files', async () => {
    const places = await program('--enable-source-maps', path.join(compiled.mappedFolder, 'failing-program.js'))
    expect(places.map(place => place.there)).toEqual(original)
  }, 30_000)

  it('names the line of the compiled file where no source map is in use', async () => {
    const places = await program(path.join(compiled.commonjsFolder, 'failing-program.js'))
    expect(places.map(place => place.there)).toEqual(places.map(place => place.here))
    expect(places.every(place => /^failing\.js:\d+$/.test(place.there ?? ''))).toBe(true)
    const modules = await program(path.join(compiled.modulesFolder, 'failing-program.mjs'))
    expect(modules.map(place => place.there)).toEqual(modules.map(place => place.here))
    expect(modules.every(place => /^failing\.mjs:\d+$/.test(place.there ?? ''))).toBe(true)
  }, 30_000)
})
