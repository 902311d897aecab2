/** Windows that take out what has left them: a key stays at 0 unless the filter drops it. */
import { Seconds } from '../../../lib/index'
import { golden } from '../golden'

type Pair = [string, number]

const input: Pair[][] = [[['a', 1]], [['a', 2], ['b', 5]], [], [['b', 7]], []]

export const inverse = golden<[Pair], Pair>({
  name: 'reduceByKeyAndWindow with an inverse',
  inputs: [input],
  build: ([pairs]) => pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1)),
  batches: 6,
  expected: [
    [['a', 1]], [['a', 3], ['b', 5]], [['a', 2], ['b', 5]], [['a', 0], ['b', 7]], [['a', 0], ['b', 7]], [['a', 0], ['b', 0]],
  ],
  interpret: ([pairs]) => pairs.reduceByKeyAndWindowInversely((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1)),
})

export const filtered = golden<[Pair], Pair>({
  name: 'reduceByKeyAndWindow with an inverse and a filter',
  inputs: [input],
  build: ([pairs]) => pairs.reduceByKeyAndWindow((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1), { numPartitions: 3, filter: ([, sum]) => sum !== 0 }),
  batches: 6,
  expected: [[['a', 1]], [['a', 3], ['b', 5]], [['a', 2], ['b', 5]], [['b', 7]], [['b', 7]], []],
  interpret: ([pairs]) => (
    pairs.reduceByKeyAndWindowInversely((a, b) => a + b, (a, b) => a - b, Seconds(2), Seconds(1), ([, sum]) => sum !== 0)),
})
