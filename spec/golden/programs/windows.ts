/** Windows that are reduced anew at each slide: the first ones are partial, a batch without an RDD adds nothing. */
import { Seconds } from '../../../lib/index'
import { golden } from '../golden'

type Pair = [string, number]

const input: (Pair[] | undefined)[] = [[['a', 1]], [['a', 2], ['b', 5]], undefined, [['b', 7]], []]

export const window = golden<[Pair], Pair>({
  name: 'window, longer than its slide',
  inputs: [input],
  build: ([pairs]) => pairs.window(Seconds(3), Seconds(2)),
  batches: 6,
  expected: [[['a', 1], ['a', 2], ['b', 5]], [['a', 2], ['b', 5], ['b', 7]], [['b', 7]]],
  interpret: ([pairs]) => pairs.window(Seconds(3), Seconds(2)),
})

export const reduceByKeyAndWindow = golden<[Pair], Pair>({
  name: 'reduceByKeyAndWindow',
  inputs: [input],
  build: ([pairs]) => pairs.reduceByKeyAndWindow((a, b) => Math.max(a, b), Seconds(2)),
  batches: 6,
  expected: [[['a', 1]], [['a', 2], ['b', 5]], [['a', 2], ['b', 5]], [['b', 7]], [['b', 7]], []],
  interpret: ([pairs]) => pairs.reduceByKeyAndWindow((a, b) => Math.max(a, b), Seconds(2)),
})

export const countByWindow = golden<[Pair], number>({
  name: 'countByWindow',
  inputs: [input],
  build: ([pairs]) => pairs.countByWindow(Seconds(2), Seconds(1)),
  expected: [[1], [3], [2], [1], [1]],
  interpret: ([pairs]) => pairs.countByWindow(Seconds(2), Seconds(1)),
})
