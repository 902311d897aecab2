/**
 * A program that copies lines from one folder to others, a folder a batch, killed and started again by a spec. Exactly once means
 * that the finished folders hold each line that was put once, and that its state has counted each once.
 */
import { fork, type ChildProcess } from 'node:child_process'
import * as path from 'node:path'
import { allFiles } from '../../../lib/disk/files'
import { joinPath } from '../../../lib/disk/paths'
import { eventually } from '../../support/eventually'
import type { HttpProxy, SeenRequest } from './http-proxy'

const program = path.join(__dirname, '..', 'programs', 'files', 'copy-stream.js')

export interface CopyOptions {
  readonly root: string
  readonly settings: Readonly<Record<string, string>>
  readonly master?: string
  readonly batchMs?: number
}

export class CopiedLines {
  readonly put: string[] = []
  private child: ChildProcess | undefined
  private files = 0
  private readonly counts = new Map<string, number>()
  private errors = ''

  constructor(private readonly options: CopyOptions) {}

  private at(...names: string[]): string { return joinPath(this.options.root, ...names) }

  async prepare(): Promise<void> { await allFiles.makeDirectory(this.at('in')) }

  /** Puts a file of so many new lines. */
  async add(lines = 50): Promise<void> {
    const from = this.put.length
    const added = Array.from({ length: lines }, (_, i) => `key${(from + i) % 7} line ${from + i} ${'.'.repeat((from + i) % 40)}`)
    await allFiles.put(this.at('in', `f${String(this.files++).padStart(4, '0')}`), Buffer.from(added.map(line => `${line}\n`).join('')))
    this.put.push(...added)
  }

  /** Starts the program; resolves when it runs. */
  async start(): Promise<{ readonly isRecovered: boolean }> {
    const { root: _root, settings, master = 'local', batchMs = 1_000 } = this.options
    const told = {
      settings, master, batchMs, input: this.at('in'), output: this.at('out'), counts: this.at('counts'), checkpoint: this.at('checkpoint'),
    }
    const child = this.child = fork(program, [JSON.stringify(told)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.errors = ''
    child.stderr!.on('data', (text: Buffer) => { this.errors += String(text) })
    return new Promise((resolve, reject) => {
      child.once('message', message => resolve(message as { isRecovered: boolean }))
      child.once('exit', () => reject(new Error(`the program ended before it ran: ${this.errors}`)))
    })
  }

  get isRunning(): boolean { return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null }
  get log(): string { return this.errors }

  /** SIGKILL, now. */
  kill(): void { this.child?.kill('SIGKILL') }

  async ended(): Promise<number | null> {
    const { child } = this
    if (child === undefined || !this.isRunning) return child?.exitCode ?? null
    return new Promise(resolve => child.once('exit', code => resolve(code)))
  }

  /** Stops it in order. */
  async stop(): Promise<number | null> {
    this.child?.send('stop')
    return this.ended()
  }

  private async finished(prefix: string): Promise<string[]> {
    const folders = (await allFiles.list(this.options.root)).filter(name => name.startsWith(`${prefix}-`))
    const found: string[] = []
    for (const folder of folders) if (await allFiles.stat(this.at(folder, '_SUCCESS')) !== undefined) found.push(folder)
    return found
  }

  /** The lines of finished folders, sorted. */
  async copied(): Promise<string[]> {
    const lines: string[] = []
    for (const folder of await this.finished('out')) lines.push(...await this.linesOf(folder))
    return lines.sort()
  }

  /** How many lines there are, looking into each folder once. */
  private async countCopied(): Promise<number> {
    for (const folder of await this.finished('out')) {
      if (!this.counts.has(folder)) this.counts.set(folder, (await this.linesOf(folder)).length)
    }
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0)
  }

  private async linesOf(folder: string): Promise<string[]> {
    const lines: string[] = []
    for (const name of await allFiles.list(this.at(folder))) {
      lines.push(...Buffer.from(await allFiles.readFile(this.at(folder, name))).toString().split('\n').filter(line => line !== ''))
    }
    return lines
  }

  /** What the state of the last batch has counted, by key. */
  async counted(): Promise<Map<string, number>> {
    const last = (await this.finished('counts')).sort().at(-1)!
    return new Map((await this.linesOf(last)).map(line => /^\((.*),(\d+)\)$/.exec(line)!).map(([, key, count]) => [key!, Number(count)]))
  }

  /** Waits until every line that was put is copied, then asserts that each is there once. */
  async expectExact(withinMs = 60_000): Promise<void> {
    await eventually(async () => {
      if (!this.isRunning) throw new Error(`the program has ended: ${this.errors}`)
      return await this.countCopied() >= this.put.length
    }, withinMs)
    const expected = [...this.put].sort()
    expect(await this.copied()).toEqual(expected)
    const perKey = new Map<string, number>()
    for (const line of expected) perKey.set(line.split(' ')[0]!, (perKey.get(line.split(' ')[0]!) ?? 0) + 1)
    // The state's folder of the batch comes after that of its lines.
    await eventually(async () => [...await this.counted()].reduce((sum, [, count]) => sum + count, 0) >= this.put.length, withinMs)
    expect(new Map([...await this.counted()].sort())).toEqual(new Map([...perKey].sort()))
  }
}

/**
 * Puts lines while the program is killed three times, each time with a request of that kind on its way, `more` requests later in each life:
 * the system does what it asks all the same, or does not. Then lets it go on, and asserts that every line is there once.
 */
export async function expectExactAfterKills(copied: CopiedLines, proxy: HttpProxy, isMoment: (request: SeenRequest) => boolean, more: number): Promise<void> {
  await copied.prepare()
  await copied.add()
  for (let life = 0; life < 3; life++) {
    let left = 2 + life * more
    await copied.start()
    await copied.add()
    const killed = new Promise<void>(resolve => {
      proxy.fate = request => {
        if (!isMoment(request) || --left > 0) return 'pass'
        copied.kill()
        resolve()
        return life % 2 === 0 ? 'lose' : 'cut'
      }
    })
    await copied.add()
    await killed
    await copied.ended()
    proxy.fate = () => 'pass'
  }
  expect((await copied.start()).isRecovered).toBe(true)
  await copied.add()
  await copied.expectExact()
  expect(await copied.stop()).toBe(0)
}
