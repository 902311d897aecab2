/**
 * A process of a system, which never outlives the process that started it: a watcher at the other end of a pipe kills it and
 * removes its folder when the pipe breaks (programs/guarded.sh). Its output goes to a file. Nothing here keeps the specs' process alive.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Writable } from 'node:stream'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Record<string, string>
}

export class Program {
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>
  private hasEnded = false

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise(resolve => {
      const end = (): void => {
        this.hasEnded = true
        // The line tells the watcher that there is nothing left to end.
        const pipe = child.stdio[3] as Writable
        pipe.on('error', () => {})
        pipe.end('ended\n')
        resolve()
      }
      child.once('exit', end).once('error', end)
    })
  }

  /** Starts a command whose output is appended to `logFile`; `folder` is removed should this process die first. */
  static start({ command, args, env }: Command, folder: string, logFile: string): Program {
    const log = fs.openSync(logFile, 'a')
    const guard = path.join(__dirname, '..', 'programs', 'guarded.sh')
    const child = spawn('/bin/sh', [guard, folder, command, ...args], {
      cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', log, log, 'pipe'],
    })
    fs.closeSync(log)
    child.unref()
    ;(child.stdio[3] as Writable & { unref(): void }).unref()
    return new Program(child)
  }

  get pid(): number { return this.child.pid ?? -1 }

  get isRunning(): boolean { return !this.hasEnded }

  /** Sends the signal and, if it is one that ends the process, resolves when it has ended. */
  async signal(signal: NodeJS.Signals): Promise<void> {
    if (!this.hasEnded) this.child.kill(signal)
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await this.ended
  }
}
