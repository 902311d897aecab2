/** Variables that captured functions share, and what the scopes do not show. */
import { captureFunction } from '../../lib/closure/capture'
import { rebuildFunction } from '../../lib/closure/rebuild'
import { TaskNotSerializableError } from '../../lib/base/errors'

const at = { operator: 'map', at: 'app.ts:1' }
const rebuilt = (f: Function): any => rebuildFunction(captureFunction(f, at).bytes)

let total = 0

describe('variables that functions share', () => {
  it('stay one variable', () => {
    let n = 1
    const up = () => { n *= 2 }
    const read = () => n
    expect(rebuilt(() => { up(); up(); return [n, read()] })()).toEqual([4, 4])
    expect(n).toBe(1)
  })

  it('stay one variable between a class and a function', () => {
    let made = 0
    class Item { readonly id = made++ }
    const count = () => made
    expect(rebuilt(() => [new Item().id, new Item().id, count()])()).toEqual([0, 1, 2])
  })

  it('stay apart where they are apart, whatever they hold', () => {
    const counter = () => { let n = 0; return { up: () => ++n, read: () => n } }
    const [one, other] = [counter(), counter()]
    const f = rebuilt(() => { one.up(); one.up(); other.up(); return [one.read(), other.read()] })
    expect(f()).toEqual([2, 1])
    const [up, { read }] = [counter().up, counter()]
    expect(rebuilt(() => { up(); return [read(), up()] })()).toEqual([0, 2])
  })

  it('are told apart within the functions that generators make', () => {
    const make = () => { let n = 0; return { up: function* () { yield ++n }, read: () => n } }
    const made = make(), another = make()
    expect(rebuilt(() => [[...made.up()], made.read(), another.read()])()).toEqual([[1], 1, 0])
  })

  it('are refused where it cannot be found out', () => {
    const key = 'k'
    const make = () => { let n = 0; return { up: ({ [key]: by }: any) => { n += by }, down: ({ [key]: by }: any) => n -= by } }
    const one = make()
    expect(() => captureFunction(() => { one.up({ k: 1 }); one.down({ k: 2 }) }, at)).toThrow(/one\.up -> n|n \(a variable that several functions may share/)
  })

  it('of the module', () => {
    const add = () => { total += 5 }
    expect(rebuilt(() => { add(); return total })()).toBe(5)
    expect(total).toBe(0)
  })

  it('need no test where nothing assigns them', () => {
    const list = [1]
    const push = () => list.push(2)
    expect(rebuilt(() => { push(); return list })()).toEqual([1, 2])
  })
})

describe('what the list of scopes does not show', () => {
  it('is this of arrow functions, without running them', () => {
    let runs = 0
    class Parser {
      separator = ','
      parse = (line: string) => { runs++; return line.split(this.separator) }
      later() { return async ({ line, list: [first] }: any) => { runs++; return [this.separator, line, first] } }
      nothing = (() => { const self = this; return function () { return self.separator } })()
    }
    const parser = new Parser()
    expect(rebuilt(parser.parse)('a,b')).toEqual(['a', 'b'])
    expect(rebuilt(() => parser.nothing())()).toBe(',')
    expect(runs).toBe(0)
    return expect(rebuilt(parser.later())({ line: 1, list: [2] })).resolves.toEqual([',', 1, 2])
  })

  it('is refused where parameters run code', () => {
    const side = jest.fn(() => 'k')
    class Odd { v = 1; f() { return ({ [side()]: value }: any) => [this.v, value] } }
    expect(() => captureFunction(new Odd().f(), at)).toThrow(TaskNotSerializableError)
    expect(side).not.toHaveBeenCalled()
  })

  it('is a variable without a value, in generators too', () => {
    const refused = /late \(a variable without a value yet\)/
    expect(() => captureFunction(function* () { yield late }, at)).toThrow(refused)
    expect(() => captureFunction(async function* () { yield late }, at)).toThrow(refused)
    const undefinedButSet = undefined
    expect(() => captureFunction(() => [undefinedButSet, late], at)).toThrow(refused)
    const late = 1
    expect(rebuilt(() => [undefinedButSet, late])()).toEqual([undefined, 1])
  })

  it('lets the program go on', async () => {
    const later = new Promise(resolve => { setImmediate(() => resolve('went on')) })
    rebuilt(new (class { v = 1; f() { return () => this.v } })().f())
    expect(await later).toBe('went on')
    expect(await Promise.resolve('microtask')).toBe('microtask')
  })
})

describe('a circle that cannot be made', () => {
  it('is refused', () => {
    const holder = { make() { return () => this } }
    Object.setPrototypeOf(holder, holder.make())
    expect(() => captureFunction(() => holder, at)).toThrow(/is part of a circle of classes, prototypes or bound functions/)
  })
})
