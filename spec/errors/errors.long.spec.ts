/** Programs with a common mistake, and the whole text that each must end with. */
import * as fs from 'node:fs'
import { packageFolder, runMillrace } from '../support/command'

interface Mistake {
  readonly program: string
  /** Standard error without what changes from run to run. */
  readonly text: string
  readonly code?: number
}

const sc = "const sc = new SparkContext('local', 'errors')\n"
const ssc = "const ssc = new StreamingContext('local', 'errors', Milliseconds(50))\n"
const startAndWait = 'await ssc.start()\nawait ssc.awaitTermination()\n'
const failed = (at: string, job: string): string => `Job aborted due to stage failure: Task 0 in stage 0 failed once in ${at}, job 0 (${job}): `

/** In each program line 1 is the import, line 2 the context. */
const mistakes: Record<string, Mistake> = {
  'a function throws': {
    program: `${sc}const weights = sc.parallelize(['3 kg', 'flour']).map(text => {
  if (!text.endsWith(' kg')) throw new Error(\`no weight: \${text}\`)
  return parseInt(text)
})
await weights.sum()`,
    text: `millrace: ${failed('map at app.mjs:3', 'sum at app.mjs:7')}Error: no weight: flour (MR_JOB_FAILED)
  at    map at app.mjs:3
  cause Error: no weight: flour
    at FOLDER/app.mjs:4:36
`,
  },
  'a function throws in a batch': {
    program: `${ssc}const lines = ssc.queueStream([['flour']])
lines.map(line => line.weight.kg)
  .print()
${startAndWait}`,
    text: `ERROR StreamingContext: Error running job 0 of the batch at TIME ms (print at app.mjs:5): ${failed('map at app.mjs:4', 'print at app.mjs:5')}TypeError: Cannot read properties of undefined (reading 'kg')
millrace: ${failed('map at app.mjs:4', 'print at app.mjs:5')}TypeError: Cannot read properties of undefined (reading 'kg') (MR_JOB_FAILED)
  at    map at app.mjs:4
  cause TypeError: Cannot read properties of undefined (reading 'kg')
    at FOLDER/app.mjs:4:31
`,
  },
  'no pairs for a keyed operator': {
    program: `${sc}await sc.parallelize(['a', 'b']).reduceByKey((a, b) => a + b).collect()`,
    text: `millrace: ${failed('reduceByKey at app.mjs:3', 'collect at app.mjs:3')}IllegalArgumentError: reduceByKey needs [key, value] pairs, it got "a" (MR_ILLEGAL_ARGUMENT)
  at    reduceByKey at app.mjs:3
  hint  Make pairs first, as map(word => [word, 1]) does.
`,
  },
  'an async function for map': {
    program: `${sc}sc.parallelize([1]).map(async x => x + 1)`,
    text: `millrace: map: its argument is an async function, so its results would be promises (MR_ILLEGAL_ARGUMENT)
  at    map at app.mjs:3
  hint  Use mapAsync(f, { concurrency }), or await inside mapPartitions.
`,
  },
  'something that is no function': {
    program: `${sc}sc.parallelize([1]).map(parseInt('1'))`,
    text: `millrace: map: its argument must be a function, got 1 (MR_ILLEGAL_ARGUMENT)
  at    map at app.mjs:3
`,
  },
  'a bare number as batch interval': {
    program: "new StreamingContext('local', 'errors', 1)",
    text: `millrace: the batch interval must be a Duration, got 1 (MR_ILLEGAL_ARGUMENT)
  at    StreamingContext at app.mjs:2
  hint  Give Seconds(1), Milliseconds(500) and the like.
`,
  },
  'a bare number as window': {
    program: `${ssc}ssc.queueStream([[1]]).window(3)`,
    text: `millrace: window: the window duration must be a Duration, but got the bare number 3, which does not say its unit (MR_ILLEGAL_ARGUMENT)
  at    window at app.mjs:3
  hint  Write Milliseconds(3), Seconds(3) or Minutes(3), as is meant.
`,
  },
  'a window that does not fit': {
    program: `${ssc}ssc.queueStream([[1]]).window(Milliseconds(75))`,
    text: `millrace: The window duration of windowed DStream (75 ms) must be a multiple of the slide duration of parent DStream (50 ms) (MR_ILLEGAL_ARGUMENT)
  at    window at app.mjs:3
  hint  A batch comes every 50 ms: take 50 ms, 100 ms and so on.
`,
  },
  'an inverse window without a checkpoint folder': {
    program: `${ssc}ssc.queueStream([[1]]).countByWindow(Milliseconds(100), Milliseconds(50)).print()\nawait ssc.start()`,
    text: `millrace: The checkpoint directory has not been set. Please set it by StreamingContext.checkpoint(). (MR_ILLEGAL_ARGUMENT)
  at    countByWindow at app.mjs:3
  hint  countByWindow at app.mjs:3 needs one: ssc.checkpoint('some/folder') before ssc.start().
`,
  },
  'no output operation': {
    program: `${ssc}ssc.queueStream([[1]]).map(x => x)\nawait ssc.start()`,
    text: `millrace: No output operations registered, so nothing to execute (MR_ILLEGAL_ARGUMENT)
  at    start at app.mjs:4
  hint  Call print(), foreachRDD(...), saveAsTextFiles(...) or toObservable() on a stream.
`,
  },
  'a stream that is added too late': {
    program: `${ssc}ssc.queueStream([]).foreachRDD(() => {})\nawait ssc.start()\nssc.queueStream([])`,
    text: `millrace: Adding new inputs, transformations, and output operations after starting a context is not supported (MR_ILLEGAL_STATE)
  at    queueStream at app.mjs:5
`,
  },
  'a transform that returns nothing': {
    program: `${ssc}ssc.queueStream([[1]]).transform(rdd => { rdd.map(x => x) }).print()\n${startAndWait}`,
    text: `ERROR StreamingContext: Error generating jobs for time TIME ms: Transform function must not return null. Return SparkContext.emptyRDD() instead
millrace: Transform function must not return null. Return SparkContext.emptyRDD() instead (MR_SPARK)
  at    transform at app.mjs:3
`,
  },
  'a second SparkContext': {
    program: `${sc}new SparkContext('local', 'second')`,
    text: `millrace: Only one SparkContext should be running in this JVM (see SPARK-2243). The running one was created at app.mjs:2. (MR_SPARK)
  at    SparkContext at app.mjs:3
  hint  Stop it first (await sc.stop()), or share it: SparkContext.getOrCreate().
`,
  },
  'a second stream': {
    program: `${ssc}ssc.queueStream([]).foreachRDD(() => {})
await ssc.start()
const second = new StreamingContext(ssc.sparkContext, Milliseconds(50))
second.queueStream([]).print()
await second.start()`,
    text: `millrace: Only one StreamingContext may be started in this JVM. Currently running StreamingContext was started at app.mjs:2. (MR_ILLEGAL_STATE)
  at    start at app.mjs:7
`,
  },
  'a stopped SparkContext': {
    program: `${sc}const rdd = sc.parallelize([1])\nawait sc.stop()\nawait rdd.count()`,
    text: `millrace: Cannot call methods on a stopped SparkContext (MR_ILLEGAL_STATE)
  at    count at app.mjs:5
  hint  The context was created at app.mjs:2.
`,
  },
  'a stopped StreamingContext': {
    program: `${ssc}ssc.queueStream([[1]]).print()\nawait ssc.stop()\nawait ssc.start()`,
    text: `WARN  StreamingContext: StreamingContext has not been started yet
millrace: StreamingContext has already been stopped (MR_ILLEGAL_STATE)
  at    start at app.mjs:5
`,
  },
  'an input path that is not there': {
    program: `${sc}const lines = sc.textFile('no/such/folder/*.txt')\nawait lines.count()`,
    text: `millrace: Input Pattern no/such/folder/*.txt matches 0 files (MR_INPUT_NOT_FOUND)
  at    textFile at app.mjs:3
  hint  Paths are looked up when the first action runs, relative to the working directory of the program.
  cause MillraceError: Input Pattern no/such/folder/*.txt matches 0 files
    at async FOLDER/app.mjs:4:1
`,
  },
  'an output folder that is there already': {
    program: `${sc}await sc.parallelize([1]).saveAsTextFile('out')\nawait sc.parallelize([2]).saveAsTextFile('out')`,
    text: `millrace: Output directory FOLDER/out already exists (MR_FILE_ALREADY_EXISTS)
  at    saveAsTextFile at app.mjs:4
  hint  Remove it, or write to another name.
`,
  },
  'a master that is none': {
    program: "new SparkContext('lokal[2]', 'errors')",
    text: `millrace: Could not parse Master URL: 'lokal[2]' (MR_ILLEGAL_ARGUMENT)
  at    SparkContext at app.mjs:2
  hint  The forms are local, local[N], local[*] and local[N, maxFailures].
`,
  },
  'no master': {
    program: "new SparkContext(new SparkConf().setAppName('errors'))",
    text: `millrace: A master URL must be set in your configuration (MR_SPARK)
  at    SparkContext at app.mjs:2
  hint  conf.setMaster('local'), or millrace run --master local.
`,
  },
  'an unknown setting is a warning': {
    program: "const conf = new SparkConf().setMaster('local').setAppName('errors').set('spark.streaming.blokInterval', '100ms')\nawait new SparkContext(conf).stop()",
    text: 'WARN  SparkContext: unknown setting spark.streaming.blokInterval; did you mean spark.streaming.blockInterval?\n',
    code: 0,
  },
  'a setting that cannot be read': {
    program: "new SparkConf().set('spark.streaming.blockInterval', 'often')",
    text: `millrace: Illegal value for config key spark.streaming.blockInterval: "often": Time must be a whole number of microseconds (us), milliseconds (ms), seconds (s), minutes (m or min), hours (h) or days (d), as 50s, 100ms or 250us; but got "often" (MR_ILLEGAL_ARGUMENT)
  at    SparkConf at app.mjs:2
`,
  },
  'a port out of range': {
    program: `${ssc}ssc.socketTextStream('localhost', 99999)`,
    text: `millrace: socketTextStream: the port must be a whole number from 1 to 65535, got 99999 (MR_ILLEGAL_ARGUMENT)
  at    socketTextStream at app.mjs:3
`,
  },
  'a key that is refused': {
    program: `${sc}await sc.parallelize([1, 2]).map(x => [() => x, 1]).reduceByKey((a, b) => a + b).collect()`,
    text: `millrace: ${failed('reduceByKey at app.mjs:3', 'collect at app.mjs:3')}MillraceError: a function cannot be a key of reduceByKey (MR_KEY_REFUSED)
  at    reduceByKey at app.mjs:3
  hint  A key is a string, number, bigint, boolean, null, Date, bytes, or an array or object of these.
`,
  },
  'an RDD inside a function': {
    program: `${sc}const other = sc.parallelize([1])\nawait sc.parallelize([1]).map(x => other.map(y => x)).collect()`,
    text: `millrace: ${failed('map at app.mjs:4', 'collect at app.mjs:4')}SparkError: RDD transformations and actions can only be invoked by the driver, not inside of other transformations (SPARK-5063) (MR_SPARK)
  at    map at app.mjs:4
  hint  Collect the other RDD first and broadcast it, or join the two.
  cause SparkError: RDD transformations and actions can only be invoked by the driver, not inside of other transformations (SPARK-5063)
    at FOLDER/app.mjs:4:42
`,
  },
  'a reduction of nothing': {
    program: `${sc}await sc.parallelize([]).reduce((a, b) => a + b)`,
    text: `millrace: empty collection (MR_UNSUPPORTED)
  at    reduce at app.mjs:3
  hint  Ask isEmpty() first, or use fold or aggregate, which start from a zero value.
`,
  },
}

test.each(Object.entries(mistakes))('%s', async (_name, { program, text, code = 1 }) => {
  const folder = packageFolder({
    'app.mjs': `import { Milliseconds, SparkConf, SparkContext, StreamingContext } from 'millrace'; SparkConf; SparkContext; StreamingContext\n${program}\n`,
  })
  try {
    const ended = await runMillrace(['run', 'app.mjs'], { cwd: folder })
    const plain = ended.stderr.replaceAll(`file://${folder}`, 'FOLDER').replaceAll(folder, 'FOLDER').replace(/\b\d{13} ms/g, 'TIME ms')
    expect(plain).toBe(text)
    expect(ended).toMatchObject({ code, stdout: '' })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})
