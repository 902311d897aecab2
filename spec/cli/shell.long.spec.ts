/** `millrace shell`, with its lines from a pipe. */
import { runMillrace } from '../support/command'

const shell = async (...lines: string[]) => {
  const { code, stdout, stderr } = await runMillrace(['shell'], { input: lines.map(line => `${line}\n`).join('') })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const [greeting, , ...rest] = stdout.split('\n')
  expect(greeting).toMatch(/^Millrace \S+ on local\. sc is a SparkContext/)
  return rest.join('\n')
}

test('every line waits for the one before, and sc is there', async () => {
  expect(await shell('await sc.parallelize([1, 2]).sum()', '1 + 1', 'const twice = x => 2 * x', 'await sc.parallelize([3]).map(twice).collect()'))
    .toBe('millrace> 3\nmillrace> 2\nmillrace> undefined\nmillrace> [ 6 ]\nmillrace> ')
})

test('several lines, commands, and plans by their names', async () => {
  expect(await shell('function add(a, b) {', '  return a + b', '}', 'await sc.parallelize([1, 2]).reduce(add)', 'sc', '.exit', 'never'))
    .toBe('millrace> ... ... undefined\nmillrace> 3\nmillrace> SparkContext(millrace shell on local)\nmillrace> ')
})

test('ssc(seconds) makes a stream, which ends with the shell', async () => {
  const printed = await shell('const s = ssc(0.05)', 's.queueStream([[1, 2]]).count().print()', 'await s.start()', 'await s.awaitTerminationOrTimeout(200)')
  expect(printed).toMatch(/\nTime: \d+ ms\n-{43}\n2\n\n/)
  expect(printed).toMatch(/false\nmillrace> $/)
})

test('an error ends no shell', async () => {
  const printed = await shell('nothing.here', 'await sc.parallelize([]).reduce((a, b) => a)', '"still here"')
  expect(printed).toContain('Uncaught ReferenceError: nothing is not defined')
  expect(printed).toContain('empty collection')
  expect(printed).toMatch(/'still here'\nmillrace> $/)
})

test('settings and the master are options', async () => {
  const { stdout } = await runMillrace(['shell', '--master', 'local[1]', '--conf', 'spark.default.parallelism=7'], { input: 'sc.master + sc.defaultParallelism\n' })
  expect(stdout).toContain("millrace> 'local[1]7'\n")
})

test('a master that is none: exit code 1', async () => {
  const { code, stderr } = await runMillrace(['shell', '--master', 'here'])
  expect(code).toBe(1)
  expect(stderr).toMatch(/^millrace: .*here.* \(MR_/)
})
