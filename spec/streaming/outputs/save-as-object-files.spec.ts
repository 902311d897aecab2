/** saveAsObjectFiles: a folder for every batch that objectFile reads back as it was. */
import * as path from 'node:path'
import { masters } from '../../support/contexts'
import { listing, withFolder } from '../../support/folders'
import { withStreaming } from '../../support/streams'

describe.each(masters)('saveAsObjectFiles on %s', master => {
  test('what was saved is read back, batch by batch', async () => {
    await withFolder(folder => withStreaming(master, async ({ ssc, runBatches }) => {
      const elements = ['a', ['b', 1], { x: [1n, null] }, new Date(5)]
      ssc.queueStream<unknown>([elements, []]).saveAsObjectFiles(path.join(folder, 'objects'), 'bin')
      await ssc.start()
      await runBatches(2)
      expect(listing(folder).filter(name => name.endsWith('/')))
        .toEqual(['objects-1000.bin/', 'objects-2000.bin/'])
      const { sparkContext: sc } = ssc
      expect(await sc.objectFile(path.join(folder, 'objects-1000.bin')).collect()).toEqual(elements)
      expect(await sc.objectFile(path.join(folder, 'objects-2000.bin')).collect()).toEqual([])
    }))
  })
})
