/** `millrace run` as a real process: what kinds of programs it runs, with what settings, and how it ends. */
import * as fs from 'node:fs'
import { packageFolder, runMillrace, startMillrace } from '../support/command'

const imports = "import { Milliseconds, SparkConf, SparkContext, StreamingContext, InputDStream } from 'millrace'\n"
const required = imports.replace('import', 'const').replace(" from 'millrace'", " = require('millrace')")
const sum = "const sc = new SparkContext('local', 'sum')\nconsole.log(await sc.parallelize([1, 2, 3]).map(x => x * 2).collect())\nawait sc.stop()\n"
/** A stream of one record a batch, every 50 ms, that never ends by itself. */
const ticks = `const ssc = new StreamingContext('local', 'ticks', Milliseconds(50))
ssc.queueStream([], true, ['tick']).map(x => x).print()
await ssc.start()
await ssc.awaitTermination()
`
const dashes = '-'.repeat(43)

const files = {
  'sum.ts': imports + sum.replace('x =>', '(x: number) =>'),
  'sum.mts': imports + sum,
  'sum.cts': imports + sum,
  'sum.mjs': imports + sum,
  'sum.cjs': required + sum,
  'sum.js': required + sum,
  'module/package.json': '{ "type": "module" }',
  'module/sum.js': imports + sum,
  'module/sum.ts': `${imports}import { two } from './two.js'\n${sum.replace('x * 2', 'x * two')}`,
  'module/two.ts': 'export const two = 2\n',
  'meta.mts': "const { url, dirname, filename } = import.meta\nconsole.log(url === 'file://' + filename, filename.startsWith(dirname))\n",
  'brackets.mts': "import { testStream } from 'millrace/testing'\nconsole.log(await testStream([[[1]]], ([n]) => n.map((x: number) => x + 1)))\n",
  'arguments.ts': 'console.log(JSON.stringify(process.argv.slice(2)), require.main === module)\n',
  'conf.ts': `${imports}const conf = new SparkConf().setIfMissing('spark.master', 'local').setIfMissing('spark.app.name', 'own')
const sc = new SparkContext(conf)
console.log(sc.master, sc.appName, sc.defaultParallelism, conf.get('spark.streaming.stopGracefullyOnShutdown'))
void sc.stop()\n`,
  'ticks.ts': imports + ticks,
  'ticks-unawaited.mjs': imports + ticks.replace('await ssc.awaitTermination()\n', ''),
  'ticks-in-main.cjs': `${required}async function main() {\nawait null\n${ticks}console.log('ended')\n}\nmain()\n`,
  'nothing.ts': `${imports}class Nothing extends InputDStream<number> { compute() { return undefined } }
const ssc = new StreamingContext('local', 'nothing', Milliseconds(50))
new Nothing(ssc).print()
await ssc.start()
await ssc.awaitTermination()
console.log('ended')\n`,
  'leftover.ts': `${imports}${ticks}console.log('ended')\nsetInterval(() => {}, 1000)\n`,
  'throws.ts': 'interface Unused { a: number }\n\nfunction fails(): never { throw new Error("out of flour") }\nfails()\n',
  'throws-later.cjs': 'setTimeout(() => { throw new Error("out of water") }, 10)\nsetInterval(() => {}, 1000)\n',
  'rejects.cjs': 'Promise.reject(new Error("out of grain"))\nsetInterval(() => {}, 1000)\n',
  'exits.cjs': 'process.exitCode = 7\n',
  'syntax.ts': 'const = 1\n',
  'job.ts': `${imports}
const sc = new SparkContext('local', 'job')
await sc.parallelize(['flour']).map((x: any) => x.sack.weight).collect()\n`,
  'batch.mjs': `${imports}const ssc = new StreamingContext('local', 'batch', Milliseconds(50))
ssc.queueStream([['a'], ['b']]).map(x => { if (x === 'a') throw new Error('no a'); return x }).print()
await ssc.start()\n`,
}

let folder: string
beforeAll(() => { folder = packageFolder(files) })
afterAll(() => fs.rmSync(folder, { recursive: true }))

const run = (...args: string[]) => runMillrace(['run', ...args], { cwd: folder })

describe('programs', () => {
  test.each(Object.keys(files).filter(name => /sum\./.test(name)))('%s runs', async name => {
    expect(await run(name)).toEqual({ code: 0, signal: null, stdout: '[ 2, 4, 6 ]\n', stderr: '' })
  })

  test('import.meta has a meaning in TypeScript', async () => {
    expect((await run('meta.mts')).stdout).toBe('true true\n')
  })

  test('an awaited call of an imported function, which TypeScript puts into brackets', async () => {
    expect(await run('brackets.mts')).toMatchObject({ code: 0, stdout: '[ [ 2 ] ]\n' })
  })

  test('a program gets its own arguments, known options of the command left out, and is the main module', async () => {
    const { stdout } = await run('arguments.ts', 'a', '--port', '1', '--batches', '3', '--', '--batches', '4')
    expect(stdout).toBe('["a","--port","1","--batches","4"] true\n')
  })

  test('submit is another name of run', async () => {
    expect((await runMillrace(['submit', 'sum.cjs'], { cwd: folder })).stdout).toBe('[ 2, 4, 6 ]\n')
  })
})

describe('settings', () => {
  test('are defaults of the program: --master, --name, --conf', async () => {
    const { stdout } = await run('conf.ts', '--master', 'local[1]', '--name', 'given', '--conf', 'spark.default.parallelism=5', '--conf', 'spark.app.name=other')
    expect(stdout).toBe('local[1] given 5 true\n')
  })

  test('are inherited through the environment, the command line winning', async () => {
    const env = { MILLRACE_CONF: '{"spark.app.name":"env","spark.default.parallelism":"3"}' }
    expect((await runMillrace(['run', 'conf.ts', '--name', 'given'], { cwd: folder, env })).stdout).toBe('local given 3 true\n')
  })

  test('--explain and --explain-code print the stages of each job, and the loops', async () => {
    const stages = await run('--explain', 'sum.cjs')
    expect(stages).toMatchObject({ code: 0, stdout: '[ 2, 4, 6 ]\n' })
    expect(stages.stderr).toContain('map at sum.cjs:3')
    expect(stages.stderr).not.toContain('function millraceLoop')
    expect((await run('sum.cjs', '--explain-code')).stderr).toContain('function millraceLoop')
  })

  test('an environment that is not JSON is an error that says so', async () => {
    const { code, stderr } = await runMillrace(['run', 'conf.ts'], { cwd: folder, env: { MILLRACE_CONF: '{' } })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^millrace: the environment variable MILLRACE_CONF is not JSON: .* \(MR_ILLEGAL_ARGUMENT\)\n/)
  })

  test('an unknown key warns with the nearest name', async () => {
    const { code, stderr } = await run('conf.ts', '--conf', 'spark.default.paralelism=5')
    expect(code).toBe(0)
    expect(stderr).toBe('WARN  SparkContext: unknown setting spark.default.paralelism; did you mean spark.default.parallelism?\n')
  })
})

describe('limits', () => {
  const batchesIn = (stdout: string): number => stdout.split(`${dashes}\nTime: `).length - 1

  test.each(['ticks.ts', 'ticks-unawaited.mjs', 'ticks-in-main.cjs'])('--batches ends %s gracefully', async name => {
    const { code, stdout, stderr } = await run(name, '--batches', '3')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(batchesIn(stdout)).toBeGreaterThanOrEqual(3)
    expect(batchesIn(stdout)).toBeLessThan(30)
    expect(stdout).toContain('tick\n')
    if (name === 'ticks-in-main.cjs') expect(stdout).toMatch(/ended\n$/)
  })

  test('--seconds ends a stream too', async () => {
    const { code, stdout } = await run('ticks.ts', '--seconds', '0.3')
    expect(code).toBe(0)
    expect(batchesIn(stdout)).toBeGreaterThanOrEqual(1)
  })

  test('--batches ends a stream that never has a batch', async () => {
    expect(await run('nothing.ts', '--batches', '2')).toMatchObject({ code: 0, stdout: 'ended\n' })
  })

  test('what a program leaves open does not keep the process for ever', async () => {
    const { code, stdout, stderr } = await run('leftover.ts', '--batches', '1')
    expect(code).toBe(0)
    expect(stdout).toMatch(/ended\n$/)
    expect(stderr).toBe('millrace: the stream has stopped, but the program has left something open; the process ends here\n')
  }, 20_000)

  test('--progress json writes a line a batch to standard error', async () => {
    const { stdout, stderr } = await run('ticks.ts', '--batches', '2', '--progress', 'json')
    const lines = stderr.trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, number>)
    expect(lines.length).toBe(batchesIn(stdout))
    for (const line of lines) {
      expect(line).toEqual({
        batchTime: expect.any(Number), inputRecords: 0, intervalMs: 50, processingMs: expect.any(Number),
        schedulingDelayMs: expect.any(Number), failedOutputs: 0,
      })
    }
    expect(lines[1]!.batchTime! - lines[0]!.batchTime!).toBe(50)
  })
})

describe('failures', () => {
  test.each([
    ['throws.ts', 'out of flour', 'throws.ts:3:'],
    ['throws-later.cjs', 'out of water', 'throws-later.cjs:1:'],
    ['rejects.cjs', 'out of grain', 'rejects.cjs:1:'],
  ])('%s: exit code 1, the error and its line', async (name, message, place) => {
    const { code, stdout, stderr } = await run(name)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^millrace: the program failed\n/)
    expect(stderr).toContain(`Error: ${message}`)
    expect(stderr).toContain(place)
    expect(stderr).not.toContain('load-program')
  })

  test('an error of ours: what, where, what to do, and the first cause', async () => {
    const { code, stderr } = await run('job.ts')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^millrace: Job aborted due to stage failure: .*Cannot read properties of undefined \(reading 'weight'\).* \(MR_JOB_FAILED\)\n {2}at {4}map at job\.ts:4\n/)
    expect(stderr).toMatch(/\n {2}cause TypeError: Cannot read properties of undefined \(reading 'weight'\)\n +at .*job\.ts:4:/)
  })

  test('a batch that fails stops no stream, but shows in the exit code', async () => {
    const { code, stdout, stderr } = await run('batch.mjs', '--batches', '2')
    expect(code).toBe(1)
    expect(stdout).toContain('\nb\n')
    expect(stderr).toContain('Error: no a')
  })

  test("a program's own exit code is kept", async () => {
    expect((await run('exits.cjs')).code).toBe(7)
  })

  test('a syntax error names the file', async () => {
    const { code, stderr } = await run('syntax.ts')
    expect(code).toBe(1)
    expect(stderr).toContain('syntax.ts')
  })
})

describe('signals', () => {
  const slow = `${imports}const ssc = new StreamingContext('local', 'slow', Milliseconds(100))
ssc.sparkContext.setLogLevel('INFO')
ssc.queueStream([['a']]).foreachRDD(async rdd => {
  if (await rdd.isEmpty()) return
  console.log('began')
  await new Promise(resolve => setTimeout(resolve, Number(process.argv[2])))
  console.log('done')
})
await ssc.start()
await ssc.awaitTermination()
console.log('ended')\n`

  beforeAll(() => fs.writeFileSync(`${folder}/slow.mjs`, slow))

  test('the first stops gracefully: what was begun is done, and the program goes on to its end', async () => {
    const { child, ended, printed } = startMillrace(['run', 'slow.mjs', '300'], { cwd: folder })
    await printed('began')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0, stdout: 'began\ndone\nended\n' })
  })

  test('the second ends the process at once', async () => {
    const { child, ended, printed } = startMillrace(['run', 'slow.mjs', '60000'], { cwd: folder })
    await printed('began')
    child.kill('SIGINT')
    await printed('SIGINT: stopping the stream; once more ends the process at once')
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130, stdout: 'began\n' })
  })
})
