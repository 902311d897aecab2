/** Files in, files out: each file is in the batch after its time, and each batch leaves a folder. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { golden } from '../golden'

/** A file that was modified in the middle of a second of the stream's clock. */
function put(folder: string, name: string, text: string, seconds: number): void {
  fs.mkdirSync(path.join(folder, 'in'), { recursive: true })
  fs.writeFileSync(path.join(folder, 'in', name), text)
  fs.utimesSync(path.join(folder, 'in', name), seconds, seconds)
}

export const textFiles = golden<[], string>({
  name: 'textFileStream and saveAsTextFiles',
  inputs: [],
  batches: 3,
  prepare: folder => {
    put(folder, 'one.txt', 'first\nsecond\n', 0.5)
    put(folder, 'two.txt', 'third\r\n\nfourth', 2.5)
    put(folder, 'three.txt', 'fifth\n', 2.75)
  },
  build: (_, ssc, folder) => {
    const lengths = ssc.textFileStream(path.join(folder, 'in')).map(line => `${line} ${line.length}`)
    lengths.saveAsTextFiles(path.join(folder, 'out'), 'txt')
    return lengths
  },
  expected: [['first 5', 'second 6'], [], ['third 5', ' 0', 'fourth 6', 'fifth 5']],
  files: {
    'out-1000.txt': ['first 5', 'second 6'],
    'out-2000.txt': [],
    'out-3000.txt': ['third 5', ' 0', 'fourth 6', 'fifth 5'],
  },
})
