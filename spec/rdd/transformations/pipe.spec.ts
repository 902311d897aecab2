/** pipe through real processes; the facts are those of Spark's PipedRDDSuite. */
import { setLogger, setLogLevel } from '../../../lib/base/log'
import { masters, withSpark } from '../../support/contexts'
import { expectFailureIn, failureOf, numbers, thrownBy } from '../../support/rdd-cases'

const logged: string[] = []
const keep = (message: string): void => { logged.push(message) }

beforeAll(() => setLogger({ debug: keep, info: keep, warn: keep, error: keep }))
afterAll(() => setLogger(undefined))
beforeEach(() => { logged.length = 0 })

describe.each(masters)('pipe on %s', master => {
  test('runs a process a partition', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.pipe(['cat']).collect()).toEqual(['1', '2', '3', '4'])
    expect((await nums.pipe('wc -l').collect()).map(line => line.trim())).toEqual(['2', '2'])
    expect((await nums.pipe('  wc \t -l\n', { env: {} }).map(line => line.trim()).collect())).toEqual(
      ['2', '2'])
    expect(await sc.emptyRDD().pipe('cat').collect()).toEqual([])
  }))

  test('also for an empty partition', () => withSpark(master, async sc => {
    const counts = await sc.parallelize(['foo', 'bing'], 8).pipe('wc -c').collect()
    expect(counts.length).toBe(8)
    expect(new Set(counts.map(Number))).toEqual(new Set([0, 4, 5]))
  }))

  test('writes elements as print shows them, in UTF-8', () => withSpark(master, async sc => {
    const values = sc.parallelize<unknown>([['a', 1], undefined, { x: 1 }, 'straße €', 10n], 1)
    expect(await values.pipe('cat').collect()).toEqual(['(a,1)', 'None', '{"x":1}', 'straße €', '10'])
  }))

  test('takes variables, a context first, and a writer of elements', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    expect(await nums.pipe('printenv MY_TEST_ENV', { env: { MY_TEST_ENV: 'LALALA' } }).collect()).toEqual(
      ['LALALA', 'LALALA'])
    expect(await nums.pipe('printenv PATH').first()).toBe(process.env['PATH'])
    const written = nums.pipe(['cat'], {
      printPipeContext: print => {
        print('0')
        print('\u0001')
      },
      printRDDElement: (x, print) => {
        if (x !== 3) print(`${x}_`)
      },
    })
    expect(await written.collect()).toEqual(['0', '\u0001', '1_', '2_', '0', '\u0001', '4_'])
  }))

  test('streams more than any buffer holds, through processes that read all, some or nothing', () =>
    withSpark(master, async sc => {
    const many = sc.parallelize(numbers(0, 60_000), 1)
    expect(await many.pipe('cat').map(Number).collect()).toEqual(numbers(0, 60_000))
    expect(await many.pipe('head -2').collect()).toEqual(['0', '1'])
    expect(await many.pipe('true').collect()).toEqual([])
    expect(await many.pipe('cat').take(2)).toEqual(['0', '1'])
    expect(await many.pipe('cat').map(Number).filter(x => x % 2 === 0).pipe('tail -n 1').collect()).toEqual(
      ['59998'])
  }))

  test('uses no shell', () => withSpark(master, async sc => {
    expect(await sc.parallelize([1], 1).pipe('echo $HOME ; ls').collect()).toEqual(['$HOME ; ls'])
    expect(await sc.parallelize([1], 1).pipe(['echo', 'a  b', '']).collect()).toEqual(['a  b '])
  }))

  test('fails with the status of the process', () =>
    withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    const error = await failureOf(nums.pipe(['cat', 'nonexistent_file']).collect())
    expect(error.name).toBe('SparkError')
    expect(error.message).toMatch(
      /in pipe at pipe\.spec\.ts:\d+.*Subprocess exited with status 1\. Command ran: cat nonexistent_file/)
    expect(error.cause.name).toBe('IllegalStateError')
    expect((await failureOf(nums.pipe(['sh', '-c', 'cat; exit 7']).collect())).message).toContain(
      'exited with status 7')
    expect((await failureOf(nums.pipe(['sh', '-c', 'kill -9 $$']).collect())).message).toContain(
      'exited with status 137')
  }))

  test('fails with the name of a program that is not there', () => withSpark(master, async sc => {
    const error = await failureOf(sc.makeRDD([1, 2], 2).pipe(['some_nonexistent_command', '-x']).collect())
    expect(error.message).toContain(
      'Cannot run program "some_nonexistent_command" (some_nonexistent_command -x)')
  }))

  test('fails with what its input or its functions throw', () => withSpark(master, async sc => {
    const nums = sc.makeRDD([1, 2, 3, 4], 2)
    await expectFailureIn('map', 'pipe.spec.ts',
      nums.map((x): number => { throw new Error(`boom ${x}`) }).pipe('cat').collect())
    await expectFailureIn('pipe', 'pipe.spec.ts',
      nums.pipe('cat', { printRDDElement: () => { throw new Error('boom') } }).collect())
  }))

  test('refuses what is no command', () => withSpark(master, sc => {
    const nums = sc.makeRDD([1], 1)
    for (const command of ['', '  ', [], ['']]) expect(thrownBy(() => nums.pipe(command)).message).toContain(
      'its command is empty')
    expect(thrownBy(() => nums.pipe([1] as any)).message).toContain('must be a string or an array of strings')
    expect(thrownBy(() => nums.pipe('cat', { printRDDElement: 1 as any })).message).toContain(
      'printRDDElement must be a function')
  }))
})

test('what the process complains of goes to the log', () => withSpark('local', async sc => {
  const complaining = sc.parallelize([1], 1).pipe(['cat', 'nonexistent_file'])
  await failureOf(complaining.collect())
  expect(logged.join('\n')).toMatch(/cat: .*nonexistent_file/)
  logged.length = 0
  setLogLevel('ERROR')
  try {
    await failureOf(complaining.collect())
    expect(logged).toEqual([])
  } finally {
    setLogLevel('WARN')
  }
}))
