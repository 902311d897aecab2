// Finds a Spark to measure beside: SPARK_HOME, the private folder of bench/peers/spark/install.sh, or a Python with pyspark.
const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')

const privatePython = path.join(__dirname, '..', '..', '.peers', 'spark', 'bin', 'python')

function sparkHome() {
  if (process.env.SPARK_HOME !== undefined) return process.env.SPARK_HOME
  for (const python of [privatePython, 'python3']) {
    const { status, stdout } = spawnSync(python, ['-c', 'import pyspark, os; print(os.path.dirname(pyspark.__file__))'], { encoding: 'utf8' })
    if (status === 0) return stdout.trim()
  }
  return undefined
}

/** Runs a Scala script in Spark's shell and returns its figures: { 'name master': milliseconds }. */
function runScala(script, environment = {}) {
  const home = sparkHome()
  if (home === undefined || !fs.existsSync(path.join(home, 'bin', 'spark-shell'))) return undefined
  const text = execFileSync(path.join(home, 'bin', 'spark-shell'), ['--driver-memory', '4g', '-i', script], {
    env: { ...process.env, SPARK_HOME: home, SPARK_LOCAL_IP: '127.0.0.1', ...environment }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 600_000,
  })
  return Object.fromEntries([...text.matchAll(/^FIGURE (\S+) (\S+) (\S+)$/gm)].map(([, name, master, ms]) => [`${name} ${master}`, Number(ms)]))
}

module.exports = { runScala }
