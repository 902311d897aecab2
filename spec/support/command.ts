/** The command `millrace` as a real process, and folders with programs for it. */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

// Processes share the machine with other specs: what counts is that they end, not when.
jest.setTimeout(30_000)

export const root = path.join(__dirname, '..', '..')

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves when the process has printed `text` on either output; rejects when it ends without. */
  printed(text: string): Promise<void>
}

export interface CommandOptions {
  readonly cwd?: string
  /** What is written to standard input, which is then closed. */
  readonly input?: string
  readonly env?: Record<string, string>
}

/** Starts `millrace ARGS`. */
export function startMillrace(args: readonly string[], { cwd = root, input, env = {} }: CommandOptions = {}): Running {
  const child = spawn(process.execPath, [path.join(root, 'bin', 'millrace'), ...args], {
    cwd, env: { ...process.env, MILLRACE_CONF: '', NO_COLOR: '1', ...env }, stdio: ['pipe', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  const watchers = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      for (const watcher of watchers) watcher()
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, ...output }))
  })
  const printed = (text: string): Promise<void> => new Promise((resolve, reject) => {
    const check = (): void => {
      if (!(output.stdout + output.stderr).includes(text)) return
      watchers.delete(check)
      resolve()
    }
    watchers.add(check)
    check()
    void ended.then(end => reject(new Error(`the process ended without printing ${text}: ${JSON.stringify(end)}`)))
  })
  return { child, ended, printed }
}

/** Runs `millrace ARGS` to its end. */
export function runMillrace(args: readonly string[], options?: CommandOptions): Promise<Ended> {
  return startMillrace(args, options).ended
}

/** A fresh folder with these files, in which `millrace` is installed. The caller removes it. */
export function packageFolder(files: Record<string, string>): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-package-')))
  fs.mkdirSync(path.join(folder, 'node_modules'))
  fs.symlinkSync(root, path.join(folder, 'node_modules', 'millrace'))
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    fs.writeFileSync(path.join(folder, name), text)
  }
  return folder
}
