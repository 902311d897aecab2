// npm run bench [-- NAMES] [--json]: runs the benchmarks and prints a table of ratios. A ratio above 1 means that Millrace
// is the faster; `wanted` is what it is meant to reach. Each case runs in a process of its own.
const { fork } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const folder = path.join(__dirname, 'cases')
const all = fs.readdirSync(folder).filter(name => name.endsWith('.js')).map(name => name.slice(0, -3)).sort()
const names = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const asJson = process.argv.includes('--json')

if (process.env.MILLRACE_BENCH_CASE !== undefined) {
  require(path.join(folder, process.env.MILLRACE_BENCH_CASE)).run().then(rows => {
    process.send(rows, () => process.exit(0))
  }, error => {
    console.error(error)
    process.exit(1)
  })
} else {
  const runCase = name => new Promise((resolve, reject) => {
    let rows
    const child = fork(__filename, { env: { ...process.env, MILLRACE_BENCH_CASE: name }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    child.on('message', message => { rows = message })
    child.on('exit', code => code === 0 ? resolve(rows) : reject(new Error(`the benchmark ${name} failed`)))
  })
  const main = async () => {
    const unknown = names.filter(name => !all.includes(name))
    if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`)
    const rows = []
    for (const name of names.length > 0 ? names : all) {
      const found = await runCase(name)
      rows.push(...found.map(row => ({ bench: name, ...row })))
      if (!asJson) for (const row of found) print(row)
    }
    if (asJson) console.log(JSON.stringify(rows, null, 2))
  }
  main().catch(error => {
    console.error(error.message)
    process.exit(1)
  })
}

function print({ case: name, ours, against, ratio, wanted }) {
  const mark = ratio === undefined ? '' : `${ratio.toFixed(2)}x`
  console.log(`${name.padEnd(46)} ${ours.padEnd(36)} ${mark.padStart(8)} ${`of ${against}`.padEnd(40)} wanted ${wanted}${ratio < wanted ? '  BELOW' : ''}`)
}
