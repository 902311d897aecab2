import * as fs from 'node:fs'
import * as path from 'node:path'
import { Seconds, StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { withLog } from '../../support/logged'
import { withStreaming, type StreamRun } from '../../support/streams'

interface Folders {
  /** Puts a file with its own name as its line into the stream's folder, modified at `second`. */
  readonly put: (name: string, second: number) => string
  /** Runs the program, recovered where the checkpoint says so, from `second` on. */
  readonly run: (second: number, body: (run: StreamRun & { readonly batches: [number, string[]][] }) => Promise<void>) => Promise<void>
  /** From here on the checkpoint is what a process that is killed now leaves. */
  readonly kill: () => void
}

function withFolders(master: string, body: (folders: Folders) => Promise<void>, { newFilesOnly = true, window = 1 } = {}): Promise<void> {
  return withFolder(async folder => {
    const incoming = path.join(folder, 'incoming')
    fs.mkdirSync(incoming)
    let checkpoint = path.join(folder, 'checkpoint')
    let left = checkpoint
    await body({
      put(name, second) {
        const file = path.join(incoming, name)
        fs.writeFileSync(path.join(folder, name), `${name}\n`)
        fs.utimesSync(path.join(folder, name), second + 0.0005, second + 0.0005)
        fs.renameSync(path.join(folder, name), file)
        return file
      },
      async run(second, f) {
        checkpoint = left
        await withStreaming(master, async run => {
          const { ssc, clock } = run
          await clock.set(second * 1_000)
          const batches: [number, string[]][] = []
          const files = ssc.fileStream(incoming, { newFilesOnly }).window(Seconds(window))
          files.foreachRDD(async (rdd, time) => { batches.push([time.milliseconds / 1_000, (await rdd.collect()).sort()]) })
          await StreamingContext.getOrCreate(checkpoint, () => ssc)
          await ssc.start()
          await ssc.idle()
          await f({ ...run, batches })
        })
      },
      kill() {
        left = `${checkpoint}+`
        fs.cpSync(checkpoint, left, { recursive: true })
      },
    })
  })
}

describe.each(masters)('file streams that recover, on %s', master => {
  test('files that came while the program was down are in one batch each, those that had a batch in no other', () => withFolders(master, async ({ put, run, kill }) => {
    put('before the start', 99)
    await run(100, async ({ runBatches, batches }) => {
      put('a', 100.5)
      await runBatches(2)
      put('b', 102.2)
      expect(batches).toEqual([[101, ['a']], [102, []]])
      kill()
    })
    put('c', 103.5)
    put('late, but within the window', 101.5)
    await run(105, async ({ runBatches, batches }) => {
      put('d', 105.5)
      await runBatches(1)
      expect(batches).toEqual([[103, ['b', 'late, but within the window']], [104, ['c']], [105, []], [106, ['d']]])
      kill()
    })
    await run(106, async ({ runBatches, batches }) => {
      await runBatches(1)
      expect(batches).toEqual([[107, []]])
    })
  }))

  test('a start that died before its first batch counts as the start', () => withFolders(master, async ({ put, run, kill }) => {
    put('before', 99)
    await run(100, async () => kill())
    put('after', 100.5)
    await run(102, async ({ runBatches, batches }) => {
      await runBatches(1)
      expect(batches).toEqual([[101, ['after']], [102, []], [103, []]])
    })
  }))

  test('with old files too, each is still in one batch', () => withFolders(master, async ({ put, run, kill }) => {
    put('old', 95)
    await run(100, async ({ runBatches }) => {
      await runBatches(1)
      kill()
    })
    await run(103, async ({ runBatches, batches }) => {
      await runBatches(1)
      expect(batches.flatMap(([, files]) => files)).toEqual([])
    })
  }, { newFilesOnly: false }))

  test('a window has the files of batches before the recovery', () => withFolders(master, async ({ put, run, kill }) => {
    await run(100, async ({ runBatches }) => {
      put('a', 100.5)
      await runBatches(1)
      put('b', 101.5)
      await runBatches(1)
      kill()
    })
    await run(102, async ({ runBatches, batches }) => {
      await runBatches(2)
      expect(batches).toEqual([[103, ['a', 'b']], [104, ['b']]])
    })
  }, { window: 3 }))

  test('a batch whose file is gone fails with its name and time, and with the hint what to do', () => withLog(() => withFolders(master, async ({ put, run, kill }) => {
    let file = ''
    await run(100, async ({ ssc, clock }) => {
      file = put('a', 100.5)
      ssc.addStreamingListener({ onBatchStarted: () => kill() })
      await clock.advance(1_000)
      await ssc.idle()
    })
    fs.rmSync(file)
    await run(101, async ({ ssc, runBatches, batches }) => {
      await expect(ssc.awaitTermination()).rejects.toThrow(`the batch at 101000 ms had files that are not there any more: ${file}`)
      await runBatches(1)
      expect(batches).toEqual([[102, []]])
    })
  }), 'OFF'))
})

test('a program with a queueStream cannot be recovered, and says why', () => withLog(() => withFolder(async folder => {
  const run = (): Promise<void> => withStreaming('local', async ({ ssc, runBatches }) => {
    ssc.queueStream([[1]]).foreachRDD(() => undefined)
    await StreamingContext.getOrCreate(folder, () => ssc)
    await ssc.start()
    await runBatches(1)
  })
  await run()
  await expect(run()).rejects.toMatchObject({
    code: 'MR_CHECKPOINT', at: expect.stringMatching(/queueStream at .*spec\.ts:\d+/),
    message: 'queueStream doesn\'t support checkpointing. Please don\'t use queueStream when checkpointing is enabled.',
  })
})))
