/** An order over the whole batch, whatever partitions it came in. */
import { golden } from '../golden'

export const sortInTransform = golden<[[string, number]], string>({
  name: 'sortBy inside transform',
  inputs: [[[['ann', 3], ['bob', 12], ['cid', 7], ['dot', -1], ['eve', 12.5]], [], [['ann', 2], ['bob', 1]]]],
  build: ([scores]) => scores.transform(rdd => rdd.sortBy(([, score]) => score, false, 3)).map(([name]) => name),
  expected: [['eve', 'bob', 'cid', 'ann', 'dot'], [], ['ann', 'bob']],
  isOrdered: true,
  interpret: ([scores]) => scores.each(batch => [...batch].sort(([, a], [, b]) => b - a)).map(([name]) => name),
})
