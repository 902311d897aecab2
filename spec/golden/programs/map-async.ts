/** Functions that wait, several at a time: results in the order of the elements. */
import { golden } from '../golden'

export const mapAsync = golden<[number], string>({
  name: 'mapAsync',
  inputs: [[[5, 1, 4, 2, 3], [], [7]]],
  build: ([numbers]) => numbers.mapAsync(async n => {
    // Later elements are done sooner.
    for (let turn = 0; turn < 10 - n; turn++) await new Promise(resolve => setImmediate(resolve))
    return `<${n}>`
  }, { concurrency: 3 }),
  expected: [['<5>', '<1>', '<4>', '<2>', '<3>'], [], ['<7>']],
  isOrdered: true,
  interpret: ([numbers]) => numbers.map(n => `<${n}>`),
})
