import { crc32 } from '../../lib/base/crc32'
import { setLogLevel } from '../../lib/base/log'
import {
  MemoryDisk, diskWith, directory, entriesOf, entryText, filesOf, openLog, opened, payloadOf, written,
} from './log-kit'

beforeAll(() => setLogLevel('OFF'))
afterAll(() => setLogLevel('WARN'))

const first = '0000000000000001.log'
const headerBytes = 4096

async function filesWith(count: number, options: Parameters<typeof written>[2] = {}) {
  const disk = new MemoryDisk()
  const entries = await written(disk, count, options)
  return { entries, files: await filesOf(disk) }
}

/** Where each frame of a segment's bytes begins. */
function frameOffsets(bytes: Buffer): number[] {
  const offsets: number[] = []
  for (let at = headerBytes; at < bytes.length; at += 17 + bytes.readUInt32LE(at)) offsets.push(at)
  return offsets
}

describe('FramedLog with a torn tail', () => {
  it('goes on from every cut of its last three frames, with what is whole before the cut', async () => {
    const { entries, files } = await filesWith(8)
    const bytes = files.get(first)!
    const offsets = [...frameOffsets(bytes), bytes.length]
    for (let end = offsets[5]!; end < bytes.length; end++) {
      const whole = offsets.filter(offset => offset <= end).length - 1
      const found = await opened(new Map([[first, bytes.subarray(0, end)]]))
      expect(found.entries).toEqual(entries.slice(0, whole))
      if (offsets.includes(end)) expect(found.cut).toBeUndefined()
      else expect(found.cut).toMatchObject({ file: `/log/${first}`, offset: offsets[whole], bytes: end - offsets[whole]! })
      await found.log!.append(1, payloadOf(99))
      await found.log!.close()
      expect(await entriesOf(await openLog(found.disk))).toEqual([...entries.slice(0, whole), entryText(99)])
    }
  })

  it('cuts tails of zeros, garbage and repeated frames', async () => {
    const { entries, files } = await filesWith(6)
    const bytes = files.get(first)!
    const offsets = frameOffsets(bytes)
    const garbage = Buffer.from(Array.from({ length: 700 }, (_, i) => (i * 7919 + 13) % 256))
    const tails = [Buffer.alloc(1), Buffer.alloc(512), Buffer.alloc(4096), garbage, bytes.subarray(offsets[5]), bytes.subarray(offsets[3])]
    for (const tail of tails) {
      const found = await opened(new Map([[first, Buffer.concat([bytes, tail])]]))
      expect(found.entries).toEqual(entries)
      expect(found.cut).toMatchObject({ offset: bytes.length, bytes: tail.length })
      const again = await openLog(found.disk)
      expect(again.cut).toBeUndefined()
      expect(await entriesOf(again)).toEqual(entries)
    }
  })

  it('cuts a group whose sectors came in another order: nothing of it was acknowledged', async () => {
    const disk = new MemoryDisk()
    const entries = await written(disk, 3)
    const log = await openLog(disk)
    const before = (await filesOf(disk)).get(first)!.length
    await Promise.all([4, 5, 6].map(n => log.append(1, payloadOf(n, 600))))
    const bytes = (await filesOf(disk)).get(first)!
    bytes.fill(0, before, before + 512)
    const found = await opened(new Map([[first, bytes]]))
    expect(found.entries).toEqual(entries)
    expect(found.cut).toMatchObject({ offset: before, bytes: bytes.length - before })
  })

  it('removes a segment that was never finished, at every length of its header', async () => {
    const { entries, files } = await filesWith(4)
    const header = files.get(first)!.subarray(0, headerBytes)
    for (const length of [0, 1, 8, 15, 100, 4095]) {
      const found = await opened(new Map([...files, ['0000000000000005.log', header.subarray(0, length)]]))
      expect(found.entries).toEqual(entries)
      expect(found.cut).toMatchObject({ offset: 0, reason: 'its header was never finished' })
      expect(await found.disk.list(directory)).toEqual([first])
      const alone = await opened(new Map([[first, header.subarray(0, length)]]))
      expect(alone.entries).toEqual([])
    }
  })

  it('refuses a damaged frame before a segment that was never finished: it was synced before that was begun', async () => {
    const { files } = await filesWith(4)
    const bytes = files.get(first)!
    bytes[bytes.length - 1]! ^= 1
    const found = await opened(new Map([...files, ['0000000000000005.log', Buffer.alloc(0)]]))
    expect(found).toMatchObject({ code: 'MR_LOG_DAMAGED', message: expect.stringContaining('entry 4 is lost') })
  })
})

describe('FramedLog with damage', () => {
  it('notices every single flipped bit: refuses it, or cuts the tail and says so, and never reads a wrong value', async () => {
    const { entries, files } = await filesWith(6)
    const bytes = files.get(first)!
    const offsets = frameOffsets(bytes)
    for (let bit = 0; bit < bytes.length * 8; bit += bit < headerBytes * 8 ? 37 : 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const found = await opened(new Map([[first, flipped]]))
      if (bit >> 3 >= offsets.at(-1)!) {
        expect(found.entries).toEqual(entries.slice(0, -1))
        expect(found.cut).toMatchObject({ offset: offsets.at(-1) })
      } else {
        const offset = bit >> 3 < headerBytes ? 0 : offsets.findLast(one => one <= bit >> 3)!
        const isVersion = bit >> 3 >= 8 && bit >> 3 < 12
        expect(found.code).toBe('MR_LOG_DAMAGED')
        if (!isVersion) expect(found.message).toContain(`/log/${first} at byte ${offset}: `)
      }
    }
  })

  it('refuses every flipped bit of a log that was closed in order, but for those of its closing mark', async () => {
    const { entries, files } = await filesWith(3, { isClosed: true })
    const bytes = files.get(first)!
    const mark = frameOffsets(bytes).at(-1)!
    for (let bit = headerBytes * 8; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      const found = await opened(new Map([[first, flipped]]))
      if (bit >> 3 >= mark) expect(found.entries).toEqual(entries)
      else expect(found.code).toBe('MR_LOG_DAMAGED')
    }
  })

  it('refuses bytes taken out, and bytes put in, before the last group', async () => {
    const { files } = await filesWith(6)
    const bytes = files.get(first)!
    const offsets = frameOffsets(bytes)
    for (const at of [offsets[1]!, offsets[2]! + 5, offsets[4]! - 1]) {
      const shorter = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 3)])
      const longer = Buffer.concat([bytes.subarray(0, at), Buffer.from('abc'), bytes.subarray(at)])
      const wholeFrame = Buffer.concat([bytes.subarray(0, offsets[2]), bytes.subarray(offsets[3])])
      for (const changed of [shorter, longer, wholeFrame]) {
        expect(await opened(new Map([[first, changed]]))).toMatchObject({ code: 'MR_LOG_DAMAGED' })
      }
    }
  })

  it('says which entries are lost', async () => {
    const { files } = await filesWith(6)
    const bytes = files.get(first)!
    const offsets = frameOffsets(bytes)
    bytes.fill(0xAA, offsets[1]! + 3, offsets[3]! + 3)
    expect((await opened(files)).message).toBe(
      'The log is damaged in a way that no crash explains: ' +
      `/log/${first} at byte ${offsets[1]}: frame 2 is cut off or its checksum does not match; entries 2 to 4 are lost`)
  })

  it('refuses a missing, renamed, doubled or foreign segment', async () => {
    const { entries, files } = await filesWith(14, { segmentBytesMax: 4_220 })
    const names = [...files.keys()]
    expect(names.length).toBe(4)
    const without = (...gone: string[]) => new Map([...files].filter(([name]) => !gone.includes(name)))
    expect((await opened(files)).entries).toEqual(entries)
    expect((await opened(without(names[0]!))).message).toContain('the first segment is missing; entries 1 to 5 are lost')
    expect((await opened(without(names[1]!))).message).toMatch(/the next segment, is missing; entries 6 to \d are lost/)
    expect((await opened(without(names[1]!, names[2]!))).message).toMatch(/entries 6 to 1\d are lost/)
    const renamed = new Map([...without(names[1]!), ['0000000000000007.log', files.get(names[1]!)!]])
    expect((await opened(renamed)).message).toBe(`/log/0000000000000007.log was renamed: by its header it is ${names[1]}`)
    const { files: others } = await filesWith(14, { applicationId: 'other', segmentBytesMax: 4_220 })
    const foreign = new Map([...files, [names[3]!, others.get(names[3]!)!]])
    expect((await opened(foreign)).message).toContain("'other'")
    const { files: single } = await filesWith(3)
    const { files: rolled } = await filesWith(14, { segmentBytesMax: 4_220 })
    const extra = new Map([...single, [names[1]!, rolled.get(names[1]!)!]])
    expect((await opened(extra)).code).toBe('MR_LOG_DAMAGED')
    const { files: longer } = await filesWith(8)
    const overlapping = new Map([...longer, [names[1]!, rolled.get(names[1]!)!]])
    expect((await opened(overlapping, { acceptLoss: true })).message).toContain('does not belong to this log')
  })

  it('refuses a cut in a segment that is not the last, at a frame as well', async () => {
    const { files } = await filesWith(14, { segmentBytesMax: 4_220 })
    const bytes = files.get(first)!
    const offsets = frameOffsets(bytes)
    for (const end of [offsets[4]!, offsets[4]! + 1, offsets[1]!, headerBytes, headerBytes - 1, 0]) {
      const found = await opened(new Map([...files, [first, bytes.subarray(0, end)]]))
      expect(found).toMatchObject({ code: 'MR_LOG_DAMAGED', message: expect.stringMatching(/to 5 are lost|entry 5 is lost/) })
    }
  })

  it('refuses another version by its number, with acceptLoss too', async () => {
    const { files } = await filesWith(7, { segmentBytesMax: 4_220 })
    const name = [...files.keys()][1]!
    const bytes = files.get(name)!
    bytes.writeUInt32LE(2, 8)
    bytes.writeUInt32LE(crc32(bytes.subarray(16, headerBytes), crc32(bytes.subarray(0, 12))), 12)
    for (const acceptLoss of [false, true]) {
      expect((await opened(files, { acceptLoss })).message).toBe(
        `/log/${name} has format version 2, and this Millrace reads version 1`)
    }
  })

  it('leaves other files alone', async () => {
    const { entries, files } = await filesWith(3)
    const found = await opened(new Map([...files, ['notes.txt', Buffer.from('x')], ['1.log', Buffer.from('y')]]))
    expect(found.entries).toEqual(entries)
    expect(await found.disk.list(directory)).toEqual([first, '1.log', 'notes.txt'])
  })

  it('finishes a truncation that a crash interrupted, whichever files it had removed', async () => {
    const disk = new MemoryDisk()
    await written(disk, 20, { segmentBytesMax: 4_220 })
    const before = await filesOf(disk)
    const log = await openLog(disk, { segmentBytesMax: 4_220 })
    expect(await log.truncateBefore(14)).toBe(3)
    const kept = await entriesOf(log)
    const after = await filesOf(disk)
    const removed = [...before.keys()].filter(name => !after.has(name))
    for (let some = 0; some < 8; some++) {
      const back = removed.filter((_, index) => (some >> index & 1) === 1)
      const found = await opened(new Map([...after, ...back.map(name => [name, before.get(name)!] as const)]))
      expect(found.entries).toEqual(kept)
      expect(await found.disk.list(directory)).toEqual([...after.keys()])
    }
  })

  it('does not return an entry that changed since the log was opened', async () => {
    const { files } = await filesWith(3)
    const disk = await diskWith(files)
    const log = await openLog(disk)
    await disk.truncate(`/log/${first}`, headerBytes + 10)
    await expect(log.read(1)).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED', message: expect.stringContaining('changed since') })
    await expect(entriesOf(log)).rejects.toMatchObject({ code: 'MR_LOG_DAMAGED' })
  })
})

describe('FramedLog that goes on without what is lost', () => {
  it('reads every other entry, says what is lost, opens again without being told, and keeps the damaged file', async () => {
    const { entries, files } = await filesWith(14, { segmentBytesMax: 4_220 })
    const names = [...files.keys()]
    const offsets = frameOffsets(files.get(first)!)
    const damages: [string, (copy: Map<string, Buffer>) => void, number[]][] = [
      ['a frame', copy => { copy.get(first)![offsets[1]! + 20]! ^= 4 }, [2]],
      ['two frames', copy => { copy.get(first)!.fill(7, offsets[1]! + 2, offsets[2]! + 4) }, [2, 3]],
      ['two places', copy => { copy.get(first)![offsets[0]! + 4]! ^= 1; copy.get(first)![offsets[3]!]! ^= 1 }, [1, 4]],
      ['the header', copy => { copy.get(first)![20]! ^= 1 }, []],
      ['the header of the last', copy => { copy.get(names[3]!)![20]! ^= 1 }, []],
      ['the end of a segment', copy => { copy.set(first, copy.get(first)!.subarray(0, offsets[3]! + 9)) }, [4, 5]],
      ['a segment', copy => { copy.delete(names[1]!) }, range(6, Number(names[2]!.slice(0, 16)) - 1)],
      ['the first segment', copy => { copy.delete(first) }, [1, 2, 3, 4, 5]],
      ['all of a segment', copy => { copy.set(first, Buffer.alloc(5_000)) }, [1, 2, 3, 4, 5]],
    ]
    for (const [what, damage, lost] of damages) {
      const copy = new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]))
      damage(copy)
      expect([what, (await opened(copy)).code]).toEqual([what, 'MR_LOG_DAMAGED'])
      const found = await opened(copy, { acceptLoss: true })
      const rest = entries.filter((_, index) => !lost.includes(index + 1))
      expect([what, found.entries]).toEqual([what, rest])
      expect(found.losses!.length).toBeGreaterThan(0)
      expect(new Set(found.losses!.flatMap(loss => range(loss.firstSequence, loss.lastSequence)))).toEqual(new Set(lost))
      await found.log!.append(1, payloadOf(50))
      const again = await openLog(found.disk)
      expect(await entriesOf(again)).toEqual([...rest, entryText(50)])
      for (const sequence of lost) await expect(again.read(sequence)).rejects.toMatchObject({ code: 'MR_ILLEGAL_STATE' })
      const damagedFiles = (await found.disk.list(directory)).filter(name => name.endsWith('.damaged'))
      expect([what, damagedFiles.length]).toEqual([what, copy.size === files.size || what === 'a segment' ? 1 : 0])
    }
  })

  it('cuts a torn tail in the same step', async () => {
    const { entries, files } = await filesWith(5)
    const bytes = files.get(first)!
    bytes[frameOffsets(bytes)[1]! + 20]! ^= 4
    const found = await opened(new Map([[first, bytes.subarray(0, bytes.length - 1)]]), { acceptLoss: true })
    expect(found.entries).toEqual([entries[0], entries[2], entries[3]])
    expect(found.cut).toMatchObject({ reason: 'frame 5 is cut off or its checksum does not match' })
    expect(await found.log!.append(1, payloadOf(9))).toBe(5)
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}
