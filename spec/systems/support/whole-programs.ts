/** Whole programs on a real file system, as one body that HDFS and S3 run: read, write, stream, recover, inline and in threads. */
import { gzipSync } from 'node:zlib'
import { allFiles } from '../../../lib/disk/files'
import { setFileSystemSettings } from '../../../lib/disk/file-systems'
import { joinPath } from '../../../lib/disk/paths'
import { Seconds, SparkConf, SparkContext, StreamingContext } from '../../../lib/index'
import { ManualClock } from '../../../lib/testing/index'
import { quietly } from '../../support/streams'

const add = (a: number, b: number): number => a + b

export interface Place {
  /** An empty folder. */
  readonly root: string
  /** Settings of the contexts that use it. */
  readonly settings: Readonly<Record<string, string>>
}

export function describePrograms(name: string, make: () => Promise<Place>): void {
  describe.each(['local', 'local[2]'])(`programs on ${name}, on %s`, master => {
    let root: string
    let settings: Readonly<Record<string, string>>
    const at = (...names: string[]): string => joinPath(root, ...names)
    const put = async (file: string, content: string | Uint8Array): Promise<void> => allFiles.put(at(file), Buffer.from(content))

    beforeEach(async () => {
      ({ root, settings } = await make())
      setFileSystemSettings(Object.entries(settings))
      await allFiles.makeDirectory(at('in'))
    })

    async function run<R>(f: (sc: SparkContext) => Promise<R>): Promise<R> {
      const sc = new SparkContext(new SparkConf().setMaster(master).setAppName('spec').setAll(Object.entries(settings)))
      try { return await f(sc) } finally { await sc.stop() }
    }

    test('reads paths, globs and folders, and counts partitions before the first job', () => run(async sc => {
      await put('in/a.txt', 'to be\nor not\n')
      await put('in/b.txt.gz', gzipSync('to be\n'))
      await put('in/_hidden', 'no\n')
      const counts = sc.textFile(at('in')).flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey(add)
      expect(new Map(await counts.collect())).toEqual(new Map([['to', 2], ['be', 2], ['or', 1], ['not', 1]]))
      expect(await sc.textFile(`${at('i?')}/{a,x}.txt,${at('in')}/*.gz`).collect()).toEqual(['to be', 'or not', 'to be'])
      expect((await sc.wholeTextFiles(at('in')).collect()).map(([file]) => file)).toEqual([at('in', 'a.txt'), at('in', 'b.txt.gz')])
      expect(() => sc.textFile(at('none')).map(line => [line, 1]).reduceByKey(add)).toThrow('Input path does not exist')
      await expect(sc.textFile(at('none')).count()).rejects.toMatchObject({ code: 'MR_INPUT_NOT_FOUND' })
    }))

    test('cuts large files into partitions at line ends', () => run(async sc => {
      const lines = Array.from({ length: 60_000 }, (_, i) => `${i} ${'x'.repeat(i % 97)}`)
      await put('in/large', lines.join('\n'))
      const rdd = sc.textFile(at('in', 'large'), 5)
      expect(rdd.getNumPartitions()).toBeGreaterThanOrEqual(5)
      expect(await rdd.collect()).toEqual(lines)
    }))

    test('takes outputs whole, with _SUCCESS last, and nothing of what failed', () => quietly(() => run(async sc => {
      const words = sc.parallelize(Array.from({ length: 1_000 }, (_, i) => `word ${i}`), 3)
      await words.saveAsTextFile(at('out'), 'gzip')
      expect(await allFiles.list(at('out'))).toEqual(['_SUCCESS', 'part-00000.gz', 'part-00001.gz', 'part-00002.gz'])
      expect(await sc.textFile(at('out')).collect()).toEqual(await words.collect())
      await expect(words.saveAsTextFile(at('out'))).rejects.toThrow('already exists')
      await words.map(word => new Map([[word, 1n]])).saveAsObjectFile(at('objects'))
      expect(await sc.objectFile(at('objects')).count()).toBe(1_000)
      const failing = sc.range(0, 50_000, 1, 2).map(x => {
        if (x === 49_999) throw new Error('no')
        return 'x'.repeat(100)
      })
      await expect(failing.saveAsTextFile(at('failed'))).rejects.toThrow('no')
      expect(await allFiles.list(root)).toEqual(['in', 'objects', 'out'])
    })))

    test('streams, with states and a checkpoint from which the program goes on', () => quietly(async () => {
      // Files have the times of the other system: the stream's clock runs ahead of it, and the window looks back.
      const zeroMs = Math.ceil(Date.now() / 1_000) * 1_000 + 5_000
      const life = (startMs: number, isRecovered: boolean, batches: readonly (readonly [string, string] | undefined)[]): Promise<void> => run(async sc => {
        const clock = new ManualClock(startMs)
        const ssc = await StreamingContext.getOrCreate(at('checkpoint'), () => {
          const fresh = new StreamingContext(sc, Seconds(1), { clock })
          const words = fresh.fileStream(at('in'), { newFilesOnly: false }).flatMap(line => line.split(' ')).map(word => [word, 1] as [string, number])
          words.updateStateByKey((counts, before: number | undefined) => counts.reduce(add, before ?? 0)).saveAsTextFiles(at('counts'), 'txt')
          return fresh
        })
        expect(ssc.isRecovered).toBe(isRecovered)
        await ssc.start()
        await ssc.idle()
        for (const file of batches) {
          if (file !== undefined) await put(`in/${file[0]}`, file[1])
          await clock.advance(1_000)
          await ssc.idle()
        }
        await ssc.stop({ stopSparkContext: false })
      })
      const countsAt = async (batch: number): Promise<string[]> => {
        const folder = at(`counts-${zeroMs + batch * 1_000}.txt`)
        const lines: string[] = []
        const names = await allFiles.list(folder)
        expect(names).toContain('_SUCCESS')
        for (const each of names) lines.push(...Buffer.from(await allFiles.readFile(joinPath(folder, each))).toString().split('\n').filter(line => line !== ''))
        return lines.sort()
      }
      await life(zeroMs, false, [['a', 'x y'], undefined, ['b', 'x']])
      await put('in/c', 'y z')
      await life(zeroMs + 6_000, true, [['d', 'x']])
      expect(await countsAt(1)).toEqual(['(x,1)', '(y,1)'])
      expect(await countsAt(3)).toEqual(['(x,2)', '(y,1)'])
      expect(await countsAt(7)).toEqual(['(x,3)', '(y,2)', '(z,1)'])
      expect(await allFiles.list(at('checkpoint'))).not.toContain('lock')
    }))
  })
}
