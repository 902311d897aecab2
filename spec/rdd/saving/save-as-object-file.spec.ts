/** saveAsObjectFile and objectFile: what goes in comes out, or the damage is named. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SparkContext } from '../../../lib/index'
import { saveObjectFile } from '../../../lib/rdd/saving/save-as-object-file'
import { masters, withSpark } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'

describe.each(masters)('saveAsObjectFile on %s', master => {
  const inFolder = <R>(f: (sc: SparkContext, out: string) => Promise<R>): Promise<R> =>
    withFolder(folder => withSpark(master, sc => f(sc, path.join(folder, 'out'))))

  test('gives values of every kind back', () => inFolder(async (sc, out) => {
    const values: unknown[] = ['text', 1.5, NaN, -0, 10n ** 30n, null, undefined, true, new Date(0), Uint8Array.of(1, 2), ['pair', 1],
      { __proto__: null, nested: { x: [1, 'a'] } }, new Map([['k', new Set([1])]])]
    await sc.parallelize(values, 3).saveAsObjectFile(out)
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000', 'part-00001', 'part-00002'])
    const read = await sc.objectFile(out).collect()
    expect(read).toEqual(values)
    expect(Object.is(read[3], -0)).toBe(true)
    expect(sc.objectFile(out).getNumPartitions()).toBe(3)
  }))

  test('writes many chunks', () => inFolder(async (sc, out) => {
    await sc.range(0, 100_000, 1, 2).map(x => [x, `value ${x}`]).saveAsObjectFile(out)
    expect(await sc.objectFile<[number, string]>(out).filter(([k, v]) => v !== `value ${k}`).count()).toBe(0)
    expect(await sc.objectFile(out).count()).toBe(100_000)
  }))

  test('refuses a folder that is there, and replaces it when told to', () => inFolder(async (sc, out) => {
    await sc.parallelize([1]).saveAsObjectFile(out)
    await expect(sc.parallelize([2]).saveAsObjectFile(out)).rejects.toThrow(`Output directory ${out} already exists`)
    await saveObjectFile(sc.parallelize([3]), out, { replace: true })
    expect(await sc.objectFile(out).collect()).toEqual([3])
  }))

  test('a damaged or foreign file is refused with its name', () => inFolder(async (sc, out) => {
    await sc.parallelize(['abc'.repeat(100)], 1).saveAsObjectFile(out)
    const part = path.join(out, 'part-00000')
    const bytes = fs.readFileSync(part)
    bytes[bytes.length >>> 1]! ^= 1
    fs.writeFileSync(part, bytes)
    await expect(sc.objectFile(out).collect()).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED', message: expect.stringContaining(part) })
    fs.writeFileSync(part, 'plain text')
    await expect(sc.objectFile(out).collect()).rejects.toMatchObject({ code: 'MR_INPUT_DAMAGED' })
    await expect(sc.objectFile(`${out}-none`).count()).rejects.toThrow('Input path does not exist')
  }))
})
