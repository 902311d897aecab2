/** reduce: one element a batch, none for an empty batch, which is an RDD all the same. */
import { masters } from '../../support/contexts'
import { boom, itHolds, itNamesItsLine } from '../../support/operator-cases'

describe.each(masters)('reduce on %s', master => {
  itHolds<number, number>({
    master, build: numbers => numbers.reduce((a, b) => a + b),
    batches: [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]], expected: [[10], [26], [42]],
  })
  itHolds<string, string>({ master, build: words => words.reduce((a, b) => a + b), batches: [['a'], ['']],
    expected: [['a'], ['']] })
  itNamesItsLine(master, 'reduce', 'reduce.spec.ts', [1, 2], numbers => numbers.reduce(boom))
})
