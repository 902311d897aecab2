/**
 * One outside system as specs see it: started on free ports of 127.0.0.1 with its data in a folder of its own, killed, hung,
 * stopped and started again on the same ports and data, and gone with its folder at the end, whatever ends the specs.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { eventually } from '../../support/eventually'
import { freePorts } from './ports'
import { Program, type Command } from './program'

/** Where a system runs: its ports by name, the first of which is the one that clients call, and its folder. */
export interface Place {
  readonly folder: string
  readonly ports: Readonly<Record<string, number>>
}

export interface Definition {
  readonly name: string
  readonly ports: readonly string[]
  /** Writes what the system reads and says how to start it. Called at each start, with data there from the second on. */
  command(place: Place): Promise<Command> | Command
  /** Whether it answers; asked again and again until it does. */
  isReady(place: Place): Promise<boolean>
  /** Default 60,000. */
  readonly readyWithinMs?: number
}

const startsMax = 4
const stopMs = 20_000

export class System {
  private program: Program | undefined

  private constructor(private readonly definition: Definition, private place: Place) {}

  /** Starts it and resolves when it answers. Close it in `afterAll`. */
  static async start(definition: Definition): Promise<System> {
    for (let attempt = 1; ; attempt++) {
      const system = new System(definition, await newPlace(definition))
      try {
        await system.launch()
        return system
      } catch (error) {
        const log = system.log()
        await system.close()
        // Between choosing a port and listening on it somebody else may have taken it.
        if (attempt === startsMax || !/in use|BindException|Failed to bind|EADDRINUSE/i.test(log)) throw error
      }
    }
  }

  /** The port that clients call. */
  get port(): number { return this.place.ports[this.definition.ports[0]!]! }

  /** All ports by name. */
  get ports(): Readonly<Record<string, number>> { return this.place.ports }

  /** `127.0.0.1:PORT`. */
  get address(): string { return `127.0.0.1:${this.port}` }

  /** Holds its data, settings and logs. */
  get folder(): string { return this.place.folder }

  get pid(): number { return this.program?.pid ?? -1 }

  get isRunning(): boolean { return this.program?.isRunning === true }

  /** What it has printed since it was first started. */
  log(): string { return fs.existsSync(this.logFile) ? fs.readFileSync(this.logFile, 'utf8') : '' }

  /** SIGKILL; resolves when it is gone. Its data stays. */
  async kill(): Promise<void> { await this.program?.signal('SIGKILL') }

  /** SIGTERM, and SIGKILL after 20 seconds; resolves when it is gone. Its data stays. */
  async stop(): Promise<void> {
    const { program } = this
    if (program === undefined) return
    const timer = setTimeout(() => void program.signal('SIGKILL'), stopMs)
    try { await program.signal('SIGTERM') } finally { clearTimeout(timer) }
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  async pause(): Promise<void> { await this.program?.signal('SIGSTOP') }

  /** SIGCONT. */
  async resume(): Promise<void> { await this.program?.signal('SIGCONT') }

  /** Starts it again on the same ports and data, after `kill` or `stop` or by stopping it first; resolves when it answers. */
  async restart(): Promise<void> {
    if (this.isRunning) await this.stop()
    for (let attempt = 1; ; attempt++) {
      try { return await this.launch() } catch (error) {
        // What a killed system leaves in the kernel (shared memory of its children, a lock) goes a moment later.
        await this.kill()
        if (attempt === startsMax) throw error
      }
    }
  }

  /** Ends it at once and removes its folder. */
  async close(): Promise<void> {
    await this.kill()
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  private get logFile(): string { return path.join(this.folder, 'out.log') }

  private async launch(): Promise<void> {
    const { definition, place } = this
    const program = Program.start(await definition.command(place), place.folder, this.logFile)
    this.program = program
    const withinMs = definition.readyWithinMs ?? 60_000
    const isReady = await eventually(async () => {
      if (!program.isRunning) return 'ended'
      return await definition.isReady(place) && 'ready'
    }, withinMs).catch(() => 'silent' as const)
    if (isReady === 'ready' && program.isRunning) return
    const what = isReady === 'silent' ? `did not answer within ${withinMs} ms` : 'ended while it was starting'
    throw new Error(`${definition.name} ${what}; the end of its log:\n${this.log().slice(-4_000)}`)
  }
}

async function newPlace({ name, ports }: Definition): Promise<Place> {
  const free = await freePorts(ports.length)
  return {
    folder: fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `millrace-${name}-`))),
    ports: Object.fromEntries(ports.map((port, i) => [port, free[i]!])),
  }
}

/** Writes a file of `name=value` lines, as Java reads them. */
export function writeProperties(file: string, properties: Record<string, string | number | boolean>): void {
  fs.writeFileSync(file, Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join(''))
}
