/** saveAsTextFiles: a folder of text for every batch, whole or not there. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'
import { failure, thrown } from '../../support/operator-cases'
import { Lives, numbered, type Life } from '../../support/lives'
import { quietly, withStreaming } from '../../support/streams'

describe.each(masters)('saveAsTextFiles on %s', master => {
  test('one folder a batch, one file a partition, empty batches too', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      const { sparkContext: sc } = ssc
      ssc.queueStream([sc.parallelize(['a', ['b', 1]], 2), sc.parallelize([], 1)])
        .saveAsTextFiles(path.join(folder, 'words'), 'txt')
      await ssc.start()
      await runBatches(2)
      expect(listing(folder)).toEqual([
        'words-1000.txt/', 'words-1000.txt/_SUCCESS', 'words-1000.txt/part-00000',
        'words-1000.txt/part-00001',
        'words-2000.txt/', 'words-2000.txt/_SUCCESS', 'words-2000.txt/part-00000',
      ])
      expect(['part-00000', 'part-00001'].map(
        part => fs.readFileSync(path.join(folder, 'words-1000.txt', part), 'utf8')))
          .toEqual(['a\n', '(b,1)\n'])
    }))
  })

  test('a folder of an earlier run is replaced whole', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      const old = path.join(folder, 'words-1000')
      fs.mkdirSync(old)
      fs.writeFileSync(path.join(old, 'part-00007'), 'old')
      ssc.queueStream([ssc.sparkContext.parallelize(['new'], 1)]).saveAsTextFiles(path.join(folder, 'words'))
      await ssc.start()
      await runBatches(1)
      expect(listing(folder)).toEqual(['words-1000/', 'words-1000/_SUCCESS', 'words-1000/part-00000'])
    }))
  })

  test('a batch that fails leaves nothing behind', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.queueStream([[1, 2]]).map(() => { throw new Error('boom') })
        .saveAsTextFiles(path.join(folder, 'words'))
      await ssc.start()
      await quietly(() => runBatches(1))
      expect(listing(folder)).toEqual([])
      expect(await failure(ssc.awaitTermination())).toMatchObject({
        at: expect.stringMatching(/^map at save-as-text-files/),
        message: expect.stringMatching(/saveAsTextFiles at save-as-text-files\.spec\.ts:\d+.*boom/),
      })
    }))
  })

  test('a prefix that is no string is refused at the call', async () => {
    await withStreaming(master, async ({ ssc }) => {
      expect(thrown(() => ssc.queueStream([[1]]).saveAsTextFiles(5 as never)).message)
        .toMatch(/the prefix must be a string/)
    })
  })
})

/** What a process leaves that dies while it writes the folder of a batch, by how far it got. */
const leftovers: Record<string, readonly string[]> = {
  'in the first partition': ['_temporary-local-1-0~words-2000/_attempt-0-3'],
  'before the folder has its name': ['_temporary-local-1-0~words-2000/part-00000', '_temporary-local-1-0~words-2000/_SUCCESS'],
  'when the folder has its name': ['words-2000/part-00000', 'words-2000/part-00007', 'words-2000/_SUCCESS'],
  'while it replaces the folder': ['_temporary-local-2-5~words-2000/part-00000', '_temporary-local-2-5~words-2000.old/part-00000'],
  'when it has replaced the folder': ['words-2000/part-00000', '_temporary-local-2-5~words-2000.old/part-00000'],
}

test.each(Object.entries(leftovers))('a process that dies %s: the batch is written again, and nothing else is left', async (_name, files) => {
  await withFolder(async folder => {
    const lives = new Lives()
    let life: Life | undefined
    let left: string | undefined
    const build = (ssc: StreamingContext): void => {
      const lines = numbered(ssc).transform(rdd => rdd.coalesce(1))
      lines.foreachRDD(async (_rdd, { milliseconds }) => { if (milliseconds === 2000) left ??= await life!.killed() })
      lines.saveAsTextFiles(path.join(folder, 'words'))
    }
    await lives.live(build, async running => {
      life = running
      await running.runBatches(2)
    })
    fs.rmSync(path.join(folder, 'words-2000'), { recursive: true })
    // Of another output, whose name ends alike, and of one that is being written.
    const others = ['_temporary-local-1-1~more-words-2000/part-00000', '_temporary-local-1-1~words-3000.old/part-00000']
    for (const file of [...files, ...others]) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      fs.writeFileSync(path.join(folder, file), 'left')
    }
    await lives.live(build, () => undefined, { directory: left!, atMs: 2000 })
    const of = (name: string): string[] => ['', '_SUCCESS', 'part-00000'].map(file => `${name}/${file}`)
    expect(listing(folder)).toEqual([...others.flatMap(file => [`${path.dirname(file)}/`, file]), ...of('words-1000'), ...of('words-2000')])
    expect(fs.readFileSync(path.join(folder, 'words-2000', 'part-00000'), 'utf8')).toBe('2\n')
  })
})
