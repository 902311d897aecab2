/** Call sites: the user's line, whatever stack leads to it. */
import * as path from 'node:path'
import { CallSite, named, userLine } from '../../lib/base/call-site'

const lib = path.resolve(__dirname, '..', '..', 'lib')
const lineHere = (): number => Number(/:(\d+):\d+\)?$/.exec(new Error().stack!.split('\n')[2]!)![1])

describe('capture', () => {
  test('gives the file and the line of the caller that is not Millrace', () => {
    const site = CallSite.capture('map')
    expect(site.location).toBe(`call-site.spec.ts:${lineHere() - 1}`)
    expect(site.toString()).toBe(`map at ${site.location}`)
    expect(site.operator).toBe('map')
  })

  test('costs no text until it is asked for, and gives the same every time', () => {
    const site = CallSite.capture('map')
    const first = site.location
    expect(site.location).toBe(first)
  })

  test('leaves the limit of stacks as it was', () => {
    const before = Error.stackTraceLimit
    Error.stackTraceLimit = 3
    CallSite.capture('map')
    expect(Error.stackTraceLimit).toBe(3)
    Error.stackTraceLimit = before
  })

  test('sees the user through deep stacks of their own', () => {
    const deep = (levels: number): CallSite => levels === 0 ? CallSite.capture('map') : deep(levels - 1)
    expect(deep(100).location).toMatch(/^call-site\.spec\.ts:\d+$/)
  })
})

describe('within', () => {
  test('whatever is called inside has the outer site, also nested, and an error ends it', () => {
    const outer = CallSite.of('countByValue', 'app.ts:3')
    const inner = CallSite.of('join', 'app.ts:4')
    expect(CallSite.within(outer, () => CallSite.capture('map'))).toBe(outer)
    expect(CallSite.within(outer, () => CallSite.within(inner, () => CallSite.capture('map')))).toBe(inner)
    expect(CallSite.within(outer, () => CallSite.within(undefined, () => CallSite.capture('map'))).operator).toBe('map')
    expect(() => CallSite.within(outer, () => { throw new Error('x') })).toThrow('x')
    expect(CallSite.capture('map')).not.toBe(outer)
  })

  test('named makes a site where there is none, and keeps the one there is', () => {
    const sites = named('countByValue', () => [CallSite.capture('map'), named('reduceByKey', () => CallSite.capture('reduce'))])
    expect(sites.map(site => site.operator)).toEqual(['countByValue', 'countByValue'])
    expect(sites[0]).toBe(sites[1])
  })
})

describe('userLine', () => {
  test.each([
    ['    at Object.<anonymous> (/home/ann/app.ts:12:5)', 'app.ts:12'],
    ['    at /home/ann/app.ts:12:5', 'app.ts:12'],
    ['    at async main (/home/ann/app.ts:12:5)', 'app.ts:12'],
    ['    at async /home/ann/app.ts:12:5', 'app.ts:12'],
    ['    at file:///home/ann/app.mjs:12:5', 'app.mjs:12'],
    ['    at async main (file:///home/ann/my%20app.mjs:12:5)', 'my app.mjs:12'],
    ['    at main (/home/ann/my app (copy)/app.ts:12:5)', 'app.ts:12'],
    ['    at new Counter (/home/ann/app.ts:12:5)', 'app.ts:12'],
    ['    at Counter.count [as f] (/home/ann/app.ts:12:5)', 'app.ts:12'],
    ['    at REPL1:1:4', 'REPL1:1'],
    ['    at eval (eval at run (/home/ann/app.ts:12:5), <anonymous>:1:1)', 'app.ts:12'],
    ['    at C:\\ann\\app.ts:12:5', expect.stringMatching(/app\.ts:12$/)],
  ])('%s', (frame, line) => {
    expect(userLine(`Error\n${frame}`)).toEqual(line)
  })

  test("skips Millrace's own lines and Node's, in source and compiled", () => {
    const stack = ['Error', `    at map (${lib}/rdd/transformations/map.ts:3:1)`, `    at map (${lib.replace(/lib$/, 'dist')}/rdd/rdd.js:3:1)`,
      '    at Array.map (<anonymous>)', '    at node:internal/process:3:1', '    at async Promise.all (index 0)', '    at run (/app/x.ts:7:1)']
    expect(userLine(stack.join('\n'))).toBe('x.ts:7')
  })

  test('gives nothing where nobody is', () => {
    expect(userLine('')).toBeUndefined()
    expect(userLine('Error: at (a.ts:1:1)\n    at node:internal/timers:3:1')).toBeUndefined()
    expect(CallSite.of('map', '<unknown>').toString()).toBe('map at <unknown>')
  })
})
