/** Logs of which every commit is a file, put if absent: the promises of the framed log hold there too, and one writer is enough. */
import { limits } from '../../lib/base/limits'
import { setLogLevel } from '../../lib/base/log'
import { Random } from '../../lib/base/random'
import { CrashingDisk } from '../../lib/disk/crashing-disk'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import { directory, entriesOf, entryText, openLog, payloadOf, written } from './log-kit'

beforeAll(() => setLogLevel('OFF'))
afterAll(() => setLogLevel('WARN'))

const rules = { logs: 'put' } as const

test('gives back what was appended, in order, from one file a commit', async () => {
  const disk = new MemoryDisk({ rules })
  const entries = await written(disk, 20)
  expect(await disk.list(directory)).toHaveLength(20)
  const again = await openLog(disk)
  expect(again.losses).toEqual([])
  expect(again.cut).toBeUndefined()
  expect(await entriesOf(again)).toEqual(entries)
  expect(await again.append(0, new Uint8Array(0))).toBe(21)
  expect(Buffer.from((await again.read(7)).payload)).toEqual(payloadOf(6))
  await again.close()
  expect(await entriesOf(await openLog(disk))).toEqual([...entries, '0:'])
})

test('entries appended together share a file', async () => {
  const disk = new MemoryDisk({ rules })
  const log = await openLog(disk)
  await Promise.all(Array.from({ length: 50 }, (_, n) => log.append(1, payloadOf(n))))
  expect((await disk.list(directory)).length).toBeLessThanOrEqual(2)
  expect(await entriesOf(await openLog(disk))).toEqual(Array.from({ length: 50 }, (_, n) => entryText(n)))
})

test('an empty log is a log', async () => {
  const disk = new MemoryDisk({ rules })
  const log = await openLog(disk)
  expect(await entriesOf(log)).toEqual([])
  expect(log.firstSequence).toBe(1)
  await log.close()
  expect(await entriesOf(await openLog(disk))).toEqual([])
})

test('old files go when many can', async () => {
  const disk = new MemoryDisk({ rules })
  const entries = await written(disk, 100)
  const log = await openLog(disk)
  expect(await log.truncateBefore(limits.logFilesRemovedMin)).toBe(0)
  expect(await log.truncateBefore(81)).toBe(80)
  expect(await disk.list(directory)).toHaveLength(21)
  expect(await entriesOf(log)).toEqual(entries.slice(80))
  expect(await entriesOf(await openLog(disk))).toEqual(entries.slice(80))
})

test('a file that is missing between others is damage', async () => {
  const disk = new MemoryDisk({ rules })
  await written(disk, 5)
  await disk.remove(`${directory}/${(await disk.list(directory))[2]!}`)
  await expect(openLog(disk)).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED', message: expect.stringContaining('entry 3 is lost') })
})

test('of two processes that go on with the same log, one is refused, and nothing acknowledged is lost', async () => {
  const disk = new MemoryDisk({ rules })
  const before = await written(disk, 3)
  const [one, two] = [await openLog(disk), await openLog(disk)]
  const acknowledged: string[] = []
  const append = async (log: typeof one, text: string): Promise<void> => {
    await log.append(2, Buffer.from(text))
    acknowledged.push(`2:${text}`)
  }
  await append(one, 'by one')
  await expect(append(two, 'by two')).rejects.toMatchObject({ code: 'MR_DISK', message: expect.stringContaining('two programs use the same folder') })
  expect(two.failure).toBeDefined()
  await append(one, 'by one again')
  expect(await entriesOf(await openLog(disk))).toEqual([...before, ...acknowledged])
})

test('keeps its promises when the power fails at any operation, three times in a row', async () => {
  for (let n = 1; n <= 60; n++) {
    const random = new Random(n)
    const disk = new CrashingDisk({ nowMs: () => 0, rules })
    const tried: string[] = []
    const acknowledged = new Set<number>()
    for (let failure = 0; failure < 3; failure++) {
      disk.haltAt(failure === 0 ? n : 1 + random.nextInt(60))
      try {
        const log = await openLog(disk)
        for (let round = 0; round < 4; round++) {
          const from = tried.length
          const texts = Array.from({ length: 1 + random.nextInt(3) }, (_, i) => entryText(from + i))
          tried.push(...texts)
          await Promise.all(texts.map(async (text, i) => {
            await log.append(1, Buffer.from(text.slice(2), 'latin1'))
            acknowledged.add(from + i)
          }))
        }
        await log.close()
      } catch (error) { expect((error as { code: string }).code).toBe('MR_DISK') }
      disk.crash(n * 7 + failure)
      const log = await openLog(disk)
      expect(log.losses).toEqual([])
      const found = await entriesOf(log)
      expect(found).toEqual(tried.slice(0, found.length))
      expect([...acknowledged].filter(one => one >= found.length)).toEqual([])
      expect((await disk.list(directory)).filter(name => name.endsWith('.tmp'))).toEqual([])
      tried.length = found.length
      found.forEach((_, one) => acknowledged.add(one))
    }
  }
})
