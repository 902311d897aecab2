import { limits } from '../../../lib/base/limits'
import { Random } from '../../../lib/base/random'
import { CrashingDisk } from '../../../lib/disk/crashing-disk'
import type { Disk } from '../../../lib/disk/disk'
import { MemoryDisk } from '../../../lib/disk/memory-disk'
import { valuesOf, type HeldBlock, type LoggedBlock } from '../../../lib/streaming/receivers/block'
import { entriesOf } from '../../../lib/streaming/receivers/received-entry'
import { ReceivedLog } from '../../../lib/streaming/receivers/received-log'
import { withLog } from '../../support/logged'

const block = (...values: unknown[]): HeldBlock => ({ kind: 'values', values, records: values.length, bytes: 8 * values.length })
const append = (log: ReceivedLog, ...values: unknown[]): Promise<LoggedBlock[]> => log.append(entriesOf(block(...values)))
const open = (disk: Disk): Promise<ReceivedLog> => ReceivedLog.open(disk, '/received/stream-0')
const contents = async (blocks: readonly LoggedBlock[]): Promise<unknown[]> =>
  (await Promise.all(blocks.map(each => each.read()))).flatMap(each => [...valuesOf(each)])

test('what had no batch is found again in the next run, once, as the recovered batches say', async () => {
  const disk = new MemoryDisk()
  const log = await open(disk)
  const blocks = (await Promise.all([append(log, 1), append(log, 2, 3), append(log, 4)])).flat()
  for (const each of blocks) log.queued(each)
  log.allocated(1_000, blocks.slice(0, 2))
  expect(log.throughAt(1_000)).toBe(blocks[1]!.sequence)

  const recovered = await open(disk)
  recovered.restoreBatch(1_000, log.throughAt(1_000))
  expect(await contents([recovered.foundBlock(blocks[1]!.sequence)!])).toEqual([2, 3])
  expect(recovered.foundBlock(99)).toBeUndefined()
  expect(recovered.throughAt(1_000)).toBe(blocks[1]!.sequence)
  const waiting = recovered.takeUnallocated()
  expect(waiting.map(({ of, records, bytes, memory }) => [of, records, bytes, memory])).toEqual([['values', 1, 8, undefined]])
  expect(await contents(waiting)).toEqual([4])
})

test('processed blocks leave the memory when there are too many, the oldest first, and can be read again', async () => {
  const log = await open(new MemoryDisk())
  const half = Math.ceil(limits.loggedBlocksBytesMax / 2)
  const sized = async (name: string): Promise<LoggedBlock> => {
    const [logged] = await log.append(entriesOf({ kind: 'values', values: [name], records: 1, bytes: half }))
    return logged!
  }
  const [a, b, c] = [await sized('a'), await sized('b'), await sized('c')]
  log.release(a)
  log.release(b)
  expect([a, b, c].map(each => each.memory !== undefined)).toEqual([true, true, true])
  log.release(c)
  expect([a, b, c].map(each => each.memory !== undefined)).toEqual([false, true, true])
  expect(await contents([a])).toEqual(['a'])
  log.forget(b)
  log.release(await sized('d'))
  expect([a, b, c].map(each => each.memory !== undefined)).toEqual([false, false, true])
})

test('cleaning removes whole files of which no kept batch needs anything, and nothing else', async () => {
  const disk = new MemoryDisk()
  const directory = '/received/x'
  const log = await ReceivedLog.open(disk, directory, { segmentBytesMax: 64 * 1024 })
  const blocks: LoggedBlock[] = []
  for (let batch = 1; batch <= 6; batch++) {
    const appended = await append(log, Buffer.alloc(24 * 1024, batch))
    blocks.push(...appended)
    log.allocated(batch * 1_000, appended)
  }
  const files = async (): Promise<number> => (await disk.list(directory)).length
  expect(await files()).toBe(3)
  await log.clean(2_000)
  expect(await files()).toBe(3)
  await log.clean(4_000)
  expect(await files()).toBe(2)
  expect((await contents(blocks.slice(3))).map(bytes => (bytes as Buffer)[0])).toEqual([4, 5, 6])
  expect([log.throughAt(3_000), log.throughAt(5_000)]).toEqual([blocks[2]!.sequence, blocks[4]!.sequence])
  // No batch is kept: what still waits is.
  const waiting = await append(log, 'waits')
  await log.clean(Number.POSITIVE_INFINITY)
  expect(await contents(waiting)).toEqual(['waits'])
})

test('a log that ends before what was acknowledged is refused', async () => {
  const disk = new MemoryDisk()
  await append(await open(disk), 1)
  await withLog(() => expect(ReceivedLog.open(disk, '/received/stream-0', { atLeastSequence: 9 })).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' }))
})

test('through crashes at every operation, what was acknowledged is there again, once, and in order', () => withLog(async () => {
  const failures: string[] = []
  for (let seed = 0; seed < 150; seed++) {
    const disk = new CrashingDisk()
    const random = new Random(seed)
    const acknowledged: number[] = []
    let written = 0
    let batches = new Map<number, readonly number[]>()
    let through = new Map<number, number>()
    for (let run = 0; run < 3; run++) {
      disk.haltAt(1 + random.nextInt(60))
      try {
        const log = await open(disk)
        for (const [batchMs, last] of through) log.restoreBatch(batchMs, last)
        let waiting = log.takeUnallocated()
        for (let batch = 0; batch < 4; batch++) {
          for (let i = 0; i < 3; i++) {
            const value = written++
            waiting.push(...await append(log, value))
            acknowledged.push(value)
          }
          const batchMs = (run * 10 + batch) * 1_000
          const had = waiting
          waiting = []
          const values = (await contents(had)) as number[]
          log.allocated(batchMs, had)
          batches = new Map([...batches, [batchMs, values]])
          through = new Map([...through, [batchMs, log.throughAt(batchMs)]])
        }
      } catch { /* The power has failed. */ }
      disk.crash(seed * 10 + run)
    }
    const log = await open(disk)
    for (const [batchMs, last] of through) log.restoreBatch(batchMs, last)
    const all = [...batches.values()].flat().concat(await contents(log.takeUnallocated()) as number[])
    const lost = acknowledged.filter(value => !all.includes(value))
    if (lost.length > 0 || new Set(all).size !== all.length) failures.push(`seed ${seed}: lost ${lost}, got ${all}`)
    if (all.some((value, i) => i > 0 && value <= all[i - 1]!)) failures.push(`seed ${seed}: not in order: ${all}`)
  }
  expect(failures).toEqual([])
}, 'OFF'))
