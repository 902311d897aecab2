/** rxjs is loaded by the first Observable, and not before. */
import { execFileSync } from 'node:child_process'
import * as path from 'node:path'

const main = path.join(__dirname, '..', '..', 'dist', 'index.js')

/** Whether a process has loaded rxjs after it has run `program`. */
function isLoadedBy(program: string): boolean {
  const ask = `console.log(Object.keys(require.cache).some(file => file.includes('rxjs/dist')))`
  const text = `const millrace = require(${JSON.stringify(main)}); ${program}; ${ask}`
  return execFileSync(process.execPath, ['-e', text], { encoding: 'utf8' }).trim() === 'true'
}

test('a program without Observables does not load rxjs', () => {
  expect(isLoadedBy('new millrace.SparkContext("local", "x").parallelize([1])')).toBe(false)
})

test('a stream that is observed does', () => {
  expect(isLoadedBy('new millrace.StreamingContext("local", "x", millrace.Seconds(1)).queueStream([[1]]).toObservable()')).toBe(true)
})
