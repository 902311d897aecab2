/** Programs: what a stage's plan is in a message. */
import { HashPartitioner, type RDD, type SparkContext } from '../../../lib/index'
import { captureFunction } from '../../../lib/closure/capture'
import { FunctionTable } from '../../../lib/local/threads/function-table'
import { writeProgram, type IsHeld, type WrittenProgram } from '../../../lib/local/threads/program-writer'
import { stateEntries } from '../../../lib/rdd/state/readers'
import { stateCore, updatedByNode } from '../../../lib/rdd/state/state-core'
import { withSpark } from '../../support/contexts'

const partitioner = new HashPartitioner(2)
const update = (): [] => []

function versions(sc: SparkContext, count: number): RDD<never>[] {
  const all: RDD<never>[] = []
  const input = sc.parallelize([['a', 1] as [string, number]]).partitionBy(partitioner)
  for (let version = 1; version <= count; version++) {
    all.push(stateCore(sc, updatedByNode, { store: 'sums', version, partitioner, f: update }, all[version - 2], [input]))
  }
  return all
}

function written(rdd: RDD<any>, isHeld: IsHeld): WrittenProgram {
  const table = new FunctionTable((f, operator, at) => captureFunction(f, { operator, at }).bytes, () => undefined)
  return writeProgram(0, table, rdd, isHeld, post => ({ kind: 'sink', sink: 'collect', args: post(null), operator: 'collect' }))
}

test('a version that the threads have stands for all that it was made of', () => withSpark('local', sc => {
  const all = versions(sc, 100)
  const { program, stubs, hasStates, isWhole } = written(stateEntries(all[99]!), state => state === all[98])
  expect(program.nodes.map(({ kind, isStub }) => [kind, isStub])).toEqual([
    ['updatedBy', true], ['shuffle', false], ['updatedBy', false], ['stateEntries', false],
  ])
  expect([...stubs]).toEqual([all[98]])
  expect([hasStates, isWhole]).toEqual([true, false])
}))

test('without knowing what they have, nothing is left out, however long it is', () => withSpark('local', sc => {
  const all = versions(sc, 8_000)
  const { program, stubs, isWhole } = written(stateEntries(all[7_999]!), undefined)
  expect(program.nodes).toHaveLength(8_002)
  expect([stubs.size, isWhole]).toEqual([0, true])
  const known = new Set<number>()
  program.nodes.forEach(({ parents }, place) => {
    expect(parents.every(parent => known.has(parent))).toBe(true)
    known.add(place)
  })
}))

test('a plan without states says so', () => withSpark('local', sc => {
  expect(written(sc.parallelize([1]), () => false)).toMatchObject({ hasStates: false })
}))
