// node spec/crash/thread-deaths.js [DEATHS]: kills worker threads in the midst of jobs, in every way that there is, and
// checks that each result is exact and that no thread, file, handle or memory has leaked. Prints one line of JSON; the
// exit code is 0 when all is well. Runs on the built package, in a process of its own with a small heap, so that a thread
// is soon out of memory.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const deaths = Number(process.argv[2] ?? 1_000)
const flags = ['--expose-gc', '--max-old-space-size=80']

if (process.execArgv.includes(flags[0])) main().then(code => { process.exitCode = code })
else process.exitCode = spawnSync(process.execPath, [...flags, __filename, String(deaths)], { stdio: 'inherit' }).status

/** How a thread dies; the rarer ways take longer. */
function wayOf(death) {
  if (death % 25 === 7) return 'memory'
  if (death % 25 === 16) return 'hang'
  return death % 2 === 0 ? 'exit' : 'throw'
}

/** One job that loses a thread, in the map stage, in the reduce stage, or while blocks are kept. */
async function lose(sc, folder, death) {
  const startMs = performance.now()
  const mark = path.join(folder, `death-${death}`)
  const way = wayOf(death)
  const victim = 100 + death * 37 % 800
  const dieOnce = async n => {
    if (n !== victim) return n
    const file = require('node:fs')
    if (file.existsSync(mark)) return n
    file.writeFileSync(mark, '')
    if (way === 'exit') process.exit(9)
    if (way === 'hang') for (;;) Math.sqrt(n)
    if (way === 'memory') for (const kept = []; ;) kept.push({ n, more: [n, n] })
    setTimeout(() => { throw new Error('outside of any task') }, 0)
    await new Promise(resolve => setTimeout(resolve, 60_000))
    return n
  }
  const numbers = sc.range(0, 1_000, 1, 4)
  const isLate = death % 3 === 0
  const source = (isLate ? numbers : numbers.mapAsync(dieOnce)).map(n => [n % 10, n])
  if (death % 5 === 0) source.cache()
  const sums = source.reduceByKey((a, b) => a + b, 3)
  const result = isLate
    ? sums.mapAsync(async ([digit, sum]) => [digit, (await dieOnce(digit === 0 ? victim : -1), sum)])
    : sums
  const found = (await result.collect()).sort((a, b) => a[0] - b[0])
  source.unpersist()
  if (process.env.MILLRACE_CRASH_TRACE) console.error(death, way, Math.round(performance.now() - startMs), 'ms')
  const isExact = found.length === 10 && found.every(([digit, sum], i) => digit === i && sum === 49_500 + 100 * digit)
  if (!fs.existsSync(mark)) throw new Error(`no thread died in round ${death}`)
  fs.rmSync(mark)
  if (!isExact) throw new Error(`a wrong result after death ${death} (${way}): ${JSON.stringify(found)}`)
}

/** What the process holds when nothing is going on: both threads have started and said so. */
async function held(sc) {
  const used = new Set()
  while (used.size < 2) {
    const ids = await sc.range(0, 4, 1, 4).mapAsync(async () => {
      await new Promise(resolve => setTimeout(resolve, 10))
      return require('node:worker_threads').threadId
    }).collect()
    used.clear()
    for (const id of ids) used.add(id)
  }
  for (let i = 0; i < 5; i++) {
    global.gc()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const resources = {}
  for (const name of process.getActiveResourcesInfo()) if (name !== 'Timeout') resources[name] = (resources[name] ?? 0) + 1
  const count = folder => fs.existsSync(folder) ? fs.readdirSync(folder).length : 0
  return {
    rssMb: Math.round(process.memoryUsage.rss() / 1e5) / 10, heapMb: Math.round(process.memoryUsage().heapUsed / 1e5) / 10,
    tasks: count('/proc/self/task'), files: count('/proc/self/fd'),
    messagePorts: resources.MessagePort ?? 0, resources: Object.values(resources).reduce((a, b) => a + b, 0),
  }
}

async function main() {
  const { SparkConf, SparkContext } = require('../../dist/index')
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-deaths-'))
  const conf = new SparkConf().setMaster('local[2]').setAppName('deaths').set('spark.local.dir', folder)
    .set('millrace.thread.heartbeatTimeout', '500ms')
  const sc = new SparkContext(conf)
  sc.setLogLevel('OFF')
  const problems = []
  const warmUp = Math.max(4, Math.min(200, Math.ceil(deaths / 5)))
  try {
    for (let death = 0; death < warmUp; death++) await lose(sc, folder, death)
    const before = await held(sc)
    for (let death = warmUp; death < warmUp + deaths; death++) {
      await lose(sc, folder, death)
      if (process.env.MILLRACE_CRASH_TRACE && death % 50 === 0) console.error(death, JSON.stringify(await held(sc)))
    }
    const after = await held(sc)
    for (const name of ['tasks', 'files', 'messagePorts', 'resources']) {
      if (after[name] !== before[name]) problems.push(`${name}: ${before[name]} before, ${after[name]} after`)
    }
    // A few deaths say nothing about memory: the first of each way make the allocator's pools grow.
    if (deaths >= 200 && after.rssMb > before.rssMb * 1.1) problems.push(`memory: ${before.rssMb} MB before, ${after.rssMb} MB after`)
    console.log(JSON.stringify({ deaths, before, after, problems }))
  } finally {
    await sc.stop()
    const left = fs.readdirSync(folder)
    if (left.length > 0) problems.push(`left in the local folder: ${left}`)
    fs.rmSync(folder, { recursive: true, force: true })
  }
  for (const problem of problems) console.error(problem)
  return problems.length === 0 ? 0 : 1
}
