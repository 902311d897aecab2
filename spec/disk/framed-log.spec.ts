import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { setLogLevel } from '../../lib/base/log'
import { FramedLog } from '../../lib/disk/framed-log'
import { realDisk } from '../../lib/disk/real-disk'
import type { Disk } from '../../lib/disk/disk'
import {
  CrashingDisk, MemoryDisk, directory, entriesOf, entryText, filesOf, openLog, opened, payloadOf, written,
} from './log-kit'

beforeAll(() => setLogLevel('OFF'))
afterAll(() => setLogLevel('WARN'))

/** A memory disk that counts its syncs of files. */
class CountingDisk extends MemoryDisk {
  syncs = 0
  protected override synced(): void { this.syncs++ }
}

const bodies: [string, () => Promise<{ disk: Disk, directory: string }>][] = [
  ['MemoryDisk', async () => ({ disk: new MemoryDisk(), directory: '/log' })],
  ['CrashingDisk', async () => ({ disk: new CrashingDisk(), directory: '/log' })],
  ['realDisk', async () => ({ disk: realDisk, directory: path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-')), 'log') })],
]

describe.each(bodies)('FramedLog on %s', (name, make) => {
  let disk: Disk
  let folder: string

  beforeEach(async () => { ({ disk, directory: folder } = await make()) })
  afterEach(() => { if (name === 'realDisk') fs.rmSync(path.dirname(folder), { recursive: true, force: true }) })

  it('gives back what was appended, in order, after it is opened again', async () => {
    const log = await FramedLog.open(disk, folder)
    const sequences: number[] = []
    for (let n = 0; n < 20; n++) sequences.push(await log.append(n % 112, payloadOf(n)))
    expect(sequences).toEqual(sequences.map((_, n) => n + 1))
    expect(await entriesOf(log)).toEqual(sequences.map((_, n) => `${n % 112}:${payloadOf(n).toString('latin1')}`))
    const before = await entriesOf(log)
    await log.close()
    const again = await FramedLog.open(disk, folder)
    expect(await entriesOf(again)).toEqual(before)
    expect(again.cut).toBeUndefined()
    expect(again.losses).toEqual([])
    expect(again.applicationId).toBe(log.applicationId)
    expect(await again.append(0, new Uint8Array(0))).toBeGreaterThan(20)
    await again.close()
  })

  it('rolls segments, reads one entry, and lets go of old segments whole', async () => {
    const log = await FramedLog.open(disk, folder, { segmentBytesMax: 8_192 })
    for (let n = 0; n < 100; n++) await log.append(1, payloadOf(n, 300))
    expect((await disk.list(folder)).length).toBe(9)
    expect(Buffer.from((await log.read(37)).payload)).toEqual(payloadOf(36, 300))
    expect(await log.truncateBefore(1)).toBe(0)
    expect(await log.truncateBefore(50)).toBe(4)
    expect(log.firstSequence).toBeLessThanOrEqual(50)
    const kept = await entriesOf(log)
    expect(kept.at(-1)).toBe(entryText(99, 300))
    expect(kept).toContain(entryText(49, 300))
    await expect(log.read(1)).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE', message: expect.stringContaining('has no entry 1') })
    await expect(log.read(101)).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE' })
    await log.close()
    const again = await FramedLog.open(disk, folder)
    expect(await entriesOf(again)).toEqual(kept)
    expect(await again.truncateBefore(1_000)).toBe(4)
    await again.append(2, payloadOf(0))
    await again.close()
  })
})

describe('FramedLog', () => {
  it('shares one sync among entries appended together, and among those that come during a commit', async () => {
    const disk = new CountingDisk()
    const log = await openLog(disk)
    const before = disk.syncs
    await Promise.all(Array.from({ length: 1_000 }, (_, n) => log.append(1, payloadOf(n))))
    expect(disk.syncs - before).toBe(1)
    expect((await entriesOf(log)).length).toBe(1_000)
  })

  it('commits at the latest when the bytes of a group are reached', async () => {
    const disk = new CountingDisk()
    const log = await openLog(disk, { commitBytesMax: 1_000 })
    const before = disk.syncs
    await Promise.all(Array.from({ length: 100 }, (_, n) => log.append(1, payloadOf(n, 83))))
    expect(disk.syncs - before).toBe(10)
  })

  it('waits for its interval between commits, unless a group is full or the log is closed', async () => {
    const disk = new CountingDisk()
    let nowMs = 1_000
    const waiting: { atMs: number, run: () => unknown }[] = []
    const clock = {
      now: () => nowMs,
      schedule: (atMs: number, run: () => unknown) => {
        const timer = { atMs, run }
        waiting.push(timer)
        return { cancel: () => { waiting.splice(waiting.indexOf(timer), 1) } }
      },
    }
    const log = await openLog(disk, { clock, commitIntervalMs: 5, commitBytesMax: 1_000 })
    await log.append(1, payloadOf(0))
    nowMs -= 3_600_000
    const before = disk.syncs
    const second = log.append(1, payloadOf(1))
    const third = log.append(1, payloadOf(2))
    await new Promise(setImmediate)
    expect(disk.syncs).toBe(before)
    expect(waiting.map(timer => timer.atMs - nowMs)).toEqual([5])
    nowMs += 5
    waiting.shift()!.run()
    await Promise.all([second, third])
    expect(disk.syncs).toBe(before + 1)
    const small = log.append(1, payloadOf(3))
    await new Promise(setImmediate)
    expect(waiting.length).toBe(1)
    await Promise.all([log.append(1, payloadOf(4, 1_000)), small])
    expect(waiting.length).toBe(0)
    const last = log.append(1, payloadOf(5))
    await new Promise(setImmediate)
    await log.close()
    await last
    expect(waiting.length).toBe(0)
  })

  it('copies what is appended: the caller may use its buffer again at once', async () => {
    const log = await openLog(new MemoryDisk())
    const buffer = Buffer.from('abc')
    const done = log.append(1, buffer)
    buffer.fill(0)
    await done
    expect(await entriesOf(log)).toEqual(['1:abc'])
  })

  it('reads only what was durable when reading began, while entries are appended', async () => {
    const log = await openLog(new MemoryDisk())
    for (let n = 0; n < 3; n++) await log.append(1, payloadOf(n))
    let seen = 0
    for await (const _ of log.frames()) {
      seen++
      await log.append(1, payloadOf(9))
    }
    expect(seen).toBe(3)
    const from: number[] = []
    for await (const { sequence } of log.frames(5)) from.push(sequence)
    expect(from).toEqual([5, 6])
  })

  it('goes on reading while old segments are removed', async () => {
    const log = await openLog(new MemoryDisk(), { segmentBytesMax: 5_000 })
    for (let n = 0; n < 30; n++) await log.append(1, payloadOf(n, 200))
    const seen: number[] = []
    for await (const { sequence } of log.frames()) {
      seen.push(sequence)
      if (sequence === 2) await log.truncateBefore(20)
    }
    expect(seen.at(-1)).toBe(30)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen).toContain(20)
  })

  it('refuses kinds, sizes and amounts beyond their limits', async () => {
    const log = await openLog(new MemoryDisk())
    expect(() => log.append(112, payloadOf(1))).toThrow('0 to 111')
    expect(() => log.append(-1, payloadOf(1))).toThrow('0 to 111')
    const huge = new Uint8Array(64 * 1024 * 1024 + 1)
    await expect(log.append(1, huge)).rejects.toMatchObject({ code: 'MR_LIMIT', message: expect.stringContaining('frameBytesMax') })
    const waiting = Array.from({ length: 4 }, () => log.append(1, huge.subarray(0, 64 * 1024 * 1024 - 1_000)))
    await expect(log.append(1, payloadOf(1, 5_000))).rejects.toMatchObject({ code: 'MR_LIMIT', message: expect.stringContaining('waitingBytesMax') })
    await Promise.all(waiting)
    await log.append(1, payloadOf(1, 5_000))
  })

  it('takes nothing after close', async () => {
    const log = await openLog(new MemoryDisk())
    const last = log.append(1, payloadOf(1))
    await log.close()
    await log.close()
    await last
    await expect(log.append(1, payloadOf(2))).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE', message: 'The log /log is closed' })
  })

  it('belongs to one application', async () => {
    const disk = new MemoryDisk()
    await written(disk, 2)
    expect((await FramedLog.open(disk, directory)).applicationId).toBe('spec')
    await expect(openLog(disk, { applicationId: 'other' })).rejects.toMatchObject({
      code: 'MR_LOG_DAMAGED', message: "/log/0000000000000001.log belongs to the application 'spec', not to 'other'",
    })
  })

  it('notices that it ends before what was acknowledged', async () => {
    const disk = new MemoryDisk()
    const entries = await written(disk, 3)
    expect((await opened(await filesOf(disk), { atLeastSequence: 3 })).entries).toEqual(entries)
    const refused = await opened(await filesOf(disk), { atLeastSequence: 5 })
    expect(refused.message).toContain('entries 4 to 5 are lost')
    const accepted = await opened(await filesOf(disk), { atLeastSequence: 5, acceptLoss: true })
    expect(accepted.entries).toEqual(entries)
    expect(await accepted.log!.append(1, payloadOf(0))).toBe(6)
    const none = await opened(new Map(), { atLeastSequence: 2 })
    expect(none.message).toContain('entries 1 to 2 are lost')
    const anew = await opened(new Map(), { atLeastSequence: 2, acceptLoss: true })
    expect(await anew.log!.append(1, payloadOf(0))).toBe(3)
  })
})

describe('FramedLog when the disk fails', () => {
  it.each([['a write', 1, 'ENOSPC'], ['a sync', 2, 'EIO']])('is dead after %s failed: nothing more is acknowledged', async (_, n, errno) => {
    const disk = new CrashingDisk()
    const log = await openLog(disk)
    await log.append(1, payloadOf(0))
    disk.failAt(n, errno)
    const results = await Promise.allSettled([log.append(1, payloadOf(1)), log.append(1, payloadOf(2))])
    expect(results.map(result => result.status)).toEqual(['rejected', 'rejected'])
    const operations = disk.operationCount
    await expect(log.append(1, payloadOf(3))).rejects.toMatchObject({ code: 'MR_DISK', message: expect.stringContaining('takes no more entries') })
    await expect(log.truncateBefore(100)).resolves.toBe(0)
    expect(log.failure).toMatchObject({ code: 'MR_DISK' })
    await log.close()
    expect(disk.operationCount).toBe(operations)
    const again = await openLog(disk)
    expect((await entriesOf(again))[0]).toBe(entryText(0))
    await again.append(1, payloadOf(4))
    await again.close()
  })

  it('dies when a new segment cannot be made', async () => {
    for (let n = 1; n <= 4; n++) {
      const disk = new CrashingDisk()
      const log = await openLog(disk, { segmentBytesMax: 4_200 })
      await log.append(1, payloadOf(0, 90))
      disk.failAt(n, 'EMFILE')
      await expect(log.append(1, payloadOf(1, 90))).rejects.toMatchObject({ code: 'MR_DISK', message: expect.stringContaining('too many open files') })
      await expect(log.append(1, payloadOf(2, 90))).rejects.toBe(log.failure)
      await log.close()
      expect(await entriesOf(await openLog(disk))).toEqual([entryText(0, 90)])
    }
  })

  it('does not open when the disk refuses, at any operation, and opens exactly afterwards', async () => {
    const prepared = new MemoryDisk()
    const entries = await written(prepared, 5, { segmentBytesMax: 4_200 })
    const files = await filesOf(prepared)
    files.set('0000000000000006.log', Buffer.alloc(100))
    for (let n = 1; ; n++) {
      const disk = new CrashingDisk()
      await disk.makeDirectory(directory)
      for (const [name, bytes] of files) await (await disk.openAppend(`${directory}/${name}`)).append(bytes)
      disk.failAt(n, 'EIO')
      const log = await openLog(disk).catch(error => { expect(error).toMatchObject({ code: 'MR_DISK' }) })
      if (log !== undefined && n > 3) break
      expect(await entriesOf(await openLog(disk))).toEqual(entries)
    }
  })
})
