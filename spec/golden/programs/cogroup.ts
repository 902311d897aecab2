/** cogroup, also of a stream with a part of itself. */
import { golden } from '../golden'

export const cogroup = golden<[[string, number]], [string, string]>({
  name: 'cogroup',
  inputs: [[[['a', 1], ['b', 2], ['a', 3]], [], [['b', 4]]]],
  build: ([pairs]) => pairs.cogroup(pairs.filter(([, value]) => value > 1))
    .mapValues(([all, large]) => `${[...all].sort().join('+')} of which ${[...large].sort().join('+')}`),
  expected: [[['a', '1+3 of which 3'], ['b', '2 of which 2']], [], [['b', '4 of which 4']]],
  interpret: ([pairs]) => pairs.cogroup(pairs.filter(([, value]) => value > 1))
    .mapValues(([all, large]) => `${[...all].sort().join('+')} of which ${[...large].sort().join('+')}`),
})
