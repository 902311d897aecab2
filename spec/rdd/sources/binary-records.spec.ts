/** binaryRecords: flat files cut into records of one length, never across a record. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { masters, withSpark } from '../../support/contexts'
import { withFolder } from '../../support/folders'

describe.each(masters)('binaryRecords on %s', master => {
  test('gives the records in order', () => withFolder(folder => withSpark(master, async sc => {
    const bytes = Uint8Array.from({ length: 60 }, (_, i) => i)
    fs.writeFileSync(path.join(folder, 'flat'), bytes)
    const records = await sc.binaryRecords(path.join(folder, 'flat'), 6).collect()
    expect(records).toEqual(Array.from({ length: 10 }, (_, i) => bytes.slice(i * 6, i * 6 + 6)))
    expect(records[1]!.buffer.byteLength).toBe(6)
    fs.writeFileSync(path.join(folder, 'empty'), '')
    expect(await sc.binaryRecords(path.join(folder, 'empty'), 6).collect()).toEqual([])
  })))

  test('cuts large files between records', () => withFolder(folder => withSpark(master, async sc => {
    const length = 999
    const count = 40 * 1024 * 1024 / length | 0
    fs.writeFileSync(path.join(folder, 'large'), Buffer.alloc(count * length, 1))
    const rdd = sc.binaryRecords(path.join(folder, 'large'), length)
    expect(rdd.getNumPartitions()).toBe(2)
    expect(await rdd.filter(record => record.length === length).count()).toBe(count)
  })))

  test('refuses a file of another length, and lengths that are none', () => withFolder(folder => withSpark(master, async sc => {
    fs.writeFileSync(path.join(folder, 'odd'), Buffer.alloc(10))
    await expect(sc.binaryRecords(path.join(folder, 'odd'), 4).collect()).rejects.toMatchObject({
      code: 'MR_INPUT_DAMAGED', message: expect.stringContaining('Byte array does not have correct length'),
    })
    for (const length of [0, -1, 1.5, NaN]) expect(() => sc.binaryRecords(folder, length)).toThrow('recordLength must be a whole number')
  })))
})
