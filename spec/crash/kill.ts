/**
 * Kills real programs by SIGKILL, at random times and at named points, starts them again, and compares what they gave
 * with what is right. This process is never killed: it is the peer of the sources and holds the ledgers, so that nobody
 * who died can have said something else than what was.
 */
import { fork, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { Random } from '../../lib/base/random'
import { Ledger } from './ledger'
import { programNames, type Lengths, type ProgramName } from './reference'

const { lengths, recordOf } = require('./programs') as { readonly lengths: Lengths, readonly recordOf: (id: number) => string }

export type KilledSource = 'files' | 'receiver' | 'log'

export interface ChildOptions {
  readonly program: ProgramName
  readonly source: KilledSource
  readonly master: string
  readonly batchMs: number
  readonly folder: string
  readonly inputFolder: string
  /** The prefix of the outputs that are saved. */
  readonly saved: string | undefined
  /** Start anew, whatever the folder holds. */
  readonly isAnew: boolean
}

/** How a life ends: by a kill after so long, at a point, by a signal, or in order after so many batches. */
export interface End {
  readonly afterMs?: number | undefined
  readonly at?: string | undefined
  /** Sent after so many batches, and `then` at once: another one, for two of a kind become one on their way. */
  readonly signal?: NodeJS.Signals | undefined
  readonly then?: NodeJS.Signals | undefined
  readonly batches: number
  readonly isAnew?: boolean | undefined
  /** Nothing new comes in its last batches. */
  readonly isLast?: boolean | undefined
}

export interface LifeResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly isRecovered: boolean
  readonly reached: ReadonlyMap<string, number>
  readonly errors: string
}

interface Message {
  readonly id: number
  readonly type: 'available' | 'take' | 'acknowledge' | 'input' | 'result' | 'ended' | 'failed' | 'started' | 'stopped'
  readonly timeMs: number
  readonly elements: readonly unknown[]
  readonly records: readonly string[]
  readonly reached: readonly (readonly [string, number])[]
  readonly isRecovered: boolean
}

const lifeMsMax = 60_000

/** A program with its sources and ledgers through all its lives. */
export class Killed {
  ledger: Ledger
  lives = 0
  private readonly home = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-kill-'))
  private readonly options: ChildOptions
  private nextId = 0
  /** Of the peer: what it has handed over and nobody has acknowledged, by the record's first id. */
  private unacknowledged: number[] = []
  private readonly delivered: string[] = []
  private readonly acknowledged = new Set<string>()
  private feeder: NodeJS.Timeout | undefined
  private failedBatches = 0
  private lastFedMs = 0

  constructor(options: Pick<ChildOptions, 'program' | 'source'> & Partial<ChildOptions>) {
    const inputFolder = path.join(this.home, 'input')
    fs.mkdirSync(inputFolder)
    this.options = {
      master: 'local', batchMs: 60, folder: path.join(this.home, 'checkpoint'), inputFolder, isAnew: false,
      saved: ['stateless', 'updateState'].includes(options.program) ? path.join(this.home, 'saved') : undefined, ...options,
    }
    this.ledger = this.freshLedger()
  }

  private freshLedger(): Ledger { return new Ledger({ program: this.options.program, batchMs: this.options.batchMs, lengths }) }

  /** One life: from the start of the process to its end. */
  async live(end: End): Promise<LifeResult> {
    this.lives++
    if (end.isAnew === true) {
      this.ledger = this.freshLedger()
      this.nextId = 0
    }
    const options = { ...this.options, isAnew: end.isAnew ?? false }
    const child = fork(path.join(__dirname, 'child.js'), [JSON.stringify(options)], {
      env: { ...process.env, MILLRACE_KILL_AT: end.at ?? (end.afterMs === undefined ? 'none' : undefined) }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    })
    let errors = ''
    child.stderr!.on('data', chunk => { errors += chunk })
    const result = { isRecovered: false, reached: new Map<string, number>() }
    let batches = 0
    let isFinished = false
    child.on('message', (message: Message) => {
      this.answer(child, message)
      if (message.type === 'started') result.isRecovered = message.isRecovered
      if (message.type === 'stopped') result.reached = new Map(message.reached)
      if (message.type !== 'ended') return
      batches++
      // What comes later than the last batch is in none; and one that makes up for lost time is not the last.
      if (end.isLast === true && batches === end.batches - 2) clearInterval(this.feeder)
      if (isFinished || batches < end.batches || (end.isLast === true && message.timeMs < this.lastFedMs + this.options.batchMs)) return
      isFinished = true
      this.finish(child, end)
    })
    const timers = [setTimeout(() => { child.kill('SIGKILL') }, Math.min(end.afterMs ?? lifeMsMax, lifeMsMax))]
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(resolve => {
      child.once('close', (...ended: [number | null, NodeJS.Signals | null]) => resolve(ended))
    })
    for (const timer of timers) clearTimeout(timer)
    clearInterval(this.feeder)
    return { code, signal, errors, ...result }
  }

  private finish(child: ChildProcess, { signal, then }: End): void {
    if (signal === undefined) return void child.send({ type: 'finish' }, () => undefined)
    child.kill(signal)
    if (then !== undefined) child.kill(then)
  }

  private answer(child: ChildProcess, message: Message): void {
    const { ledger } = this
    const reply = (answer: object = {}): void => { child.send({ id: message.id, ...answer }, () => undefined) }
    switch (message.type) {
      case 'started':
        if (this.options.source === 'files') this.feed()
        return reply()
      case 'available':
        this.nextId += 3
        return reply({ available: this.nextId })
      case 'take': return void setTimeout(() => { reply({ records: this.handOver() }) }, 5)
      case 'acknowledge':
        for (const record of message.records) this.acknowledged.add(record)
        this.unacknowledged.splice(0, message.records.length)
        return reply()
      case 'input':
        ledger.noteInput(message.timeMs, message.elements as string[])
        return reply()
      case 'result':
        ledger.noteResult(message.timeMs, message.elements)
        return reply()
      case 'ended':
        ledger.noteEnded(message.timeMs)
        return reply()
      case 'failed':
        this.failedBatches++
        return reply()
      default: return reply()
    }
  }

  /** Writes a file of new records now and then. */
  private feed(): void {
    this.feeder = setInterval(() => {
      const records = Array.from({ length: 4 }, () => recordOf(this.nextId++))
      this.delivered.push(...records)
      const file = path.join(this.options.inputFolder, `records-${this.nextId}`)
      fs.writeFileSync(path.join(this.home, 'aside'), records.map(record => `${record}\n`).join(''))
      fs.renameSync(path.join(this.home, 'aside'), file)
      this.lastFedMs = Date.now()
    }, 40)
  }

  /** What nobody has acknowledged comes again, as another delivery with ids of its own. */
  private handOver(): string[] {
    while (this.unacknowledged.length < 4) this.unacknowledged.push(this.unacknowledged.length)
    const records = this.unacknowledged.map(() => recordOf(this.nextId++))
    this.delivered.push(...records)
    return records
  }

  private counts(): Map<string, readonly [number, number]> {
    const { source } = this.options
    if (source === 'receiver') {
      return new Map(this.delivered.map(record => [record, [this.acknowledged.has(record) ? 1 : 0, 1] as const]))
    }
    if (source === 'files') return new Map(this.delivered.map(record => [record, [1, 1] as const]))
    const through = Math.max(-1, ...this.ledger.records.map(record => Number(record.split('|')[0])))
    return new Map(Array.from({ length: through + 1 }, (_, id) => [recordOf(id), [1, 1] as const]))
  }

  /** Lives once more, to the end of all that is open, and says what is wrong. */
  async end(): Promise<readonly string[]> {
    const problems: string[] = []
    const last = await this.live({ batches: 8, isLast: true })
    if (last.code !== 0) problems.push(`the last life ended with ${last.code ?? last.signal}: ${last.errors}`)
    problems.push(...this.ledger.check(this.counts()), ...this.savedProblems())
    if (this.failedBatches > 0) problems.push(`${this.failedBatches} batches have failed`)
    fs.rmSync(this.home, { recursive: true, force: true })
    return problems.map(problem => `${this.options.program} of ${this.options.source}: ${problem}`)
  }

  /** Every batch has its folder, whole, with the result that it had, and nothing is left beside them. */
  private savedProblems(): string[] {
    const { saved } = this.options
    if (saved === undefined) return []
    const problems: string[] = []
    for (const timeMs of this.ledger.resultTimes) {
      const folder = `${saved}-${timeMs}`
      if (!fs.existsSync(path.join(folder, '_SUCCESS'))) {
        problems.push(`${folder} is not there, or not whole`)
        continue
      }
      const parts = fs.readdirSync(folder).filter(name => name.startsWith('part-'))
      const lines = parts.flatMap(name => fs.readFileSync(path.join(folder, name), 'utf8').split('\n')).filter(line => line !== '').sort()
      const wanted = this.ledger.resultAt(timeMs)!.map(line => {
        const [key, value] = JSON.parse(line) as [string, unknown]
        return `(${key},${String(value)})`
      }).sort()
      if (lines.join() !== wanted.join()) problems.push(`${folder} holds ${lines.join()} where ${wanted.join()} is right`)
    }
    return problems
  }
}

const sources: readonly KilledSource[] = ['files', 'receiver', 'log']

/** The n-th pair of program and source; 18 follow one another, and come again. */
export function pairing(n: number): { readonly program: ProgramName, readonly source: KilledSource } {
  return { program: programNames[n % programNames.length]!, source: sources[(n + Math.floor(n / programNames.length)) % sources.length]! }
}

/** R1: `kills` at random times, four to a program; what went wrong. */
export async function killAtRandom(kills: number, seed: number, master = 'local'): Promise<readonly string[]> {
  const random = new Random(seed)
  const killed = new Killed({ ...pairing(seed), master })
  for (let kill = 0; kill < kills; kill++) await killed.live({ afterMs: 150 + random.nextInt(900), batches: Infinity })
  return killed.end()
}

/** Points that come only when a batch that had saved its output runs again, each with the kill before it that brings that about. */
const after = new Map([['commit.oldAside', 'commit.done'], ['commit.synced', 'commit.done']])

/**
 * R2: a program is killed once at each point that it comes to, of those that `wanted` still holds, and goes on to its end.
 * Points where it was killed are taken out of `wanted`.
 */
export async function killAtPoints(wanted: Set<string>, n: number, most: number, times = 1): Promise<readonly string[]> {
  const killed = new Killed(pairing(n))
  const problems: string[] = []
  const { reached } = await killed.live({ batches: 6 })
  const saves = reached.has('commit.done')
  const points = [...wanted].filter(point => after.has(point) ? saves : reached.has(point)).slice(0, most)
  for (const point of points) {
    const before = after.get(point)
    if (before !== undefined) await killed.live({ at: `${before}:1`, batches: 7 })
    const { signal, code, errors } = await killed.live({ at: `${point}:${1 + times % Math.min(3, reached.get(point) ?? 1)}`, batches: 7 })
    if (signal === 'SIGKILL') wanted.delete(point)
    else if (code !== 0) problems.push(`a life that was to be killed at ${point} ended with ${code ?? signal}: ${errors}`)
  }
  return [...problems, ...await killed.end()]
}

/** Points that only a program comes to that starts anew in an old folder. */
export const pointsOfNewStarts = ['folder.moved', 'folder.superseded', 'folder.asideSynced', 'folder.supersededSynced']

export async function killNewStarts(wanted: Set<string>): Promise<readonly string[]> {
  const killed = new Killed({ program: 'updateState', source: 'log', saved: undefined })
  for (const point of pointsOfNewStarts) {
    await killed.live({ batches: 2 })
    const { signal } = await killed.live({ at: `${point}:1`, batches: 2, isAnew: true })
    if (signal === 'SIGKILL') wanted.delete(point)
    await killed.live({ batches: 2, isAnew: true })
  }
  return killed.end()
}
