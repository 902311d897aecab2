/** filter: keeps what the predicate holds for, in order; anything truthy will do. */
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine } from '../../support/operator-cases'

describe.each(masters)('filter on %s', master => {
  itHolds<number, number>({
    master, ordered: true, build: numbers => numbers.filter(n => n % 2),
    batches: [[1, 2, 3, 4], [5, 6, 7, 8], [10]], expected: [[1, 3], [5, 7], []],
  })
  itNamesItsLine(master, 'filter', 'filter.spec.ts', [1], numbers => numbers.filter(boom))
})
