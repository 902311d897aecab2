/** flatMap: every element of every iterable that the function returns, in order. */
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine } from '../../support/operator-cases'

describe.each(masters)('flatMap on %s', master => {
  itHolds<number, number>({
    master, ordered: true, build: numbers => numbers.flatMap(n => [n, n * 2]),
    batches: [[1, 2, 3, 4], [5, 6, 7, 8]], expected: [[1, 2, 2, 4, 3, 6, 4, 8], [5, 10, 6, 12, 7, 14, 8, 16]],
  })
  itHolds<string, string>({
    master, ordered: true, build: words => words.flatMap(word => word),
    batches: [['ab', '', 'c'], ['d']], expected: [['a', 'b', 'c'], ['d']],
  })
  itNamesItsLine(master, 'flatMap', 'flat-map.spec.ts', [1], numbers => numbers.flatMap(boom))
})
