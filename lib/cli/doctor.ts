/** millrace doctor: what this machine has for Millrace, and what it lacks. */
import { execFileSync, type ExecFileSyncOptions } from 'node:child_process'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { Command } from 'commander'
import { version } from '../rdd/context/spark-context'
import { exitCodes } from './exit-codes'

interface Finding {
  readonly name: string
  readonly state: 'ok' | 'missing' | 'wrong'
  readonly detail: string
}

export function doctorCommand(setCode: (code: number) => void): Command {
  return new Command('doctor')
    .description('Check Node, cores, memory, ports and optional parts.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const findings = await examine()
      process.stdout.write(json === true ? `${JSON.stringify(findings, null, 2)}\n` : table(findings))
      if (findings.some(finding => finding.state === 'wrong')) setCode(exitCodes.failed)
    })
}

const onlyBenchmarks = 'only benchmarks beside Spark need it'
const marks = { ok: 'ok      ', missing: 'optional', wrong: 'WRONG   ' } as const

function table(findings: readonly Finding[]): string {
  return findings.map(({ name, state, detail }) => `${marks[state]}  ${name.padEnd(18)} ${detail}\n`).join('')
}

export async function examine(): Promise<Finding[]> {
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GB`
  const heap = gigabytes(getHeapStatistics().heap_size_limit)
  const cores = os.availableParallelism()
  return [
    { name: 'millrace', state: 'ok', detail: version },
    nodeVersion(),
    { name: 'cores', state: 'ok', detail: `${cores}, so local[*] is local[${cores}]` },
    { name: 'memory', state: 'ok', detail: `${gigabytes(os.freemem())} free of ${gigabytes(os.totalmem())}; `
      + `this heap may grow to ${heap} (node --max-old-space-size)` },
    await loopback(),
    await port(9999),
    optional('kafkajs', 'the Kafka connector'),
    optional('@duckdb/node-api', 'the DuckDB sink'),
    java(),
    spark(),
  ]
}

function nodeVersion(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const isNewEnough = major! > 20 || (major === 20 && minor! >= 19)
  const { node } = process.versions
  return isNewEnough ? { name: 'Node', state: 'ok', detail: node }
    : { name: 'Node', state: 'wrong', detail: `${node}, 20.19 or newer is needed` }
}

function loopback(): Promise<Finding> {
  return new Promise(resolve => {
    const server = net.createServer()
    const answer = (state: Finding['state'], detail: string): void => {
      resolve({ name: 'loopback', state, detail })
    }
    server.once('error', error => answer('wrong', `cannot listen on 127.0.0.1: ${error.message}`))
    server.listen(0, '127.0.0.1', () => server.close(() => answer('ok', 'servers can listen on 127.0.0.1')))
  })
}

function port(number: number): Promise<Finding> {
  return new Promise(resolve => {
    const socket = net.connect({ host: '127.0.0.1', port: number })
    const answer = (detail: string): void => {
      socket.destroy()
      resolve({ name: `port ${number}`, state: 'ok', detail })
    }
    socket.once('connect', () => answer('something listens there: the word count can read from it'))
    const advice = `for the word count of the README: nc -lk ${number}`
    socket.once('error', () => answer(`nothing listens there; ${advice}`))
  })
}

function optional(name: string, use: string): Finding {
  try {
    const paths = [process.cwd(), path.join(__dirname, '..')]
    const file = require.resolve(`${name}/package.json`, { paths })
    return { name, state: 'ok', detail: `${require(file).version}, for ${use}` }
  } catch {
    return { name, state: 'missing', detail: `not installed; for ${use}: npm install ${name}` }
  }
}

function java(): Finding {
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] } satisfies ExecFileSyncOptions
    const text = String(execFileSync('java', ['--version'], options))
    return { name: 'Java', state: 'ok', detail: `${text.split('\n')[0]}, for benchmarks beside Spark` }
  } catch {
    return { name: 'Java', state: 'missing', detail: `not found; ${onlyBenchmarks}` }
  }
}

function spark(): Finding {
  const home = process.env.SPARK_HOME
  return home === undefined
    ? { name: 'Spark', state: 'missing', detail: `SPARK_HOME is not set; ${onlyBenchmarks}` }
    : { name: 'Spark', state: 'ok', detail: home }
}
