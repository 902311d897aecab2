/** How often each value is in a window; values that have left it are gone. */
import { Seconds } from '../../../lib/index'
import { golden } from '../golden'

export const countByValueAndWindow = golden<[string], [string, number]>({
  name: 'countByValueAndWindow',
  inputs: [[['a', 'b', 'a'], ['b'], [], ['c', 'c'], []]],
  build: ([words]) => words.countByValueAndWindow(Seconds(2), Seconds(1)),
  expected: [[['a', 2], ['b', 1]], [['a', 2], ['b', 2]], [['b', 1]], [['c', 2]], [['c', 2]]],
  interpret: ([words]) => words.countByValueAndWindow(Seconds(2), Seconds(1)),
})
