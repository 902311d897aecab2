// Sizes: near what V8 really takes, whatever the value, and always at once.
import { Worker } from 'node:worker_threads'
import { KeyMap } from '../../lib/base/key-map'
import { estimateSizeBytes } from '../../lib/base/sizes'

/** What one of `count` values takes on the heap, on average; measured in a thread, whose heap holds nothing else. */
function measuredBytes(make: (i: number) => unknown, count: number): Promise<number> {
  const program = `
    require('node:v8').setFlagsFromString('--expose-gc')
    const collect = require('node:vm').runInNewContext('gc')
    const flat = ${flat}, make = ${make}
    const used = () => { collect(); collect(); return require('node:v8').getHeapStatistics().used_heap_size }
    make(0)
    const kept = new Array(${count}).fill(0)
    const before = used()
    for (let i = 0; i < kept.length; i++) kept[i] = make(i)
    require('node:worker_threads').parentPort.postMessage((used() - before) / kept.length)`
  const worker = new Worker(program, { eval: true })
  return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
}

/** A string in one piece: what repeat and concatenation give shares its parts. */
function flat(text: string): string { return JSON.parse(JSON.stringify(text)) }

test.each<[string, (i: number) => unknown, number]>([
  ['pairs of a string and a number', i => [`word number ${i}`, i + 0.5], 20_000],
  ['objects', i => ({ id: i, name: `name ${i}`, tags: ['a', 'b', `t${i}`], at: i * 1.5 }), 20_000],
  ['long texts', i => flat(`${i}`.padEnd(1000, 'abc')), 10_000],
  ['wide texts', i => flat(`${'ü€'.repeat(500)}${i}`), 10_000],
  ['long mixed arrays', i => Array.from({ length: 200 }, (_, j) => j % 2 ? i + j / 3 : `${j}`), 5_000],
  ['lists of pairs', i => Array.from({ length: 100 }, (_, j) => [`k${i}-${j}`, j]), 500],
  ['Maps', i => new Map(Array.from({ length: 100 }, (_, j) => [`k${i}-${j}`, { j }])), 300],
])('%s: within a factor of two or so of what they take', async (_name, make, count) => {
  const measured = await measuredBytes(make, count)
  const estimated = estimateSizeBytes(make(count >> 1))
  expect(estimated / measured).toBeGreaterThan(0.45)
  expect(estimated / measured).toBeLessThan(2.2)
})

test('primitives and bytes', () => {
  expect(estimateSizeBytes(new Uint8Array(5000)) - estimateSizeBytes(new Uint8Array(0))).toBe(5000)
  expect(estimateSizeBytes('a'.repeat(1000))).toBe(1016)
  expect(estimateSizeBytes('ü€'.repeat(500))).toBe(2016)
  expect(estimateSizeBytes(1.5)).toBe(16)
  expect(estimateSizeBytes(2n ** 1000n)).toBeGreaterThan(125)
  for (const value of [undefined, null, true, Symbol('s'), () => 1, 5n]) {
    expect(estimateSizeBytes(value)).toBeGreaterThanOrEqual(0)
    expect(estimateSizeBytes(value)).toBeLessThan(100)
  }
})

test('it grows with the value', () => {
  for (const make of [(n: number) => new Array(n).fill('some text'), (n: number) => Array.from({ length: n },
    (_, i) => ({ i })),
    (n: number) => new KeyMap(Array.from({ length: n }, (_, i) => [[i], i])),
      (n: number) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, [i]])),
    (n: number) => new Set(Array.from({ length: n }, (_, i) => `${i}`))]) {
    const ratio = estimateSizeBytes(make(10_000)) / estimateSizeBytes(make(1_000))
    expect(ratio).toBeGreaterThan(8)
    expect(ratio).toBeLessThan(12)
  }
})

test('cycles end and what is shared counts once', () => {
  const cyclic: any = { name: 'x' }
  cyclic.self = cyclic
  cyclic.list = [cyclic, cyclic]
  expect(estimateSizeBytes(cyclic)).toBeLessThan(300)
  const big = { text: 'x'.repeat(10_000), more: [1] }
  expect(estimateSizeBytes([big, big, big, [big]])).toBeLessThan(11_000)
})

test('huge and deep values cost little', () => {
  let list: unknown
  for (let i = 0; i < 200_000; i++) list = { next: list, i }
  const nested = Array.from({ length: 200 }, () => Array.from({ length: 200 },
    () => Array.from({ length: 20 }, (_, i) => ({ i }))))
  const before = performance.now()
  expect(estimateSizeBytes(list)).toBeGreaterThan(100_000)
  const estimated = estimateSizeBytes(nested)
  expect(performance.now() - before).toBeLessThan(2_000)
  expect(estimated).toBeGreaterThan(800_000 * 20)
  expect(estimated).toBeLessThan(800_000 * 100)
})

test('no getter is run for it', () => {
  const value = { get costly(): number { throw new Error('was run') } }
  expect(estimateSizeBytes([value, value])).toBeGreaterThan(0)
})
