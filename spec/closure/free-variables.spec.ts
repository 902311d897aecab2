/** Which names of a function's source are free, and how they are used; against what runs show for generated code. */
import * as fc from 'fast-check'
import { readSource } from '../../lib/closure/source'

const free = (text: string): string[] => readSource(text).free.map(use => use.name).sort()

describe('free variables', () => {
  const table: [string, string[]][] = [
    ['a => a + b', ['b']],
    ['function f(a) { return f(a) + g(a) }', ['g']],
    ['() => { var x = 1; { let y = x; z(y) } return y }', ['y', 'z']],
    ['() => { if (a) { var x } return x }', ['a']],
    ['() => { x(); function x() {} }', []],
    ['({ a, b: { c = d }, ...e }) => [a, c, e]', ['d']],
    ['([a, [b], ...c], { [k]: v } = o) => a + b + c + v', ['k', 'o']],
    ['() => { try { a() } catch ({ message }) { return message } finally { b() } }', ['a', 'b']],
    ['() => { for (const i of xs) for (let j = 0; j < i; j++) for (k in o) sum += i + j }', ['k', 'o', 'sum', 'xs']],
    ['() => { outer: for (;;) { continue outer } }', []],
    ['() => { switch (x) { case A: let y = 1; return y; default: return z } }', ['A', 'x', 'z']],
    ['x => ({ x, y, [z]: 1, w: v, m() { return n } })', ['n', 'v', 'y', 'z']],
    ['x => x.y?.z[w].v', ['w']],
    ['() => new Foo(...bars)', ['Foo', 'bars']],
    ['() => `a${b}` + tag`c${d}`', ['b', 'd', 'tag']],
    ['() => class A extends B { static s = c; f = d; [e]() { return A } #p = g; get q() { return this.#p } }', ['B', 'c', 'd', 'e', 'g']],
    ['class A { static s = c; static { d() } f = e; m() { return new A(f) } }', ['e', 'f']],
    ['class A extends mixin(B) { m() { return super.m() } }', ['$a']],
    ['function () { return arguments.length + this.x }', []],
    ['() => (function () { return [this, arguments, new.target] })', []],
    ['async x => { for await (const y of x) await z(y) }', ['z']],
    ['method(a) { return super_ + a }', ['super_']],
    ['async *[key]() { yield* a }', ['a']],
    ['get value() { return a }', ['a']],
    ['"quoted key"(b) { return a + b }', ['a']],
    ['() => { [a, b.c, { d: e } = f] = g; ({ h, i: j = k, ...l } = m) }', ['a', 'b', 'e', 'f', 'g', 'h', 'j', 'k', 'l', 'm']],
    ['() => typeof a === "undefined" && delete b.c && void d', ['a', 'b', 'd']],
    ['(a = b, c = () => a + d) => c', ['b', 'd']],
    ['() => { const f = function g() { return g }; return g }', ['g']],
  ]
  it.each(table)('of %s', (text, names) => expect(free(text)).toEqual([...names].sort()))

  it('are the names that a run misses, and no others', () => {
    const names = ['a', 'b', 'c', 'd']
    const name = fc.constantFrom(...names)
    const { body } = fc.letrec<{ body: string, block: string }>(tie => ({
      block: fc.array(tie('body'), { maxLength: 3 }).map(parts => parts.join('\n')),
      body: fc.oneof(
        { maxDepth: 4 },
        name.map(n => `use(() => ${n});`),
        fc.tuple(name, name).map(([n, m]) => `var ${n} = 1; use(() => ${m});`),
        fc.tuple(name, tie('block')).map(([n, inner]) => `{ let ${n} = 1; ${inner} }`),
        fc.tuple(name, tie('block')).map(([n, inner]) => `(${n} => { ${inner} })(1);`),
        fc.tuple(name, name, tie('block')).map(([n, m, inner]) => `(function ${n}({ ${m} }) { ${inner} })({ ${m}: 1 });`),
        fc.tuple(name, tie('block')).map(([n, inner]) => `for (const ${n} of [1]) { ${inner} }`),
        fc.tuple(name, tie('block')).map(([n, inner]) => `try { throw 1 } catch (${n}) { ${inner} }`),
      ),
    }))
    fc.assert(fc.property(body, text => {
      const source = `() => { ${text} }`
      const missing = new Set<string>()
      const use = (read: () => unknown): void => {
        try { read() } catch (error) { missing.add(/^(\w+) is not defined$/.exec((error as Error).message)?.[1] ?? '') }
      }
      try { new Function('use', `"use strict"; return ${source}`)(use)() } catch (error) {
        if (error instanceof SyntaxError) return // Two declarations of one name.
        throw error
      }
      expect(free(source).filter(item => item !== 'use')).toEqual([...missing].sort())
    }), { numRuns: 500 })
  })
})

describe('usage', () => {
  const usageOf = (text: string, name: string) => readSource(text).free.find(use => use.name === name)!

  it('tells reading properties from everything else', () => {
    expect([...usageOf('() => ns.a + ns["b"] + ns.c()', 'ns').members!]).toEqual([['a', false], ['b', false], ['c', true]])
    for (const text of ['() => ns', '() => ns.a + f(ns)', '() => ns[k]', '() => { ns.a = 1 }', '() => delete ns.a', '() => { ns = 1 }', '() => ({ ns })']) {
      expect(usageOf(text, 'ns').members).toBeUndefined()
    }
  })

  it('tells assignments', () => {
    for (const text of ['() => x++', '() => { x = 1 }', '() => { [x] = y }', '() => { for (x of y); }', '() => { ({ a: x = 1 } = y) }']) {
      expect(usageOf(text, 'x').isAssigned).toBe(true)
    }
    for (const text of ['() => x + 1', '() => { x.y = 1 }', '() => { let x = 1; x++; return () => y => x }']) {
      expect(readSource(text).free.some(use => use.isAssigned)).toBe(false)
    }
  })

  it('finds what an arrow function takes from the function around it', () => {
    expect(readSource('() => this.x').usesOuterThis).toBe(true)
    expect(readSource('() => () => this').usesOuterThis).toBe(true)
    expect(readSource('() => function () { return this }').usesOuterThis).toBe(false)
    expect(readSource('() => class { f = this; m() { return this } }').usesOuterThis).toBe(false)
    expect(readSource('() => arguments').usesOuterArguments).toBe(true)
    expect(readSource('function () { return () => arguments }').usesOuterArguments).toBe(false)
  })

  it.each([
    ['() => eval("1")', /eval/], ['() => super.x()', /super/], ['() => new.target', /new\.target/], ['() => import.meta.url', /import\.meta/],
    ['() => this.#x', /#x/], ['m() { return super.m() }', /super/], ['class { [this.x] = 1 }', /this/],
  ])('refuses %s', (text, pattern) => expect(readSource(text).refusal).toMatch(pattern))

  it.each(['eval => eval("1")', '() => (0, eval)("1")', '() => class { #x = 1; m() { return this.#x } }', '() => ({ __proto__: b, m() { return super.m() } })'])(
    'does not refuse %s', text => expect(readSource(text).refusal).toBeUndefined())
})
