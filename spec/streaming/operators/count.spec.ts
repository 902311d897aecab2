/** count: always one element, 0 for an empty batch. */
import { masters } from '../../support/contexts'
import { itHolds } from '../../support/operator-cases'

describe.each(masters)('count on %s', master => {
  itHolds<unknown, number>({
    master, build: values => values.count(), batches: [[1], ['a', 'b'], [undefined, null, Number.NaN]],
    expected: [[1], [2], [3]], onEmpty: [0],
  })
})
