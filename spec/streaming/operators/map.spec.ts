/** map: one element for each element, in order. */
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine } from '../../support/operator-cases'

describe.each(masters)('map on %s', master => {
  itHolds<number, string>({
    master, ordered: true, build: numbers => numbers.map(n => String(n)),
    batches: [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]],
    expected: [['1', '2', '3', '4'], ['5', '6', '7', '8'], ['9', '10', '11', '12']],
  })
  itNamesItsLine(master, 'map', 'map.spec.ts', [1], numbers => numbers.map(boom))
})
