import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { FrameWriter, appendFrameSync, readFrameSync, readFrames } from '../../lib/codec/frames'
import { decodeValues, encodeValues } from '../../lib/codec/values'
import { CrashingDisk } from '../../lib/disk/crashing-disk'
import type { Disk } from '../../lib/disk/disk'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import { ScratchFile } from '../../lib/disk/scratch'

async function write(disk: Disk, file: string, frames: Uint8Array[]): Promise<void> {
  const writer = new FrameWriter(await disk.openAppend(file))
  for (const frame of frames) await writer.write(frame)
  await writer.close()
}

async function read(disk: Disk, file: string): Promise<Buffer[]> {
  const frames: Buffer[] = []
  for await (const frame of readFrames(disk, file)) frames.push(Buffer.from(frame))
  return frames
}

async function readBytes(bytes: Uint8Array): Promise<Buffer[]> {
  const disk = new MemoryDisk()
  await (await disk.openAppend('/f')).append(bytes)
  return read(disk, '/f')
}

const frames = ['one', '', 'three', 'x'.repeat(5_000)].map(text => Buffer.from(text))

async function sample(): Promise<Buffer> {
  const disk = new MemoryDisk()
  await write(disk, '/f', frames)
  return Buffer.from(await disk.readFile('/f'))
}

describe('readFrames', () => {
  it('gives what FrameWriter was given', async () => {
    const disk = new MemoryDisk()
    await write(disk, '/a', frames)
    expect(await read(disk, '/a')).toEqual(frames)
    await write(disk, '/empty', [])
    expect(await read(disk, '/empty')).toEqual([])
    const large = [Buffer.alloc(3_000_000, 'a'), Buffer.alloc(1_048_576 - 8, 'b'), Buffer.alloc(1, 'c')]
    await write(disk, '/large', large)
    expect((await read(disk, '/large')).map((frame, i) => frame.equals(large[i]!))).toEqual([true, true, true])
    await write(disk, '/values', [encodeValues([1, 'x']), encodeValues([{ a: new Map() }])])
    expect((await read(disk, '/values')).flatMap(decodeValues)).toEqual([1, 'x', { a: new Map() }])
  })

  it('keeps random frames', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), async payloads => {
      const disk = new MemoryDisk()
      await write(disk, '/f', payloads)
      expect(await read(disk, '/f')).toEqual(payloads.map(payload => Buffer.from(payload)))
    }), { numRuns: 50 })
  })

  it('refuses every cut, with file and offset', async () => {
    const bytes = await sample()
    for (let end = 0; end < bytes.length; end += end < 60 || end > bytes.length - 40 ? 1 : 97) {
      await expect(readBytes(bytes.subarray(0, end))).rejects.toMatchObject({
        code: 'MR_INPUT_DAMAGED', message: expect.stringMatching(/^\/f is damaged at byte \d+: /),
      })
    }
  })

  it('refuses every flipped bit', async () => {
    const bytes = await sample()
    for (let bit = 0; bit < bytes.length * 8; bit += bit < 500 || bit > bytes.length * 8 - 200 ? 1 : 331) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      await expect(readBytes(flipped)).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED' })
    }
  })

  it('refuses frames taken out, doubled, and bytes after the end', async () => {
    const bytes = await sample()
    const first = 16
    const second = first + 8 + 3
    await expect(readBytes(Buffer.concat([bytes.subarray(0, first), bytes.subarray(second)]))).rejects.toThrow('4 frames were written but 3 are there')
    await expect(readBytes(Buffer.concat([bytes.subarray(0, second), bytes.subarray(first)]))).rejects.toThrow('4 frames were written but 5 are there')
    await expect(readBytes(Buffer.concat([bytes, Buffer.from('x')]))).rejects.toThrow('bytes follow its closing frame')
    await expect(readBytes(Buffer.from('some text that is long enough'))).rejects.toThrow('/f is damaged at byte 0: it is not an object file of Millrace')
    const newer = Buffer.from(bytes)
    newer.writeUInt32LE(2, 8)
    await expect(readBytes(newer)).rejects.toThrow('it has format version 2, this Millrace reads 1')
  })

  it('refuses a frame beyond the limit, written or read', async () => {
    const disk = new MemoryDisk()
    const writer = new FrameWriter(await disk.openAppend('/f'))
    await expect(writer.write(new Uint8Array(64 * 1024 * 1024 + 1))).rejects.toMatchObject({ code: 'MR_LIMIT' })
    const bytes = await sample()
    bytes.writeUInt32LE(0xFFFFFFF0, 16)
    await expect(readBytes(bytes)).rejects.toThrow('/f is damaged at byte 16: a frame of 4294967280 bytes cannot be')
  })

  it('closes its file when the reader stops early', async () => {
    const disk = new MemoryDisk()
    await write(disk, '/f', frames)
    for await (const frame of readFrames(disk, '/f')) {
      expect(Buffer.from(frame).toString()).toBe('one')
      break
    }
    await expect(read(disk, '/none')).rejects.toMatchObject({ code: 'MR_DISK', kind: 'not found' })
  })

  it('never reads a file that a crash left unfinished as whole', async () => {
    for (let n = 1; n < 12; n++) {
      for (let seed = 0; seed < 20; seed++) {
        const disk = new CrashingDisk()
        disk.haltAt(n)
        const isDone = await write(disk, '/f', frames).then(() => true, () => false)
        disk.crash(seed)
        const found = await read(disk, '/f').catch(error => expect(error.code).toMatch(/MR_INPUT_DAMAGED|MR_DISK/))
        if (found !== undefined) expect(found).toEqual(frames)
        expect(isDone).toBe(n > 8)
      }
    }
  })
})

describe('readFrameSync', () => {
  let root: string
  beforeEach(() => { root = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-spec-')) })
  afterEach(() => fs.rmSync(root, { recursive: true }))

  it('gives back what was spilled, in any order, and refuses what is not it', () => {
    const file = new ScratchFile(root)
    const places = frames.map(frame => appendFrameSync(file, frame))
    for (const i of [3, 0, 2, 1]) expect(Buffer.from(readFrameSync(file, places[i]!))).toEqual(frames[i])
    for (const wrong of [{ offset: 1, length: 11 }, { offset: 0, length: 10 }, { offset: 0, length: 4 }, { offset: 1e6, length: 20 }]) {
      expect(() => readFrameSync(file, wrong)).toThrow(expect.objectContaining({ code: 'MR_INPUT_DAMAGED' }))
    }
    expect(() => appendFrameSync(file, new Uint8Array(64 * 1024 * 1024 + 1))).toThrow(expect.objectContaining({ code: 'MR_LIMIT' }))
    file.remove()
    expect(() => readFrameSync(file, places[0]!)).toThrow(expect.objectContaining({ code: 'MR_DISK' }))
  })
})
