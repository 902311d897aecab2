/** saveAsTextFile: whole or not at all, and read back as it was written. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as zlib from 'node:zlib'
import { FileAlreadyExistsError, type SparkContext } from '../../../lib/index'
import { saveTextFile } from '../../../lib/rdd/saving/save-as-text-file'
import { masters, withSpark } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'

describe.each(masters)('saveAsTextFile on %s', master => {
  const inFolder = <R>(f: (sc: SparkContext, out: string) => Promise<R>, settings = {}): Promise<R> =>
    withFolder(folder => withSpark(master, sc => f(sc, path.join(folder, 'out')), settings))

  test('writes one file a partition with a line an element, and _SUCCESS', () => inFolder(async (sc, out) => {
    await sc.parallelize([['a', 1], [['b', 2], undefined], 'c', 4n, { x: 1 }], 3).saveAsTextFile(out)
    expect(listing(path.dirname(out))).toEqual(['out/', 'out/_SUCCESS', 'out/part-00000', 'out/part-00001', 'out/part-00002'])
    expect(fs.readFileSync(path.join(out, 'part-00000'), 'utf8')).toBe('(a,1)\n')
    expect(fs.readFileSync(path.join(out, 'part-00001'), 'utf8')).toBe('((b,2),None)\nc\n')
    expect(fs.readFileSync(path.join(out, 'part-00002'), 'utf8')).toBe('4\n{"x":1}\n')
    expect(await sc.textFile(out).collect()).toEqual(['(a,1)', '((b,2),None)', 'c', '4', '{"x":1}'])
  }))

  test('compresses with gzip, empty partitions too', () => inFolder(async (sc, out) => {
    await sc.parallelize(['ä'.repeat(1000)], 2).saveAsTextFile(out, 'gzip')
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000.gz', 'part-00001.gz'])
    expect(zlib.gunzipSync(fs.readFileSync(path.join(out, 'part-00000.gz'))).length).toBe(0)
    expect(zlib.gunzipSync(fs.readFileSync(path.join(out, 'part-00001.gz'))).toString()).toBe(`${'ä'.repeat(1000)}\n`)
    expect(await sc.textFile(out).collect()).toEqual(['ä'.repeat(1000)])
  }))

  test('writes many pieces, and an RDD without partitions', () => inFolder(async (sc, out) => {
    await sc.range(0, 200_000, 1, 2).saveAsTextFile(out)
    expect(await sc.textFile(out, 1).map(Number).collect()).toEqual(Array.from({ length: 200_000 }, (_, i) => i))
    await sc.emptyRDD().saveAsTextFile(`${out}2`)
    expect(listing(`${out}2`)).toEqual(['_SUCCESS'])
  }))

  test('refuses a folder that is there, before anything runs', () => inFolder(async (sc, out) => {
    let calls = 0
    const rdd = sc.parallelize([1]).map(x => {
      calls++
      return x
    })
    fs.mkdirSync(out)
    const failure: any = await rdd.saveAsTextFile(out).catch(error => error)
    expect(failure).toBeInstanceOf(FileAlreadyExistsError)
    expect(failure.message).toBe(`Output directory ${out} already exists`)
    expect(failure.at).toMatch(/^saveAsTextFile at save-as-text-file\.spec\.ts:\d+$/)
    expect(calls).toBe(0)
    expect(listing(out)).toEqual([])
  }))

  test('replaces the folder where that is asked for, or output checks are off', () => inFolder(async (sc, out) => {
    await sc.parallelize(['old'], 3).saveAsTextFile(out)
    await saveTextFile(sc.parallelize(['new'], 1), out, { replace: true })
    expect(listing(path.dirname(out))).toEqual(['out/', 'out/_SUCCESS', 'out/part-00000'])
    expect(await sc.textFile(out).collect()).toEqual(['new'])
  }).then(() => inFolder(async (sc, out) => {
    await sc.parallelize(['old'], 1).saveAsTextFile(out)
    await sc.parallelize(['new'], 1).saveAsTextFile(out)
    expect(await sc.textFile(out).collect()).toEqual(['new'])
  }, { 'spark.hadoop.validateOutputSpecs': 'false' })))

  test('leaves nothing behind when a task fails', () => inFolder(async (sc, out) => {
    const rdd = sc.parallelize([1, 2, 3, 4], 2).map(x => {
      if (x === 4) throw new Error('not four')
      return x
    })
    await expect(rdd.saveAsTextFile(out)).rejects.toThrow('not four')
    expect(listing(path.dirname(out))).toEqual([])
  }))

  test('says which output cannot be written, and why', () => inFolder(async (sc, out) => {
    fs.writeFileSync(out, 'a file')
    const inside = path.join(out, 'below')
    const failure: any = await sc.parallelize([1]).saveAsTextFile(inside).catch(error => error)
    expect(failure).toMatchObject({ code: 'MR_DISK', at: expect.stringContaining('saveAsTextFile at') })
    expect(failure.message).toContain(`saveAsTextFile cannot write to ${inside}`)
    await expect(sc.parallelize([1]).saveAsTextFile('')).rejects.toThrow('the output folder must be a path')
    await expect(sc.parallelize([1]).saveAsTextFile('nope://host/x')).rejects.toThrow('No FileSystem for scheme "nope"')
    await expect(sc.parallelize([1]).saveAsTextFile(`${out}x`, 'lzo' as never)).rejects.toThrow("the codec must be 'gzip'")
  }))
})

describe('attempts', () => {
  test('an attempt that failed half-way leaves no line in the output', () => withFolder(folder => withSpark('local[1,4]', async sc => {
    const out = path.join(folder, 'out')
    let failures = 2
    const rdd = sc.range(0, 100_000, 1, 2).map(x => {
      if (x === 49_999 && failures-- > 0) throw new Error('once more')
      return x
    })
    await rdd.saveAsTextFile(out)
    expect(listing(out)).toEqual(['_SUCCESS', 'part-00000', 'part-00001'])
    expect(await sc.textFile(out).map(Number).collect()).toEqual(Array.from({ length: 100_000 }, (_, i) => i))
  })))
})
