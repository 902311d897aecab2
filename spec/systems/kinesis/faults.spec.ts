/** A program that reads Kinesis while shards are split and merged, and that is killed, and Kinesis too: every record exactly once. */
import { spawn, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Kinesalite } from '../../connect/kinesis/kinesalite'
import { eventually } from '../../support/eventually'
import { withFolder } from '../../support/folders'
import { startKinesalite, type System } from '../support/index'

let system: System
let kinesis: Kinesalite
beforeAll(async () => {
  system = await startKinesalite()
  kinesis = Kinesalite.at(`http://${system.address}`)
})
afterAll(async () => {
  await kinesis.stop()
  await system.close()
})

class Victim {
  readonly written: string
  private child: ChildProcess | undefined

  constructor(private readonly folder: string, private readonly stream: string, private readonly master: string) { this.written = path.join(folder, 'out') }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [
      path.join(__dirname, 'program.js'), path.join(this.folder, 'checkpoint'), this.written, kinesis.endpoint, this.stream, this.master,
    ], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' } })
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

  /** Lines of the batches that were committed, in the order of batches. */
  lines(): string[] {
    const batches = fs.existsSync(this.written) ? fs.readdirSync(this.written).filter(name => fs.existsSync(path.join(this.written, name, '_SUCCESS'))).sort() : []
    return batches.flatMap(name => fs.readdirSync(path.join(this.written, name)).filter(part => part.startsWith('part-')).sort()
      .flatMap(part => fs.readFileSync(path.join(this.written, name, part), 'utf8').split('\n').filter(line => line !== '')))
  }
}

function withVictim<R>(stream: string, master: string, f: (victim: Victim) => Promise<R>): Promise<R> {
  return withFolder(async folder => {
    const victim = new Victim(folder, stream, master)
    try { return await f(victim) } finally { await victim.kill() }
  })
}

/** Puts `count` records under 20 keys, one after another, and does something every so often. */
async function putAll(stream: string, count: number, every: number, between: (i: number) => Promise<void>): Promise<void> {
  for (let from = 0; from < count; from += 100) {
    await kinesis.put(stream, Array.from({ length: 100 }, (_, i) => ({ key: `key ${(from + i) % 20}`, data: `${(from + i) % 20}:${from + i}` })))
    if (from > 0 && from % every === 0) await between(from / every)
  }
}

/** Every record once, and those of a key in their order. */
function expectExactly(lines: readonly string[], count: number): void {
  expect(lines).toHaveLength(count)
  const byKey = new Map<string, number[]>()
  for (const line of lines) {
    const [key, number] = line.split(':') as [string, string]
    byKey.set(key, [...byKey.get(key) ?? [], Number(number)])
  }
  for (const [key, numbers] of byKey) expect(numbers).toEqual(Array.from({ length: count / 20 }, (_, i) => Number(key) + 20 * i))
}

const openShards = async (stream: string): Promise<string[]> => (await kinesis.shards(stream))
  .filter(({ SequenceNumberRange }) => SequenceNumberRange!.EndingSequenceNumber === undefined).map(({ ShardId }) => ShardId!)

describe.each(['local', 'local[2]'])('on %s', master => {
  test('killed six times while shards are split and merged', async () => {
    const stream = await kinesis.createStream(1)
    await withVictim(stream, master, async victim => {
      await victim.start()
      await putAll(stream, 12_000, 1_500, async i => {
        if (i % 2 === 1) {
          const [first] = await openShards(stream)
          await kinesis.split(stream, first!)
        } else {
          // Of those that lie side by side.
          const shards = (await kinesis.shards(stream)).filter(({ SequenceNumberRange }) => SequenceNumberRange!.EndingSequenceNumber === undefined)
          const [left] = shards
          const right = shards.find(({ HashKeyRange }) => BigInt(HashKeyRange!.StartingHashKey!) === BigInt(left!.HashKeyRange!.EndingHashKey!) + 1n
            || BigInt(HashKeyRange!.EndingHashKey!) + 1n === BigInt(left!.HashKeyRange!.StartingHashKey!))
          await kinesis.merge(stream, left!.ShardId!, right!.ShardId!)
        }
        if (i === 7) return
        const before = victim.lines().length
        await eventually(() => victim.lines().length > before, 30_000)
        await victim.kill()
        await victim.start()
      })
      await eventually(() => victim.lines().length >= 12_000, 60_000)
      await victim.kill()
      expectExactly(victim.lines(), 12_000)
    })
  })
})

test('Kinesis itself killed twice and started again', async () => {
  const stream = await kinesis.createStream(2)
  await withVictim(stream, 'local', async victim => {
    await victim.start()
    await putAll(stream, 6_000, 2_000, async () => {
      await eventually(() => victim.lines().length > 0, 30_000)
      await system.kill()
      await system.restart()
    })
    await eventually(() => victim.lines().length >= 6_000, 60_000)
    await victim.kill()
    expectExactly(victim.lines(), 6_000)
  })
})
