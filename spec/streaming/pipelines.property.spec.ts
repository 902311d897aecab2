/** Random programs of stream operators against the naive interpreter. */
import * as fc from 'fast-check'
import { Seconds, type DStream } from '../../lib/index'
import { testStream } from '../../lib/testing/index'
import { masters, runsOn } from '../support/contexts'
import { groupByKey, reduceByKey, windows, lastingSums, type Pair } from '../support/naive'
import { sorted } from '../support/operator-cases'

type Pairs = DStream<[string, number]>
type Batches = (readonly Pair[])[]
interface Step { readonly name: string, readonly stream: (pairs: Pairs) => Pairs,
  readonly naive: (batches: Batches) => Batches }

const add = (a: number, b: number): number => a + b
const subtract = (a: number, b: number): number => a - b
const sum = (values: readonly number[]): number => values.reduce(add, 0)

function perBatch(name: string, stream: Step['stream'], f: (batch: readonly Pair[]) => Pair[]): Step {
  return { name, stream, naive: batches => batches.map(f) }
}

const steps: Step[] = [
  perBatch('map', p => p.map(([k, v]) => [k, v + 1]), b => b.map(([k, v]) => [k, v + 1])),
  perBatch('map to one key', p => p.map(([, v]) => ['all', v]), b => b.map(([, v]) => ['all', v])),
  perBatch('filter', p => p.filter(([, v]) => v % 2 !== 0), b => b.filter(([, v]) => v % 2 !== 0)),
  perBatch('flatMap', p => p.flatMap(([k, v]) => v > 0 ? [[k, v], [`${k}!`, v]] as [string, number][] : []),
    b => b.flatMap(([k, v]): Pair[] => v > 0 ? [[k, v], [`${k}!`, v]] : [])),
  perBatch('mapValues', p => p.mapValues(v => v * 2), b => b.map(([k, v]) => [k, v * 2])),
  perBatch('flatMapValues', p => p.flatMapValues(v => [v, 0 - v]),
    b => b.flatMap(([k, v]): Pair[] => [[k, v], [k, 0 - v]])),
  perBatch('mapPartitions', p => p.mapPartitions(values => [...values].reverse()), b => [...b]),
  perBatch('reduceByKey', p => p.reduceByKey(add, 2), b => reduceByKey(b, add)),
  perBatch('groupByKey', p => p.groupByKey(3).mapValues(sum),
    b => groupByKey(b).map(([k, values]) => [k, sum(values)])),
  perBatch('combineByKey', p => p.combineByKey(
    v => [v], (all: number[], v) => [...all, v], (x, y) => [...x, ...y]).mapValues(sum),
    b => reduceByKey(b, add)),
  perBatch('countByValue', p => p.countByValue().map(([[k, v], n]) => [k, v * n]),
    b => reduceByKey(b.map(([k, v]): Pair => [`${k}|${v}`, 1]), add).map(([kv, n]) => {
      const at = kv.lastIndexOf('|')
      return [kv.slice(0, at), Number(kv.slice(at + 1)) * n]
    })),
  perBatch('repartition', p => p.repartition(3), b => [...b]),
  perBatch('glom', p => p.glom().flatMap(part => part), b => [...b]),
  perBatch('union', p => p.union(p.mapValues(v => v + 1)),
    b => [...b, ...b.map(([k, v]): Pair => [k, v + 1])]),
  perBatch('transform', p => p.transform(rdd => rdd.filter(([k]) => k !== 'b')),
    b => b.filter(([k]) => k !== 'b')),
  perBatch('join', p => p.join(p.reduceByKey(add)).mapValues(([a, b]) => a + b), b => {
    const sums = new Map(reduceByKey(b, add))
    return b.map(([k, v]) => [k, v + sums.get(k)!])
  }),
  perBatch('leftOuterJoin', p => p.leftOuterJoin(p.filter(([, v]) => v > 1).reduceByKey(add))
    .mapValues(([a, b]) => a + (b ?? 0)), b => {
    const sums = new Map(reduceByKey(b.filter(([, v]) => v > 1), add))
    return b.map(([k, v]) => [k, v + (sums.get(k) ?? 0)])
  }),
  perBatch('cogroup', p => p.cogroup(p).mapValues(([a, b]) => sum(a) + sum(b)),
    b => reduceByKey(b.map(([k, v]): Pair => [k, 2 * v]), add)),
  perBatch('reduce', p => p.map(([, v]) => v).reduce(add).map(v => ['sum', v]),
    b => b.length === 0 ? [] : [['sum', sum(b.map(([, v]) => v))]]),
  perBatch('count', p => p.count().map(n => ['count', n]), b => [['count', b.length]]),
  { name: 'window', stream: p => p.window(Seconds(2)), naive: b => windows(b, 2, 1) },
  { name: 'reduceByKeyAndWindow', stream: p => p.reduceByKeyAndWindow(add, Seconds(3)),
    naive: b => windows(b, 3, 1).map(w => reduceByKey(w, add)) },
  {
    name: 'reduceByKeyAndWindow with an inverse',
    stream: p => p.reduceByKeyAndWindow(add, subtract, Seconds(2)),
    naive: b => lastingSums(b, 2, 1),
  },
]

const pair = fc.tuple(fc.constantFrom('a', 'b', '__proto__'), fc.integer({ min: -2, max: 3 }))
const program = fc.record({
  batches: fc.array(fc.array(pair, { maxLength: 5 }), { minLength: 1, maxLength: 5 }),
  steps: fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 4 }).filter(chosen =>
    // Doubling steps one after another would grow a batch beyond any use.
    chosen.filter(step => /^(flatMap|flatMapValues|union|window|join)$/.test(step.name)).length <= 3),
  partitions: fc.integer({ min: 1, max: 3 }),
}).map(each => ({ ...each, text: each.steps.map(step => step.name).join(' -> ') }))

describe.each(masters)('programs on %s', master => {
  test('a chain of operators gives what arrays and Maps give', async () => {
    await fc.assert(fc.asyncProperty(program, async ({ batches, steps: chosen, partitions }) => {
      const results = await testStream<[[string, number]], [string, number]>([batches],
        ([pairs]) => chosen.reduce((stream, step) => step.stream(stream), pairs as Pairs),
        { master, partitions })
      expect(sorted(results)).toEqual(sorted(
        chosen.reduce((all, step) => step.naive(all), batches as Batches)))
    }), { numRuns: runsOn(master, 80) })
  }, 60_000)
})
