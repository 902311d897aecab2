/** Recognised functions: whatever runs on bytes gives what the functions give on strings, with and without it, on any text. */
import fc from 'fast-check'
import { blocksRdd } from '../../../lib/streaming/receivers/block'
import type { RDD, SparkContext } from '../../../lib/index'
import { withSpark } from '../../support/contexts'

type Pair = [string, number]
type Step = { readonly name: string, readonly onLines?: (lines: string[]) => string[], readonly onRdd: (rdd: RDD<string>) => RDD<string> }

/** Written out, as a function is recognised by its source. */
const lineSteps: Step[] = [
  { name: "includes('a')", onLines: x => x.filter(l => l.includes('a')), onRdd: x => x.filter(l => l.includes('a')) },
  { name: "includes('é')", onLines: x => x.filter(l => l.includes('é')), onRdd: x => x.filter(l => l.includes('é')) },
  { name: "includes('')", onLines: x => x.filter(l => l.includes('')), onRdd: x => x.filter(l => l.includes('')) },
  { name: "!startsWith('b')", onLines: x => x.filter(l => !l.startsWith('b')), onRdd: x => x.filter(l => !l.startsWith('b')) },
  { name: "endsWith('c') || length > 3", onLines: x => x.filter(l => l.endsWith('c') || l.length > 3), onRdd: x => x.filter(l => l.endsWith('c') || l.length > 3) },
  { name: 'trim', onLines: x => x.map(l => l.trim()), onRdd: x => x.map(l => l.trim()) },
  { name: 'toLowerCase', onLines: x => x.map(l => l.toLowerCase()), onRdd: x => x.map(l => l.toLowerCase()) },
  { name: 'not recognised', onLines: x => x.map(l => l.slice(1)), onRdd: x => x.map(l => l.slice(1)) },
  { name: 'truthy', onLines: x => x.filter(l => l), onRdd: x => x.filter(l => l) },
]
const splits: Step[] = [
  { name: "split(' ')", onLines: x => x.flatMap(l => l.split(' ')), onRdd: x => x.flatMap(l => l.split(' ')) },
  { name: "split(',')", onLines: x => x.flatMap(l => l.split(',')), onRdd: x => x.flatMap(function (l) { return l.split(',') }) },
  { name: "toLowerCase().split(' ')", onLines: x => x.flatMap(l => l.toLowerCase().split(' ')), onRdd: x => x.flatMap(l => l.toLowerCase().split(' ')) },
  { name: "split('é')", onLines: x => x.flatMap(l => l.split('é')), onRdd: x => x.flatMap(l => l.split('é')) },
  { name: "split('')", onLines: x => x.flatMap(l => l.split('')), onRdd: x => x.flatMap(l => l.split('')) },
  { name: "split('\\n')", onLines: x => x.flatMap(l => l.split('\n')), onRdd: x => x.flatMap(l => l.split('\n')) },
]
const wordSteps: Step[] = [
  ...lineSteps,
  { name: "=== 'a'", onLines: x => x.filter(w => w === 'a'), onRdd: x => x.filter(w => w === 'a') },
  { name: "!== ''", onLines: x => x.filter(w => w !== ''), onRdd: x => x.filter(w => w !== '') },
  { name: 'length % 2 === 0', onLines: x => x.filter(w => w.length % 2 === 0), onRdd: x => x.filter(w => w.length % 2 === 0) },
]
const pairings: { readonly name: string, readonly pair: (w: string) => Pair, readonly onRdd: (rdd: RDD<string>) => RDD<Pair> }[] = [
  { name: 'w => [w, 1]', pair: w => [w, 1], onRdd: x => x.map(w => [w, 1]) },
  { name: 'w => [w, w.length]', pair: w => [w, w.length], onRdd: x => x.map(w => [w, w.length]) },
  { name: 'w => [w.trim(), 0.1]', pair: w => [w.trim(), 0.1], onRdd: x => x.map(w => [w.trim(), 0.1]) },
  { name: 'mapValues', pair: w => [w, 1 * 2 - 0.5], onRdd: x => x.map(w => [w, 1]).mapValues(n => n * 2 - 0.5) },
]
const reductions: { readonly name: string, readonly f: (a: number, b: number) => number, readonly onRdd: (rdd: RDD<Pair>) => RDD<Pair> }[] = [
  { name: 'a + b', f: (a, b) => a + b, onRdd: x => x.reduceByKey((a, b) => a + b) },
  { name: 'max', f: (a, b) => a > b ? a : b, onRdd: x => x.reduceByKey((a, b) => a > b ? a : b) },
  { name: 'a - b', f: (a, b) => a - b, onRdd: x => x.reduceByKey((a, b) => a - b, 1) },
  { name: 'not recognised', f: (a, b) => Math.max(a, b), onRdd: x => x.reduceByKey((a, b) => Math.max(a, b)) },
]

const pieces = fc.constantFrom('a', 'b', 'c', 'A', 'É', 'é', ' ', '  ', ',', '\t', '\r', '\n', '\r\n', '\u00a0', '\u2028', '\u{1f600}', 'abc', '__proto__', '\0', 'ß', 'İ', '\ufeff')
const text = fc.array(pieces, { maxLength: 60 }).map(parts => parts.join(''))
const bytes = fc.oneof(text.map(t => Buffer.from(`${t}\n`)), fc.uint8Array({ maxLength: 40 }).map(b => Buffer.concat([b, Buffer.from('\n')])))

/** The lines of whole blocks as JavaScript has them. */
function linesOf(blocks: readonly Buffer[]): string[] {
  return blocks.flatMap(block => {
    const lines = block.toString('utf8').split('\n').map(line => line.endsWith('\r') ? line.slice(0, -1) : line)
    return lines.slice(0, -1)
  })
}

const textRdd = (sc: SparkContext, blocks: readonly Buffer[]): RDD<string> => (
  blocksRdd<string>(sc, blocks.map(text => ({ kind: 'text', text, records: 1, bytes: text.length })))
)

describe.each(['true', 'false'])('with millrace.codegen.inline %s', inline => {
  test('random pipelines count words as arrays and Maps do', () => withSpark('local', sc => fc.assert(fc.asyncProperty(
    fc.array(bytes, { minLength: 1, maxLength: 3 }), fc.array(fc.constantFrom(...lineSteps), { maxLength: 2 }), fc.constantFrom(...splits),
    fc.array(fc.constantFrom(...wordSteps), { maxLength: 2 }), fc.constantFrom(...pairings), fc.constantFrom(...reductions),
    async (blocks, before, split, after, pairing, reduction) => {
      const steps = [...before, split, ...after]
      const expected = new Map<string, number>()
      for (const block of blocks) {
        const own = new Map<string, number>()
        for (const word of steps.reduce((lines, step) => step.onLines!(lines), linesOf([block]))) {
          const [key, n] = pairing.pair(word)
          own.set(key, own.has(key) ? reduction.f(own.get(key)!, n) : n)
        }
        for (const [key, n] of own) expected.set(key, expected.has(key) ? reduction.f(expected.get(key)!, n) : n)
      }
      const rdd = steps.reduce((from, step) => step.onRdd(from), textRdd(sc, blocks))
      const result = await reduction.onRdd(pairing.onRdd(rdd)).collect()
      expect(new Map(result)).toEqual(expected)
      expect(result).toHaveLength(expected.size)
    }), { numRuns: 400 }), { 'millrace.codegen.inline': inline }))

  test('random filters count lines as arrays do', () => withSpark('local', sc => fc.assert(fc.asyncProperty(
    fc.array(bytes, { minLength: 1, maxLength: 3 }), fc.array(fc.constantFrom(...lineSteps), { minLength: 1, maxLength: 3 }),
    async (blocks, steps) => {
      const expected = steps.reduce((lines, step) => step.onLines!(lines), linesOf(blocks))
      const rdd = steps.reduce((from, step) => step.onRdd(from), textRdd(sc, blocks))
      expect(await rdd.count()).toBe(expected.length)
      expect(await rdd.collect()).toEqual(expected)
    }), { numRuns: 300 }), { 'millrace.codegen.inline': inline }))
})

test('a method of String that the program has replaced is called', () => withSpark('local', async sc => {
  const { split } = String.prototype
  try {
    String.prototype.split = function (this: string) { return [`${this}!`] } as never
    const counts = await textRdd(sc, [Buffer.from('a b\n')]).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).collect()
    expect(counts).toEqual([['a b!', 1]])
  } finally {
    String.prototype.split = split
  }
}))

test('more distinct words than the table begins with, and lines longer than a segment', () => withSpark('local', async sc => {
  const words = Array.from({ length: 120_000 }, (_, i) => `w${i}`)
  const block = Buffer.from(`${words.join(' ')}\n${words.slice(0, 10).join(' ')}\n`)
  const counts = new Map(await textRdd(sc, [block, block]).flatMap(l => l.split(' ')).map(w => [w, 1]).reduceByKey((a, b) => a + b).collect())
  expect(counts.size).toBe(120_000)
  expect([counts.get('w0'), counts.get('w9'), counts.get('w10'), counts.get('w119999')]).toEqual([4, 4, 2, 2])
}))
