// npm run test:systems [SYSTEM | SYSTEM/FILE ...] [-t PATTERN] [-w WORKERS] [--list]
// Runs the specs of spec/systems, folder by folder, on the real systems: installs what they need from the machine's packages where it
// may, downloads the rest once into .systems/, and ends with a table and `N passed, N failed`. What cannot be run has failed.
const { spawn, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')
const folderMsMax = 15 * 60_000

// Packages, each with what shows that it is there.
const java = { name: 'openjdk-17-jdk-headless', isThere: () => runs('java', '-version') && runs('javac', '-version') }
const maven = { name: 'maven', isThere: () => runs('mvn', '-v') }
const venv = { name: 'python3-venv', isThere: () => runs('python3', '-c', 'import ensurepip, venv') }
const mariadb = { name: 'mariadb-server-core', isThere: () => runs('mariadbd', '--version') || fs.existsSync('/usr/sbin/mariadbd') }
const postgres = { name: 'postgresql', isThere: () => fs.existsSync('/usr/lib/postgresql') || runs('initdb', '--version') }
const everything = [java, maven, venv, mariadb, postgres]

/** What the specs of a folder need; a folder that is not here needs everything. */
const needs = {
  kafka: [java, maven], hdfs: [java, maven], flume: [java, maven], formats: [java, maven, venv], s3: [venv], kinesis: [],
  db: [java, maven, mariadb, postgres],
}

main().then(code => { process.exitCode = code })

async function main() {
  const { systems, filters, pattern, workers, isList } = readArguments(process.argv.slice(2))
  if (isList) {
    for (const system of systems) console.log(`${system.padEnd(12)} ${specsOf(system).length} suites`)
    return 0
  }
  const missing = install([...new Set(systems.flatMap(system => needs[system] ?? everything))])
  const rows = []
  for (const system of systems) {
    const lacking = (needs[system] ?? everything).filter(each => missing.includes(each)).map(({ name }) => name)
    rows.push(lacking.length === 0 ? await runSpecs(system, filters.get(system), pattern, workers)
      : failed(system, 0, `not run: needs ${lacking.join(', ')} (apt-get install --no-install-recommends ${lacking.join(' ')})`))
  }
  return report(rows)
}

function readArguments(args) {
  const all = fs.readdirSync(__dirname, { withFileTypes: true }).filter(entry => entry.isDirectory() && specsOf(entry.name).length > 0).map(({ name }) => name).sort()
  const options = { systems: [], filters: new Map(), pattern: undefined, workers: '1', isList: false }
  while (args.length > 0) {
    const argument = args.shift()
    if (argument === '--list') options.isList = true
    else if (argument === '-t') options.pattern = args.shift()
    else if (argument === '-w') options.workers = args.shift()
    else {
      const [system, ...file] = argument.split('/')
      if (!all.includes(system)) {
        console.error(`There is no system ${JSON.stringify(system)}. There are: ${all.join(', ')}.`)
        process.exit(2)
      }
      if (!options.systems.includes(system)) options.systems.push(system)
      if (file.length > 0) options.filters.set(system, [...options.filters.get(system) ?? [], file.join('/')])
    }
  }
  if (options.systems.length === 0) options.systems = all
  return options
}

function specsOf(system) {
  return fs.readdirSync(path.join(__dirname, system), { recursive: true }).filter(name => String(name).endsWith('.spec.ts'))
}

/** Installs the packages that are not there, and returns those that are not there all the same. */
function install(packages) {
  const missing = packages.filter(each => !each.isThere())
  if (missing.length === 0) return []
  const names = missing.map(({ name }) => name)
  if (process.getuid?.() !== 0 || !runs('apt-get', '--version')) {
    console.error(`Missing, and only root can install it: ${names.join(', ')}`)
    return missing
  }
  console.log(`Installing ${names.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const stdio = ['ignore', 'ignore', 'inherit']
  spawnSync('apt-get', ['-q', 'update'], { env, stdio })
  // One by one: a package that cannot be had is no reason to be without the others.
  for (const name of names) spawnSync('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', name], { env, stdio })
  return missing.filter(each => !each.isThere())
}

function runs(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Runs the specs of a folder in a process of their own, which ends its systems with it. */
async function runSpecs(system, files, pattern, workers) {
  console.log(`\n== ${system}`)
  const outputFile = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-systems-')), 'result.json')
  const paths = (files ?? ['']).map(file => `spec/systems/${system}/${file}`)
  const startMs = performance.now()
  const jest = spawn(process.execPath, [
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'), '-c', path.join(__dirname, 'jest.config.js'), '-w', workers,
    '--json', `--outputFile=${outputFile}`, ...pattern === undefined ? [] : ['-t', pattern], ...paths,
  ], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } })
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    jest.kill('SIGKILL')
  }, folderMsMax)
  await new Promise(resolve => jest.once('close', resolve))
  clearTimeout(timer)
  const seconds = (performance.now() - startMs) / 1_000
  const result = fs.existsSync(outputFile) ? JSON.parse(fs.readFileSync(outputFile, 'utf8')) : undefined
  fs.rmSync(path.dirname(outputFile), { recursive: true, force: true })
  if (isLate) return failed(system, seconds, `not ended after ${folderMsMax / 60_000} minutes`)
  if (result === undefined) return failed(system, seconds, 'jest ended without a result')
  const { numPassedTests: passed, numFailedTests, numTotalTestSuites: suites, numRuntimeErrorTestSuites: broken } = result
  if (passed + numFailedTests + broken === 0) return failed(system, seconds, 'no test was run')
  const again = result.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ invocations, status }) => invocations > 1 && status === 'passed')
  for (const { fullName } of again) console.log(`passed when it was run again: ${fullName}`)
  const why = [...broken === 0 ? [] : [`${broken} suites could not be run`], ...again.length === 0 ? [] : [`${again.length} passed when run again`]].join('; ')
  return { system, suites, passed, failed: numFailedTests + broken, seconds, why }
}

function failed(system, seconds, why) {
  return { system, suites: 0, passed: 0, failed: 1, seconds, why }
}

function report(rows) {
  const sum = name => rows.reduce((total, row) => total + row[name], 0)
  const all = { system: 'all', suites: sum('suites'), passed: sum('passed'), failed: sum('failed'), seconds: sum('seconds'), why: '' }
  console.log(`\n${'system'.padEnd(12)} suites  passed  failed  seconds`)
  for (const { system, suites, passed, failed, seconds, why } of [...rows, all]) {
    console.log(`${system.padEnd(12)} ${String(suites).padStart(6)}  ${String(passed).padStart(6)}  ${String(failed).padStart(6)}  ${seconds.toFixed(0).padStart(7)}  ${why}`.trimEnd())
  }
  console.log(`\n${all.passed} passed, ${all.failed} failed`)
  return all.failed === 0 ? 0 : 1
}
