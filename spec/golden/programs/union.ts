/** Several inputs made one, and counted together. */
import { golden } from '../golden'

export const union = golden<[string, string, string], [string, number]>({
  name: 'union of three inputs',
  inputs: [[['a', 'b'], [], ['a']], [['a'], ['c']], [[], [], ['b', 'a']]],
  build: ([first, second, third], ssc) => ssc.union([first, second, third]).countByValue(),
  expected: [[['a', 2], ['b', 1]], [['c', 1]], [['a', 2], ['b', 1]]],
  interpret: ([first, second, third]) => first.union(second).union(third).countByValue(),
})
