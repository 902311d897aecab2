/** A program that writes text files, batch by batch, and that is killed and started again on the same folder. */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { withFolder } from '../../support/folders'

export class Victim {
  private readonly written: string
  private child: ChildProcess | undefined

  /** `args` come behind the two folders that the program gets first: its checkpoint's and its output's. */
  constructor(private readonly program: string, private readonly folder: string, private readonly args: readonly string[]) {
    this.written = path.join(folder, 'out')
  }

  /** Starts the program and resolves when it says that it has. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.program, path.join(this.folder, 'checkpoint'), this.written, ...this.args], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    })
    this.child = child
    await new Promise<void>((resolve, reject) => {
      child.stdout.once('data', () => resolve())
      child.once('exit', code => reject(new Error(`the program ended with ${code}`)))
    })
  }

  async kill(): Promise<void> {
    const { child } = this
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** Lines of the batches that were committed, in the order of batches and partitions. */
  lines(): string[] {
    const names = fs.existsSync(this.written) ? fs.readdirSync(this.written) : []
    // What stands aside has another name, and may be whole already.
    const batches = names.filter(name => name.startsWith('batch-') && fs.existsSync(path.join(this.written, name, '_SUCCESS'))).sort()
    return batches.flatMap(name => fs.readdirSync(path.join(this.written, name)).filter(part => part.startsWith('part-')).sort()
      .flatMap(part => fs.readFileSync(path.join(this.written, name, part), 'utf8').split('\n').filter(line => line !== '')))
  }
}

/** Gives a victim a folder of its own, and kills it in the end. */
export function withVictim<R>(program: string, args: readonly string[], f: (victim: Victim) => Promise<R>): Promise<R> {
  return withFolder(async folder => {
    const victim = new Victim(program, folder, args)
    try { return await f(victim) } finally { await victim.kill() }
  })
}
