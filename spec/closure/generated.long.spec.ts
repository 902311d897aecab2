/** Generated data that functions capture arrives in a thread as it was: values, identity, cycles and attributes. */
import * as fc from 'fast-check'
import { inspect } from 'node:util'
import { captureFunction } from '../../lib/closure/capture'
import { compileLibrary, type Compiled } from './compiled'
import { Thread } from './fixtures/run-corpus'

let compiled: Compiled
let thread: Thread
beforeAll(() => { compiled = compileLibrary(); thread = new Thread(compiled.threadFile) })
afterAll(async () => { await thread.end(); compiled.remove() })

const at = { operator: 'map', at: 'app.ts:1' }

class Tagged { constructor(readonly tag: unknown, readonly list: unknown[]) {} get size(): number { return this.list.length } }

const primitive = fc.oneof(
  fc.string({ unit: 'binary' }), fc.integer(), fc.double(), fc.bigInt(), fc.boolean(), fc.constant(null), fc.constant(undefined),
  fc.constantFrom(NaN, -0, Infinity, '\ud800', '__proto__', Symbol.iterator, Symbol.for('generated')),
)

const key = fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('__proto__', 'constructor', 'then', 'length', '0', 'toString'))

const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    primitive,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(entries => fromEntries(entries)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map(entries => new Map(entries)),
    fc.array(tie('value'), { maxLength: 4 }).map(items => new Set(items)),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 20 }), fc.float64Array({ maxLength: 5 }), fc.bigInt64Array({ maxLength: 3 }),
    fc.constantFrom(/a+/g, /[^b]\n/iu),
    fc.tuple(fc.string(), tie('value')).map(([message, cause]) => new TypeError(message, { cause })),
    fc.tuple(tie('value'), fc.array(tie('value'), { maxLength: 3 })).map(([tag, list]) => new Tagged(tag, list)),
    fc.tuple(tie('value')).map(([inner]) => Object.freeze([inner])),
    fc.tuple(tie('value')).map(([inner]) => { const ring: any = { inner }; ring.self = ring; return ring }),
    fc.tuple(tie('value')).map(([inner]) => [inner, inner]),
  ),
}))

function fromEntries(entries: readonly [string, unknown][]): object {
  const made = {}
  for (const [name, item] of entries) Object.defineProperty(made, name, { value: item, writable: true, enumerable: true, configurable: true })
  return made
}

/** Everything that can be seen of a value, with a number for each object so that shared ones show. */
function describeValue(root: any): string {
  const seen = new Map<object, number>()
  const lines: string[] = []
  const visit = (item: any): string => {
    if (Object.is(item, -0)) return '-0'
    if (typeof item === 'string') return JSON.stringify(item)
    if (typeof item !== 'object' || item === null) return typeof item === 'bigint' ? `${item}n` : String(item)
    const known = seen.get(item)
    if (known !== undefined) return `#${known}`
    const number = seen.size
    seen.set(item, number)
    const parts = [Object.prototype.toString.call(item), item.constructor?.name, Object.isFrozen(item)].map(String)
    if (item instanceof Date) parts.push(String(item.getTime()))
    if (item instanceof RegExp) parts.push(String(item))
    if (item instanceof Map) for (const [k, v] of item) parts.push(`${visit(k)}=>${visit(v)}`)
    if (item instanceof Set) for (const v of item) parts.push(visit(v))
    for (const k of Reflect.ownKeys(item)) {
      const property = Object.getOwnPropertyDescriptor(item, k)!
      const flags = `${property.writable}${property.enumerable}${property.configurable}`
      // Where V8 made an error is not part of what it says.
      if (k !== 'stack') parts.push(`${String(k)}:${flags}:${visit(property.value)}`)
    }
    lines[number] = parts.join(' ')
    return `#${number}`
  }
  return `${visit(root)}\n${lines.join('\n')}`
}

describe('generated captured data', () => {
  it('is the same in a thread', async () => {
    await fc.assert(fc.asyncProperty(value, async data => {
      const { bytes } = captureFunction(() => describeValue(data), at)
      expect(await thread.run(bytes)).toBe(inspect(describeValue(data)))
    }), { numRuns: 300 })
  }, 60_000)

  it('is what it was at the call, whatever happens to it later', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer(), { minLength: 1 }), fc.integer(), async (list, other) => {
      let variable: unknown = list
      const { bytes } = captureFunction(() => [variable, list.length], at)
      const wanted = inspect([list, list.length])
      list.push(other)
      list[0] = other + 1
      variable = 'changed'
      expect(await thread.run(bytes)).toBe(wanted)
      expect(variable).toBe('changed')
    }), { numRuns: 50 })
  }, 30_000)
})
