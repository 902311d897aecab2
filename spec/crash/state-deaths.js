// node spec/crash/state-deaths.js [SEED]: makes thirty versions of a state on threads that die at random, in updates
// and in those who read, in every way that there is, and checks each version against a plain map, and that
// accumulators have counted each record once. Prints one line of JSON; the exit code is 0 when all is well. Runs on
// the built package, in a process of its own with a small heap, so that a thread is soon out of memory.
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const seed = Number(process.argv[2] ?? 1)
const flags = ['--max-old-space-size=80']
const versions = 30
const partitions = 6
const keys = 300

const { SparkConf, SparkContext, HashPartitioner } = require('../../dist/index')
const { Random } = require('../../dist/base/random')
const { stateChanges, stateEntries, stateOutput } = require('../../dist/rdd/state/readers')
const { replaceByKept, stateCore, updatedByNode } = require('../../dist/rdd/state/state-core')

/** Where threads die: version and partition, or the version with `read`, to the way. Once each. */
function planDeaths(random) {
  const partition = () => random.nextInt(partitions)
  const anyPlace = () => `${1 + random.nextInt(versions)}:${partition()}`
  const deaths = new Map([[`4:${partition()}`, 'hang'], [`9:${partition()}`, 'memory']])
  for (let i = 0; i < 14; i++) deaths.set(anyPlace(), 'exit')
  for (let i = 0; i < 6; i++) deaths.set(anyPlace(), 'throw')
  for (let i = 0; i < 4; i++) deaths.set(`${1 + random.nextInt(versions)}:read`, 'exit')
  return deaths
}

/** Dies where it is planned, in the midst of things. */
function deadly(folder, deaths) {
  return place => {
    const file = require('node:fs')
    const way = deaths.get(place)
    const mark = `${folder}/${place}`
    if (way === undefined || file.existsSync(mark)) return
    file.writeFileSync(mark, '')
    if (way === 'exit') process.exit(9)
    if (way === 'throw') throw new Error('in the midst of an update')
    if (way === 'hang') for (;;) Math.sqrt(1)
    for (const kept = []; ;) kept.push({ more: [kept.length, place] })
  }
}

function updateAt(version, die, records) {
  return (table, [pairs], partition) => {
    const gone = []
    let seen = 0
    for (const [key, value] of pairs) {
      records.add(1)
      const slot = table.find(key)
      if (slot < 0) table.insert(key, { sum: value })
      else if (value === 0) {
        table.removeAt(slot)
        gone.push(key)
      } else {
        // In place, as functions of users do: such an update cannot be undone exactly.
        const state = table.valueAt(slot)
        state.sum += value
        table.setAt(slot, state)
      }
      if (++seen === 3) die(`${version}:${partition}`)
    }
    return gone
  }
}

function applyTo(sums, pairs) {
  const gone = []
  for (const [key, value] of pairs) {
    if (!sums.has(key)) sums.set(key, value)
    else if (value === 0) {
      sums.delete(key)
      gone.push(key)
    } else sums.set(key, sums.get(key) + value)
  }
  return gone
}

const sorted = values => JSON.stringify([...values].sort((a, b) => (a[0] ?? a) - (b[0] ?? b)))

function requireSame(found, wanted, what) {
  if (sorted(found) === sorted(wanted)) return
  throw new Error(`${what} is wrong: ${sorted(found)} and not ${sorted(wanted)}`)
}

/** What a checkpoint does: all that there is, and from then on no lineage. */
async function keep(core, since) {
  const kept = []
  for (const { partition, frames } of await stateChanges(core, { since, slices: [] }).collect()) kept[partition] = frames
  replaceByKept(core, async partition => kept[partition])
}

async function makeVersions(sc, folder) {
  const random = new Random(seed)
  const deaths = planDeaths(random)
  const die = deadly(folder, deaths)
  const partitioner = new HashPartitioner(partitions)
  const records = sc.longAccumulator('records')
  const sums = new Map()
  let previous
  let before
  let count = 0
  for (let version = 1; version <= versions; version++) {
    const pairs = Array.from({ length: 120 }, () => [random.nextInt(keys), random.nextInt(6)])
    const input = sc.parallelize(pairs, 3).partitionBy(partitioner)
    const args = { store: 'sums', version, partitioner, f: updateAt(version, die, records) }
    const core = stateCore(sc, updatedByNode, args, previous, [input])
    const gone = applyTo(sums, pairs)
    count += pairs.length
    const entries = stateEntries(core).map(([key, { sum }]) => {
      die(`${version}:read`)
      return [key, sum]
    })
    if (version % 7 === 3) requireSame(await entries.coalesce(1).collect(), sums, `version ${version} in one partition`)
    requireSame(await entries.collect(), sums, `version ${version}`)
    requireSame(await stateOutput(core).collect(), gone, `what the update to version ${version} gave`)
    if (records.value !== count) throw new Error(`version ${version}: ${records.value} records counted, and not ${count}`)
    if (version % 10 === 0) await keep(core, undefined)
    if (version % 4 === 0) requireSame(await stateEntries(before.core).keys().collect(), before.keys, `version ${version - 1}`)
    sc.runner.forgetStates('sums', version)
    before = { core, keys: [...sums.keys()] }
    previous = core
  }
  return fs.readdirSync(folder).length
}

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-state-deaths-'))
  const conf = new SparkConf().setMaster('local[2,4]').setAppName('state-deaths')
  const sc = new SparkContext(conf.set('millrace.thread.heartbeatTimeout', '600ms'))
  sc.setLogLevel('ERROR')
  try {
    console.log(JSON.stringify({ seed, versions, deaths: await makeVersions(sc, folder) }))
    return 0
  } catch (error) {
    console.log(JSON.stringify({ seed, error: String(error?.stack ?? error) }))
    return 1
  } finally {
    await sc.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

if (process.execArgv.includes(flags[0])) main().then(code => { process.exitCode = code })
else {
  const { status } = spawnSync(process.execPath, [...flags, __filename, String(seed)], { stdio: 'inherit' })
  process.exitCode = status
}
