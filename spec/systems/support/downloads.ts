/**
 * What systems need that npm does not install: jars from Maven, wheels from pip, once for all specs, in `.systems/` of the project or
 * where MILLRACE_SYSTEMS says. A folder gets its name when it is whole, so that a download that was killed never counts.
 */
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'

const root = path.join(__dirname, '..', '..', '..')
const programs = path.join(root, 'spec', 'systems', 'programs')
const attemptsMax = 3
const lockMs = 600_000

/** The folder that holds what was downloaded. */
export const systemsFolder = (): string => process.env.MILLRACE_SYSTEMS ?? path.join(root, '.systems')

/** The folder of a system's jars, e.g. `jars('kafka', '3.9.2')`, as its programs/NAME/pom.xml asks for them. */
export function jars(name: string, version: string): Promise<string> {
  return downloaded(`${name}-${version}`, 'jars', aside => run('mvn', [
    '-q', '-B', '-f', path.join(programs, name, 'pom.xml'), `-D${name}.version=${version}`,
    'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${aside}`,
  ], 'apt-get install maven'))
}

/** The python of a virtual environment with these packages; its own scripts are not for use: they name another folder. */
export async function python(name: string, version: string, packages: readonly string[]): Promise<string> {
  const folder = await downloaded(`${name}-${version}`, 'venv', async aside => {
    await run('python3', ['-m', 'venv', aside], 'apt-get install python3-venv')
    await run(path.join(aside, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages], '')
  })
  return path.join(folder, 'bin', 'python')
}

async function downloaded(name: string, part: string, fill: (aside: string) => Promise<void>): Promise<string> {
  const folder = path.join(systemsFolder(), name, part)
  if (fs.existsSync(folder)) return folder
  fs.mkdirSync(path.dirname(folder), { recursive: true })
  return await locked(`${folder}.lock`, async () => {
    if (fs.existsSync(folder)) return folder
    for (let attempt = 1; ; attempt++) {
      const aside = `${folder}.${process.pid}`
      fs.rmSync(aside, { recursive: true, force: true })
      try {
        await fill(aside)
        fs.renameSync(aside, folder)
        return folder
      } catch (error) {
        fs.rmSync(aside, { recursive: true, force: true })
        if (attempt === attemptsMax || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error
      }
    }
  })
}

/** One at a time downloads the same thing. Only saves work: two that do it at once would both be right. */
async function locked<R>(file: string, f: () => Promise<R>): Promise<R> {
  for (const endMs = performance.now() + lockMs; performance.now() < endMs && !take(file);) {
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  try { return await f() } finally { fs.rmSync(file, { force: true }) }
}

function take(file: string): boolean {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!isAlive(holderOf(file))) fs.rmSync(file, { force: true })
    return false
  }
}

function holderOf(file: string): number {
  try { return Number(fs.readFileSync(file, 'utf8')) } catch { return process.pid }
}

function isAlive(pid: number): boolean {
  // A holder that has not written its number yet.
  if (!(pid > 0)) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) { return (error as NodeJS.ErrnoException).code === 'EPERM' }
}

/** Runs a command to its end and returns what it printed; a failure has it in its message, a missing command `install`. */
export function run(command: string, args: readonly string[], install: string, env: Record<string, string> = {}): Promise<void> {
  return output(command, args, install, env).then(() => {})
}

export function output(command: string, args: readonly string[], install: string, env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    let printed = ''
    let standard = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      standard += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { printed += text })
    child.once('error', error => reject(Object.assign(new Error(`${command} cannot be run: ${error.message}. ${install}`), { code: (error as NodeJS.ErrnoException).code })))
    child.once('close', code => code === 0 ? resolve(standard)
      : reject(new Error(`${command} ${args.join(' ')} failed with ${code}:\n${printed.slice(-3_000)}`)))
  })
}
