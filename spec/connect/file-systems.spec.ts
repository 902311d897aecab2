/** Whole programs on file systems of a user's own: what takes a path takes theirs, in the driver and in threads. */
import { gzipSync } from 'node:zlib'
import type { DiskRules } from '../../lib/disk/disk'
import { openFileSystem } from '../../lib/disk/file-systems'
import { MemoryDisk } from '../../lib/disk/memory-disk'
import { registerFileSystem, Seconds, StreamingContext, type SparkContext } from '../../lib/index'
import { ManualClock } from '../../lib/testing/index'
import { masters, withSpark } from '../support/contexts'
import { quietly } from '../support/streams'

const kinds: [string, Partial<DiskRules>][] = [
  ['renames', { commit: 'rename', logs: 'append' }],
  ['renames, and is shared, as HDFS', { commit: 'rename', logs: 'put', isShared: true }],
  ['takes uploads, as S3', { commit: 'upload', logs: 'put', isShared: true }],
]

const add = (a: number, b: number): number => a + b

describe.each(kinds)('a file system that %s', (_name, rules) => {
  let disk: MemoryDisk
  let forget: () => void
  let nowMs = 1_000

  beforeEach(async () => {
    nowMs = 1_000
    disk = new MemoryDisk({ rules, nowMs: () => nowMs })
    forget = registerFileSystem('mem', () => disk)
    await disk.makeDirectory('/in')
  })
  afterEach(() => forget())

  const text = async (file: string): Promise<string> => Buffer.from(await disk.readFile(file)).toString()
  const put = async (file: string, content: string): Promise<void> => disk.put(file, file.endsWith('.gz') ? gzipSync(content) : Buffer.from(content))

  describe.each(masters)('on %s', master => {
    const run = <R>(f: (sc: SparkContext) => Promise<R>): Promise<R> => withSpark(master, f)

    test('is read by paths, globs, folders and lists, compressed or not, and counted before the first job', () => run(async sc => {
      await put('/in/a.txt', 'to be\nor not\n')
      await put('/in/b.txt.gz', 'to be\n')
      await put('/in/_hidden', 'no\n')
      expect(await sc.textFile('mem://host/in').collect()).toEqual(['to be', 'or not', 'to be'])
      expect(await sc.textFile('mem://host/i?/{a,x}.txt,mem:///in/*.gz').collect()).toEqual(['to be', 'or not', 'to be'])
      // reduceByKey asks for the number of partitions at once.
      const counts = sc.textFile('mem://host/in').flatMap(line => line.split(' ')).map(word => [word, 1]).reduceByKey(add)
      expect(new Map(await counts.collect())).toEqual(new Map([['to', 2], ['be', 2], ['or', 1], ['not', 1]]))
      expect(await sc.wholeTextFiles('mem://host/in/a.txt').collect()).toEqual([['mem://host/in/a.txt', 'to be\nor not\n']])
      expect(await sc.binaryRecords('mem://host/in/a.txt', 13).count()).toBe(1)
      await expect(sc.textFile('mem://host/none').count()).rejects.toMatchObject({ message: expect.stringContaining('Input path does not exist: mem://host/none') })
    }))

    test('takes outputs, whole, with _SUCCESS, and refuses those that are there', () => run(async sc => {
      const words = sc.parallelize(['b', 'a', 'c'], 2)
      await words.saveAsTextFile('mem://host/out')
      expect(await disk.list('/out')).toEqual(['_SUCCESS', 'part-00000', 'part-00001'])
      expect(await text('/out/part-00000') + await text('/out/part-00001')).toBe('b\na\nc\n')
      await expect(words.saveAsTextFile('mem://host/out')).rejects.toThrow('Output directory mem://host/out already exists')
      await words.saveAsTextFile('mem://host/zip', 'gzip')
      expect(await disk.list('/zip')).toEqual(['_SUCCESS', 'part-00000.gz', 'part-00001.gz'])
      expect(await sc.textFile('mem://host/zip').collect()).toEqual(['b', 'a', 'c'])
      await sc.parallelize([new Date(5), new Map([[1, 2]])], 2).saveAsObjectFile('mem://host/objects')
      expect(await sc.objectFile('mem://host/objects').collect()).toEqual([new Date(5), new Map([[1, 2]])])
      expect(await disk.list('/')).toEqual(['in', 'objects', 'out', 'zip'])
    }))

    test('has nothing of an output that failed', () => quietly(() => run(async sc => {
      const failing = sc.range(0, 40_000, 1, 2).map(x => {
        if (x === 39_999) throw new Error('no')
        return 'x'.repeat(100)
      })
      await expect(failing.saveAsTextFile('mem://host/out')).rejects.toThrow('no')
      expect(await disk.list('/')).toEqual(['in'])
      expect((disk.uploads as { count?: number } | undefined)?.count ?? 0).toBe(0)
    })))

    test('keeps checkpoints of RDDs', () => run(async sc => {
      sc.setCheckpointDir('mem://host/rdds')
      const squares = sc.parallelize([1, 2, 3], 2).map(x => x * x).checkpoint()
      expect(await squares.collect()).toEqual([1, 4, 9])
      expect(squares.getCheckpointFile()).toContain('mem://host/rdds/')
      expect(await squares.reduce(add)).toBe(14)
    }))

    test('feeds streams, takes what they write, and keeps their checkpoints: a program goes on from there', () => quietly(async () => {
      const build = (sc: SparkContext, clock: ManualClock) => StreamingContext.getOrCreate('mem://host/checkpoint', () => {
        const ssc = new StreamingContext(sc, Seconds(1), { clock })
        const words = ssc.textFileStream('mem://host/in').flatMap(line => line.split(' ')).map(word => [word, 1] as [string, number])
        words.updateStateByKey((counts, before: number | undefined) => counts.reduce(add, before ?? 0)).saveAsTextFiles('mem://host/counts', 'txt')
        return ssc
      })
      const life = async (atMs: number, batches: readonly (readonly [string, string] | undefined)[]): Promise<void> => run(async sc => {
        const clock = new ManualClock(atMs)
        const ssc = await build(sc, clock)
        expect(ssc.isRecovered).toBe(atMs > 1_000)
        await ssc.start()
        await ssc.idle()
        for (const file of batches) {
          nowMs = clock.now() + 500
          if (file !== undefined) await put(`/in/${file[0]}`, file[1])
          await clock.advance(1_000)
          await ssc.idle()
        }
        await ssc.stop({ stopSparkContext: false })
      })
      await life(1_000, [['a', 'x y'], undefined, ['b', 'x']])
      nowMs = 5_500
      await put('/in/c', 'y z')
      await life(7_000, [['d', 'x']])
      const folders = (await disk.list('/')).filter(name => name.startsWith('counts-'))
      expect(folders).toEqual([2_000, 3_000, 4_000, 5_000, 6_000, 7_000, 8_000].map(ms => `counts-${ms}.txt`))
      const countsAt = async (ms: number): Promise<string[]> => {
        const lines: string[] = []
        for (const name of await disk.list(`/counts-${ms}.txt`)) if (name.startsWith('part-')) lines.push(...(await text(`/counts-${ms}.txt/${name}`)).split('\n').filter(line => line !== ''))
        return lines.sort()
      }
      expect(await countsAt(2_000)).toEqual(['(x,1)', '(y,1)'])
      expect(await countsAt(4_000)).toEqual(['(x,2)', '(y,1)'])
      expect(await countsAt(6_000)).toEqual(['(x,2)', '(y,2)', '(z,1)'])
      expect(await countsAt(8_000)).toEqual(['(x,3)', '(y,2)', '(z,1)'])
      expect(await disk.list('/checkpoint')).not.toContain('lock')
    }))
  })
})

test('a scheme that nobody has is refused at the call, with those that there are', () => withSpark('local', async sc => {
  for (const call of [() => sc.textFile('nope://a/b'), () => sc.textFile('/tmp/a,nope://a'), () => sc.setCheckpointDir('nope://a')]) {
    expect(call).toThrow('No FileSystem for scheme "nope"')
  }
  const refused = await sc.parallelize([1]).saveAsTextFile('nope://a/b').catch(error => error as { hint?: string, at?: string })
  expect(refused).toMatchObject({ code: 'MR_ILLEGAL_ARGUMENT', at: expect.stringContaining('saveAsTextFile at') })
  expect((refused as { hint: string }).hint).toMatch(/Known are file, hdfs, s3, s3a, s3n, webhdfs/)
  expect(() => sc.textFile('s3://KEY:secret@bucket/a')).toThrow('must not have a user name or password in it')
}))

test('schemes are registered with a name and a function, and go again', () => {
  expect(() => registerFileSystem('file', () => new MemoryDisk())).toThrow('a scheme has two or more of')
  expect(() => registerFileSystem('A B', () => new MemoryDisk())).toThrow('a scheme has two or more of')
  expect(() => registerFileSystem('mine', 5 as never)).toThrow('needs a function')
  const forget = registerFileSystem('half', () => ({ rules: () => ({}), stat: async () => undefined }) as never)
  expect(() => openFileSystem('half', 'half://a')).toThrow('The file system of half:// has no readFile, openRead, openAppend')
  forget()
  expect(() => openFileSystem('half', 'half://a')).toThrow('No FileSystem for scheme "half"')
})

test('a file system that cannot look without waiting says what to do', () => withSpark('local', async sc => {
  const disk = new MemoryDisk()
  const slow = Object.create(disk, { lookSync: { value: undefined } }) as MemoryDisk
  const forget = registerFileSystem('slow', () => slow)
  await disk.put('/a', Buffer.from('x y\n'))
  expect(() => sc.textFile('slow:///a').map(line => [line, 1]).reduceByKey(add)).toThrow('cannot say at once how many files there are')
  expect(await sc.textFile('slow:///a').map(line => [line, 1] as [string, number]).reduceByKey(add, 2).collect()).toEqual([['x y', 1]])
  forget()
}))
