/** The first program of every tutorial. */
import { golden } from '../golden'

export const wordCount = golden<[string], [string, number]>({
  name: 'word count',
  inputs: [[['to be or', 'not to be'], [], undefined, ['be', '  ']]],
  build: ([lines]) => lines.flatMap(line => line.split(' ')).filter(word => word !== '')
    .map((word): [string, number] => [word, 1]).reduceByKey((a, b) => a + b),
  expected: [[['to', 2], ['be', 2], ['or', 1], ['not', 1]], [], [['be', 1]]],
  interpret: ([lines]) => lines.flatMap(line => line.split(' ')).filter(word => word !== '')
    .map((word): [string, number] => [word, 1]).reduceByKey((a, b) => a + b),
})
