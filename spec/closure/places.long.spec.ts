/** Functions from places without modules: the REPL, vm contexts, code made from text, bundles, sloppy scripts. */
import { execFileSync } from 'node:child_process'
import * as path from 'node:path'
import { compileLibrary, type Compiled } from './compiled'

let compiled: Compiled
beforeAll(() => { compiled = compileLibrary() })
afterAll(() => compiled.remove())

/** What a script prints as JSON; `go` captures a function, rebuilds it and calls it. */
function evaluate(kind: '-e' | '-i', script: string): unknown[] {
  const opening = `const { captureFunction } = require(${JSON.stringify(compiled.captureFile)})
const { rebuildFunction } = require(${JSON.stringify(compiled.captureFile.replace('capture.js', 'rebuild.js'))})
const out = []
const go = (f, ...values) => { try { out.push(rebuildFunction(captureFunction(f, { operator: 'map', at: 'x:1' }).bytes)(...values)) } catch (e) { out.push(e.message.split('\\n')[0]) } }
`
  const text = `${opening}${script}\nprocess.stdout.write('<<' + JSON.stringify(out) + '>>')\n`
  const output = kind === '-e' ? execFileSync(process.execPath, ['-e', text], { encoding: 'utf8' })
    : execFileSync(process.execPath, ['-i'], { encoding: 'utf8', input: text })
  return JSON.parse(/<<(.*)>>/.exec(output)![1]!)
}

describe('functions without a module', () => {
  it('of the REPL', () => {
    expect(evaluate('-i', [
      'const k = 5; let l = 6; var v = 7', 'function declared(x) { return x + k }', 'class Foo { m() { return k } }; const foo = new Foo()',
      "go(x => [x, k, l, v, declared(1), foo.m(), path.join('a', 'b'), require('node:path').sep], 1)", 'go(x => _nothing)',
    ].join('\n'))).toEqual([[1, 5, 6, 7, 6, 5, 'a/b', '/'], '_nothing is not defined'])
  })

  it('of a script on the command line', () => {
    expect(evaluate('-e', 'const k = 5; go(() => k); go(() => typeof k); globalThis.own = 4; go(() => own)')).toEqual([5, 'number', 4])
  })

  it('of another context', () => {
    expect(evaluate('-e', `
      const context = require('node:vm').createContext({})
      const run = text => require('node:vm').runInContext(text, context)
      go(run('const z = 9; var y = [z]; class Q { r() { return z } }; () => [z, y, new Q().r(), Array.isArray(y), y instanceof Array]'))
      go(run('(function () { return () => [this.q, y] }).call({ q: 3 })'))
      go(run('const m = new Map([[1, new Set([2])]]), e = new RangeError("x"), d = new Date(5); () => [m instanceof Map, m.get(1).has(2), e instanceof RangeError, d.getTime()]'))
      go(run('const { max } = Math, kinds = [Map, Array.prototype.map]; () => [max(1, 2), kinds[0] === Map, kinds[1] === Array.prototype.map]'))
      go(run('const p = Promise.resolve(); () => p'))`,
    )).toEqual([
      [9, [9], 9, true, true], [3, [9]], [true, true, true, 5], [2, true, true],
      'Task not serializable: p (a Promise), captured by the function given to map at x:1',
    ])
  })

  it('made from text', () => {
    expect(evaluate('-e', `
      const local = 1
      go(new Function('a', 'b = 2', 'return a + b'), 1)
      go((0, eval)('const hidden = 3; (() => hidden)'))
      go(eval('(() => local)'))`)).toEqual([3, 3, 1])
  })

  it('of a bundle, with the names that they use and no others', () => {
    const program = path.join(__dirname, 'fixtures', 'bundle.js')
    expect(JSON.parse(execFileSync(process.execPath, [program, compiled.captureFile], { encoding: 'utf8' }))).toEqual({
      results: ['6mm', '9mm', 'b', '/'],
      refusal: 'Task not serializable: util_exports.broken (a WeakMap), captured by the function given to map at bundle.js:1',
    })
  })
})

describe('strictness', () => {
  const tests = `
    const frozen = Object.freeze({ a: 1 })
    go(() => { frozen.a = 2; return frozen.a })
    go(function () { return this === undefined })
    go(() => (function () { return this === undefined })())
    go(async () => { frozen.a = 3 })
    go({ m() { frozen.a = 4; return 'silent' } }.m)`

  it('of a sloppy script', () => expect(evaluate('-e', tests)).toEqual([1, false, false, {}, 'silent']))

  it('of a strict script', () => {
    const [assigned, own, inner, , method] = evaluateStrict(tests)
    expect([own, inner]).toEqual([true, true])
    expect([assigned, method]).toEqual(Array(2).fill(expect.stringMatching(/Cannot assign to read only property/)))
  })

  it('of a strict function in a sloppy script', () => {
    expect(evaluate('-e', "(function () { 'use strict'; go(function () { return this === undefined }) })()")).toEqual([true])
  })

  function evaluateStrict(script: string): unknown[] {
    const program = `'use strict'
      const { captureFunction } = require(process.argv[1]), { rebuildFunction } = require(process.argv[1].replace('capture.js', 'rebuild.js'))
      const out = []
      const go = f => { try { out.push(rebuildFunction(captureFunction(f, { operator: 'map', at: 'x:1' }).bytes)()) } catch (e) { out.push(e.message) } }
      ${script}
      out[3].catch(() => {})
      process.stdout.write(JSON.stringify(out))`
    return JSON.parse(execFileSync(process.execPath, ['-e', program, compiled.captureFile], { encoding: 'utf8' }))
  }
})
