/**
 * Power failures at every operation of a log's life: nothing acknowledged is lost, nothing is read that was
 * not written.
 */
import { Random } from '../../lib/base/random'
import { setLogLevel } from '../../lib/base/log'
import type { FramedLog } from '../../lib/disk/framed-log'
import { CrashingDisk, directory, entriesOf, entryText, filesOf, openLog } from './log-kit'

beforeAll(() => setLogLevel('OFF'))
afterAll(() => setLogLevel('WARN'))

interface Life {
  /** Entries handed to append(), in order. */
  readonly tried: number[]
  /** Entries whose append() resolved. */
  readonly acknowledged: Set<number>
  /** Entries below this one were let go of. */
  truncatedBelow: number
}

const lengthOf = (n: number) => 20 + n * 37 % 900
const options = { segmentBytesMax: 6_000, commitBytesMax: 1_500 }

/** Appends, in groups of different sizes, rolls and truncates, until the disk fails. */
async function live(disk: CrashingDisk, random: Random, life: Life): Promise<FramedLog> {
  const log = await openLog(disk, options)
  const sequences = new Map<number, number>()
  for (let round = 0; round < 6; round++) {
    const group = Array.from({ length: 1 + random.nextInt(4) }, async () => {
      const n = life.tried.length
      life.tried.push(n)
      sequences.set(n, await log.append(1, Buffer.from(entryText(n, lengthOf(n)).slice(2), 'latin1')))
      life.acknowledged.add(n)
    })
    const failed = (await Promise.allSettled(group)).find(result => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    if (round === 3) {
      const n = life.tried.length - 1
      life.truncatedBelow = n
      await log.truncateBefore(sequences.get(n)!)
    }
  }
  if (random.nextInt(2) === 0) await log.close()
  return log
}

/** The log must hold a run of the tried entries: all acknowledged ones, none that was not tried, in order. */
function check(found: string[], life: Life): void {
  const texts = life.tried.map(n => entryText(n, lengthOf(n)))
  // Truncation keeps the segment of its sequence: an empty log never held anything durable.
  const begin = found.length === 0 ? 0 : texts.indexOf(found[0]!)
  expect(begin).toBeGreaterThanOrEqual(0)
  const missingAtFront = [...life.acknowledged].filter(n => n < begin && n >= life.truncatedBelow)
  expect(missingAtFront).toEqual([])
  expect(found).toEqual(texts.slice(begin, begin + found.length))
  const lost = [...life.acknowledged].filter(n => n >= begin + found.length)
  expect(lost).toEqual([])
}

/** Random seeds tried at each operation; nightly runs take more. */
const seeds = Number(process.env.MILLRACE_CRASH_SEEDS ?? 11)

describe('FramedLog on a disk that loses power', () => {
  it('keeps its promises at every operation, through three failures in a row', async () => {
    let crashes = 0
    for (let n = 1; n <= 60; n++) {
      for (let seed = 0; seed < seeds; seed++) {
        const random = new Random(n * 1_000 + seed)
        const disk = new CrashingDisk({ nowMs: () => 0 })
        const life: Life = { tried: [], acknowledged: new Set(), truncatedBelow: 0 }
        for (let failure = 0; failure < 3; failure++) {
          disk.haltAt(failure === 0 ? n : 1 + random.nextInt(50))
          await live(disk, random, life).catch(error => expect(error.code).toBe('MR_DISK'))
          disk.crash(seed * 7 + failure)
          crashes++
          const log = await openLog(disk, options)
          expect(log.losses).toEqual([])
          const found = await entriesOf(log)
          check(found, life)
          // What was found is durable now, acknowledged or not; what was not found never was.
          const begin = found.length === 0 ? 0 : life.tried.findIndex(one => entryText(one, lengthOf(one)) === found[0])
          life.tried.length = begin + found.length
          life.tried.forEach(one => life.acknowledged.add(one))
        }
      }
    }
    expect(crashes).toBe(180 * seeds)
  })

  it('acknowledges nothing after any failed operation, and is exact when it is started again', async () => {
    for (const errno of ['EIO', 'ENOSPC', 'EMFILE', 'EROFS']) {
      for (let n = 1; n <= 45; n++) {
        const random = new Random(n)
        const disk = new CrashingDisk({ nowMs: () => 0 })
        const life: Life = { tried: [], acknowledged: new Set(), truncatedBelow: 0 }
        disk.failAt(n, errno)
        const failed = await live(disk, random, life).then(() => undefined, error => error)
        if (failed !== undefined) expect(failed.code).toBe('MR_DISK')
        disk.crash(n)
        check(await entriesOf(await openLog(disk, options)), life)
      }
    }
  })

  it('makes durable what it finds after a killed process, before anyone acts on it', async () => {
    const disk = new CrashingDisk()
    const log = await openLog(disk)
    await log.append(1, Buffer.from('one'))
    const [name, bytes] = [...await filesOf(disk)][0]!
    for (let seed = 0; seed < 50; seed++) {
      const other = new CrashingDisk()
      await other.makeDirectory(directory)
      // Written, but not synced: the process was killed in between, and the system still has it.
      await (await other.openAppend(`${directory}/${name}`)).append(bytes)
      expect(await entriesOf(await openLog(other))).toEqual(['1:one'])
      other.crash(seed)
      expect(await entriesOf(await openLog(other))).toEqual(['1:one'])
    }
  })
})
