import * as zlib from 'node:zlib'
import { gzipBytes, gzipBytesSync, isGzipPath, readTextChunks, type TextRange } from '../../lib/codec/gzip'
import { MemoryDisk } from '../../lib/disk/memory-disk'

async function read(file: string, bytes: Uint8Array, range?: TextRange): Promise<Buffer> {
  const disk = new MemoryDisk()
  await (await disk.openAppend(file)).append(bytes)
  const chunks: Uint8Array[] = []
  for await (const chunk of readTextChunks(disk, file, range)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const text = Buffer.from(Array.from({ length: 200_000 }, (_, n) => `line ${n * 7919 % 10_007}\n`).join(''))

describe('readTextChunks', () => {
  it('reads a plain file, whole or a range of it', async () => {
    expect((await read('/a.txt', text)).equals(text)).toBe(true)
    expect((await read('/a.txt', text, { offset: 1_000_000, length: 1_500_000 })).equals(text.subarray(1_000_000, 2_500_000))).toBe(true)
    expect((await read('/a.txt', text, { offset: text.length - 5, length: 100 })).equals(text.subarray(-5))).toBe(true)
    expect((await read('/a.txt', text, { offset: text.length + 5 })).length).toBe(0)
    expect((await read('/a.txt', text, { length: 0 })).length).toBe(0)
    expect((await read('/a.txt', new Uint8Array(0))).length).toBe(0)
  })

  it('decompresses by name, several members too', async () => {
    const bytes = await gzipBytes(text)
    expect(bytes.length).toBeLessThan(text.length / 2)
    expect((await read('/a.txt.gz', bytes)).equals(text)).toBe(true)
    expect((await read('/A.GZ', gzipBytesSync(text))).equals(text)).toBe(true)
    expect((await read('/b.gz', Buffer.concat([gzipBytesSync(text), gzipBytesSync(Buffer.from('x'))]))).equals(Buffer.concat([text, Buffer.from('x')]))).toBe(true)
    expect((await read('/c.gz', gzipBytesSync(new Uint8Array(0)))).length).toBe(0)
    expect((await read('/c.txt', bytes)).equals(Buffer.from(bytes))).toBe(true)
    expect([isGzipPath('a.gz'), isGzipPath('a.gzip'), isGzipPath('gz')]).toEqual([true, false, false])
  })

  it('refuses a file that is cut, changed, or no gzip, with its name', async () => {
    const bytes = Buffer.from(gzipBytesSync(text.subarray(0, 3_000)))
    for (let end = 1; end < bytes.length; end += 7) {
      await expect(read('/a.gz', bytes.subarray(0, end))).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED', message: expect.stringContaining('/a.gz is not a whole gzip file: ') })
    }
    for (let at = 10; at < bytes.length; at += 11) {
      const changed = Buffer.from(bytes)
      changed[at]! ^= 0x10
      await expect(read('/a.gz', changed)).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED' })
    }
    await expect(read('/a.gz', text)).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED', message: expect.stringContaining('incorrect header check') })
    expect(zlib.gunzipSync(bytes).length).toBe(3_000)
  })

  it('does not cut a compressed file into ranges', async () => {
    await expect(read('/a.gz', gzipBytesSync(text), { offset: 5 })).rejects.toMatchObject({
      code: 'MR_ILLEGAL_ARGUMENT', message: '/a.gz is compressed and cannot be read from byte 5: only whole',
    })
  })

  it('passes on what the disk says, and lets go when the reader stops early', async () => {
    const disk = new MemoryDisk()
    await expect(readTextChunks(disk, '/none.gz').next()).rejects.toMatchObject({ code: 'MR_DISK', kind: 'not found' })
    await (await disk.openAppend('/a.gz')).append(gzipBytesSync(text))
    for await (const chunk of readTextChunks(disk, '/a.gz')) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
  })
})
