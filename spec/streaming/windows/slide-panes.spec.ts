/** One step of a window with an inverse, on one partition. */
import { StateTable } from '../../../lib/local/state/state-table'
import { HashPartitioner } from '../../../lib/index'
import { slidePanesNode, type SlideArguments } from '../../../lib/streaming/windows/slide-panes'
import { thrown } from '../../support/operator-cases'

type Pair = readonly [unknown, unknown]

const args: SlideArguments = {
  f: (a, b) => a + b, inverse: (a, b) => a - b, filter: undefined, leftCount: 0, single: undefined, asksAll: false, operator: 'spec',
  store: 'spec', version: 1, hasPrevious: false, partitioner: new HashPartitioner(1),
}
const task = { beat: () => undefined } as never

class Window {
  readonly table = new StateTable()
  private version = 0

  /** Makes the next version; returns its entries. */
  slide(left: readonly (readonly Pair[])[], entered: readonly (readonly Pair[])[], change: Partial<SlideArguments> = {}): unknown[] {
    const version = ++this.version
    this.table.apply(version, table => slidePanesNode.update(
      { ...args, leftCount: left.length, version, ...change }, table, [...left, ...entered] as never, 0, task))
    return this.entries
  }

  get entries(): unknown[] {
    const { table } = this
    return Array.from({ length: table.slotCount }, (_, slot) => slot).filter(slot => table.isLive(slot))
      .map(slot => [table.keyAt(slot), table.valueAt(slot)])
  }
}

const holding = (...pairs: Pair[]): Window => {
  const window = new Window()
  window.slide([], [pairs])
  return window
}

test('what left goes, what came is added, the rest stays', () => {
  expect(holding(['a', 10], ['b', 5], ['c', 7]).slide([[['a', 1]], [['a', 2], ['b', 5]]], [[['d', 4]], [['a', 3], ['d', 4]]]))
    .toEqual([['a', 10], ['b', 0], ['c', 7], ['d', 8]])
})

test('the inverse comes first, with all that left; then f, with all that came', () => {
  const calls: unknown[] = []
  const merge = (sign: string) => (a: string, b: string): string => {
    calls.push([a, sign, b])
    return `(${a}${sign}${b})`
  }
  expect(holding(['a', 'x']).slide([[['a', '1']], [['a', '2']]], [[['a', '3']], [['a', '4']]], { f: merge('+'), inverse: merge('-') }))
    .toEqual([['a', '((x-(1+2))+(3+4))']])
  expect(calls).toEqual([['1', '+', '2'], ['x', '-', '(1+2)'], ['3', '+', '4'], ['(x-(1+2))', '+', '(3+4)']])
})

test('a key without an earlier value takes the new ones alone', () => {
  expect(new Window().slide([[['a', 1]]], [[], [['a', 3]]])).toEqual([['a', 3]])
})

test('the inputs are left as they were, whatever the functions do', () => {
  const left = [[['a', { n: 1 }]], [['a', { n: 2 }]]] as Pair[][]
  const entered = [[['a', { n: 5 }], ['b', { n: 1 }]], [['b', { n: 1 }]]] as Pair[][]
  const copies = structuredClone([left, entered])
  const inPlace = (sign: number) => (a: { n: number }, b: { n: number }): { n: number } => {
    a.n += sign * b.n
    b.n = NaN
    return a
  }
  expect(holding(['a', { n: 9 }]).slide(left, entered, { f: inPlace(1), inverse: inPlace(-1) })).toEqual([['a', { n: 11 }], ['b', { n: 2 }]])
  expect([left, entered]).toEqual(copies)
})

test('a key that left without ever having been there is an error, and nothing is half done', () => {
  const window = holding(['b', 1])
  expect(thrown(() => window.slide([[['b', 1], ['a', 1]]], [[]]))).toMatchObject({
    name: 'SparkError', message: expect.stringMatching(
      /^Neither previous window has value for key, nor new values found\. Are you sure/),
  })
  expect(window.entries).toEqual([['b', 1]])
})

test('unless a filter may have dropped it', () => {
  expect(new Window().slide([[['a', 1]]], [[]], { filter: () => true })).toEqual([])
})

test('the filter is asked once about each key whose value may have changed; about all after a recovery', () => {
  const asked: unknown[] = []
  const filter = (key: unknown, value: number): boolean => {
    asked.push(key)
    return value > 0
  }
  const window = holding(['a', 1], ['b', 2], ['c', 3], ['d', 0])
  expect(window.slide([[['a', 1], ['b', 1]]], [[['b', 1], ['e', 1]]], { filter })).toEqual([['b', 2], ['c', 3], ['d', 0], ['e', 1]])
  expect(asked.sort()).toEqual(['a', 'b', 'e'])
  expect(window.slide([[]], [[]], { filter, asksAll: true })).toEqual([['b', 2], ['c', 3], ['e', 1]])
})

describe('panes that it put in itself', () => {
  const single = (leftMs: number, enteredMs: number): Partial<SlideArguments> => ({ single: { leftMs, enteredMs } })
  const never = { [Symbol.iterator]: () => { throw new Error('the pane was read') } } as never

  test('are taken out without being read', () => {
    const window = new Window()
    window.slide([], [[['a', 1], ['b', 1]]], single(-1, 1))
    window.slide([], [[['a', 4]]], single(0, 2))
    expect(window.slide([never], [[['c', 1]]], single(1, 3))).toEqual([['a', 4], ['b', 0], ['c', 1]])
  })

  test('find keys that were dropped and came again in other slots', () => {
    const filter = (_key: unknown, value: number): boolean => value !== 0 && value !== 3
    const window = new Window()
    window.slide([], [[['a', 3]]], { ...single(-1, 1), filter }) // Dropped; its slot is free.
    window.slide([], [[['b', 1]]], { ...single(0, 2), filter }) // Takes the slot.
    window.slide([], [[['a', 9]]], { ...single(-5, 3), filter })
    expect(window.slide([never], [[]], { ...single(1, 4), filter })).toEqual([['b', 1], ['a', 6]])
  })

  test('those from before are read', () => {
    const window = holding(['a', 5])
    expect(window.slide([[['a', 2]]], [[['a', 1]]], single(1, 3))).toEqual([['a', 4]])
    expect(window.slide([[['a', 3]]], [[]], single(2, 4))).toEqual([['a', 1]])
    expect(window.slide([never], [[]], single(3, 5))).toEqual([['a', 0]])
  })
})
