/** saveAsTextFiles: a folder of text for every batch, whole or not there. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { masters } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'
import { failure, thrown } from '../../support/operator-cases'
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
