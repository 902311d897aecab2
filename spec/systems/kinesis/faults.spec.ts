/** A program that reads Kinesis while shards are split and merged, and that is killed, and Kinesis too: every record exactly once. */
import * as path from 'node:path'
import { Kinesalite } from '../../connect/kinesis/kinesalite'
import { eventually } from '../../support/eventually'
import { startKinesalite, type System } from '../support/index'
import { withVictim, type Victim } from '../support/victim'

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

/** A program that writes what it reads of a stream. */
const withReader = <R>(stream: string, master: string, f: (victim: Victim) => Promise<R>): Promise<R> => (
  withVictim(path.join(__dirname, 'program.js'), [kinesis.endpoint, stream, master], f))

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
    await withReader(stream, master, async victim => {
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
  await withReader(stream, 'local', async victim => {
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
