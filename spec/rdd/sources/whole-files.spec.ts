/** wholeTextFiles and binaryFiles: one element a file. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

describe.each(masters)('whole files on %s', master => {
  test('text comes with its path, whole, decompressed, in order', () => withFolder(folder => withSpark(master, async sc => {
    fs.writeFileSync(path.join(folder, 'b.txt'), 'two\nlines\r\n')
    fs.writeFileSync(path.join(folder, 'a.txt'), '')
    fs.writeFileSync(path.join(folder, 'c.gz'), zlib.gzipSync('zipped'))
    fs.writeFileSync(path.join(folder, '_SUCCESS'), '')
    expect(await sc.wholeTextFiles(folder, 3).collect()).toEqual([
      [path.join(folder, 'a.txt'), ''], [path.join(folder, 'b.txt'), 'two\nlines\r\n'], [path.join(folder, 'c.gz'), 'zipped'],
    ])
  })))

  test('small files share partitions', () => withFolder(folder => withSpark(master, async sc => {
    for (let i = 0; i < 10; i++) fs.writeFileSync(path.join(folder, `f${i}`), 'x'.repeat(100))
    expect(sc.wholeTextFiles(folder, 1).getNumPartitions()).toBe(1)
    expect(sc.wholeTextFiles(folder, 5).getNumPartitions()).toBe(5)
    expect(await sc.wholeTextFiles(folder, 4).count()).toBe(10)
    expect(sc.wholeTextFiles(folder, 4).getNumPartitions()).toBeLessThanOrEqual(4)
  })))

  test('bytes come as they are', () => withFolder(folder => withSpark(master, async sc => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    fs.writeFileSync(path.join(folder, 'bytes'), bytes)
    fs.writeFileSync(path.join(folder, 'zipped.gz'), zlib.gzipSync('x'))
    const [first, second] = await sc.binaryFiles(folder, 2).collect()
    expect(first).toEqual([path.join(folder, 'bytes'), bytes])
    expect(Buffer.isBuffer(first![1])).toBe(false)
    expect(zlib.gunzipSync(second![1]).toString()).toBe('x')
  })))

  test('a missing path fails the action', () => withFolder(folder => withSpark(master, async sc => {
    await expect(sc.wholeTextFiles(path.join(folder, 'none')).count()).rejects.toThrow('Input path does not exist')
    await expect(sc.binaryFiles(path.join(folder, 'none')).count()).rejects.toThrow('Input path does not exist')
    expect(() => sc.binaryFiles(' ')).toThrow('Can not create a Path from an empty string')
  })))
})
