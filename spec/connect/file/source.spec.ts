import * as fs from 'node:fs'
import * as path from 'node:path'
import { gzipSync } from 'node:zlib'
import { IllegalArgumentError, Milliseconds, Seconds, type StreamingContext } from '../../../lib/index'
import { collectBatches } from '../../../lib/testing/index'
import { masters } from '../../support/contexts'
import { withFolder } from '../../support/folders'
import { withLog } from '../../support/logged'
import { withStreaming, type StreamRun } from '../../support/streams'

/** Puts a file into a folder as it should be: written aside, with its time, and moved in. */
function put(folder: string, name: string, content: string | Uint8Array, modifiedMs: number): string {
  const file = path.join(folder, name)
  const aside = path.join(path.dirname(folder), `aside-${path.basename(name)}`)
  fs.writeFileSync(aside, content)
  // Half a millisecond more, since a number of seconds is not exact and times are cut to whole milliseconds.
  fs.utimesSync(aside, (modifiedMs + 0.5) / 1_000, (modifiedMs + 0.5) / 1_000)
  fs.renameSync(aside, file)
  return file
}

/** A folder for the stream inside of one that is removed afterwards, and a context whose clock stands at `startMs`. */
function withIncoming(
  master: string, body: (run: StreamRun & { readonly incoming: string }) => Promise<void>,
  options: { settings?: Record<string, string>, startMs?: number, batch?: ReturnType<typeof Seconds> } = {},
): Promise<void> {
  return withFolder(async folder => {
    const incoming = path.join(folder, 'incoming')
    fs.mkdirSync(incoming)
    await withStreaming(master, async run => {
      await run.clock.set(options.startMs ?? 100_000)
      await body({ ...run, incoming })
    }, options)
  })
}

describe.each(masters)('which files are new, on %s', master => {
  test('each file is in the first batch after its time, and in no other', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    for (let i = 0; i < 4; i++) {
      put(incoming, `${i}.txt`, `line ${i}\n`, clock.now() + 500)
      await runBatches(1)
    }
    await runBatches(2)
    expect(batches).toEqual([['line 0'], ['line 1'], ['line 2'], ['line 3'], [], []])
  }))

  test.each([[true, [[], ['new']]], [false, [['old'], ['new']]]])(
    'files from before the start count only when newFilesOnly is false (%p)', (newFilesOnly, expected) => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
      put(incoming, 'old.txt', 'old\n', 99_000)
      const batches = collectBatches(ssc.fileStream(incoming, { newFilesOnly }))
      await ssc.start()
      await runBatches(1)
      put(incoming, 'new.txt', 'new\n', clock.now() + 1)
      await runBatches(1)
      expect(batches).toEqual(expected)
    }))

  test('a file modified in the millisecond of the start is old, one of the batch time is new', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    put(incoming, 'at-start', 'at start\n', 100_000)
    put(incoming, 'after-start', 'after start\n', 100_001)
    put(incoming, 'at-batch', 'at batch\n', 101_000)
    put(incoming, 'after-batch', 'after batch\n', 101_001)
    await runBatches(2)
    expect(batches).toEqual([['after start', 'at batch'], ['after batch']])
  }))

  test('the window is a whole number of batches of at least 60 s, its far end excluded', () => withIncoming(master, async ({ ssc, clock, incoming }) => {
    const batches = collectBatches(ssc.fileStream(incoming, { newFilesOnly: false }))
    await ssc.start()
    put(incoming, 'too-old', 'too old\n', 105_000 - 63_000)
    put(incoming, 'just-in', 'just in\n', 105_000 - 63_000 + 1)
    await clock.set(105_000)
    await ssc.idle()
    expect(batches.flat()).toEqual(['just in'])
  }, { batch: Seconds(7), startMs: 100_001 }))

  test('spark.streaming.fileStream.minRememberDuration sets the window', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.fileStream(incoming, { newFilesOnly: false }))
    await ssc.start()
    put(incoming, 'too-old', 'too old\n', 101_000 - 2_000)
    put(incoming, 'just-in', 'just in\n', 101_000 - 1_999)
    await runBatches(1)
    expect(batches).toEqual([['just in']])
  }, { settings: { 'spark.streaming.fileStream.minRememberDuration': '1500ms' } }))

  test('a file that shows up late is still taken within the window, and once', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    await runBatches(30)
    put(incoming, 'late', 'late\n', 100_500)
    await runBatches(80)
    expect(batches.flat()).toEqual(['late'])
    expect(batches[30]).toEqual(['late'])
  }))

  test('what is appended after the file was taken is not read', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    const file = put(incoming, 'growing', 'first\n', 100_500)
    await runBatches(1)
    fs.appendFileSync(file, 'second\n')
    fs.utimesSync(file, (clock.now() + 500) / 1_000, (clock.now() + 500) / 1_000)
    await runBatches(3)
    expect(batches.flat()).toEqual(['first'])
  }))

  test('names that begin with a dot are left out; another filter sees whole paths', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const seen: string[] = []
    const visible = collectBatches(ssc.fileStream(incoming))
    const filtered = collectBatches(ssc.fileStream(incoming, { filter: file => { seen.push(file); return file.endsWith('.log') } }))
    await ssc.start()
    put(incoming, '.hidden.log', 'hidden\n', 100_500)
    put(incoming, 'a.txt', 'text\n', 100_500)
    put(incoming, 'b.log', 'log\n', 100_500)
    await runBatches(1)
    expect([visible, filtered]).toEqual([[['text', 'log']], [['hidden', 'log']]])
    expect(seen).toEqual(['.hidden.log', 'a.txt', 'b.log'].map(name => path.join(incoming, name)))
  }))

  test('a folder in the folder is not read', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.fileStream(incoming, { newFilesOnly: false }))
    fs.mkdirSync(path.join(incoming, 'sub'))
    put(path.join(incoming, 'sub'), 'inner', 'inner\n', 100_500)
    fs.utimesSync(path.join(incoming, 'sub'), 100.5, 100.5)
    await ssc.start()
    await runBatches(2)
    expect(batches).toEqual([[], []])
  }))

  test('globs match folders, and only those that are there at the batch', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    for (const name of ['2024-a', '2024-b', '2023-c', '.2024-d']) fs.mkdirSync(path.join(incoming, name))
    const batches = collectBatches(ssc.textFileStream(path.join(incoming, '{2024,2025}-*')))
    await ssc.start()
    for (const name of ['2024-a', '2024-b', '2023-c', '.2024-d']) put(path.join(incoming, name), 'file', `${name}\n`, 100_500)
    put(incoming, '2024-file', 'a file, not a folder\n', 100_500)
    await runBatches(1)
    fs.mkdirSync(path.join(incoming, '2025-e'))
    put(path.join(incoming, '2025-e'), 'file', '2025-e\n', clock.now() + 500)
    await runBatches(1)
    expect(batches).toEqual([['2024-a', '2024-b'], ['2025-e']])
  }))

  test('a folder whose name looks like a glob is itself', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const odd = path.join(incoming, 'a[1]{b}, c')
    fs.mkdirSync(odd)
    const batches = collectBatches(ssc.textFileStream(`file:${odd}`))
    await ssc.start()
    put(odd, 'x*,y', 'odd\n', 100_500)
    await runBatches(1)
    expect(batches).toEqual([['odd']])
  }))

  test('a missing folder is an empty batch and one warning; it may come later', () => withLog(lines => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const later = path.join(incoming, 'later')
    const batches = collectBatches(ssc.textFileStream(later))
    await ssc.start()
    await runBatches(3)
    expect(lines.filter(line => line.includes(`No directory to scan: ${later}`))).toHaveLength(1)
    fs.mkdirSync(later)
    put(later, 'file', 'there\n', clock.now() + 500)
    await runBatches(1)
    fs.rmSync(later, { recursive: true })
    await runBatches(1)
    expect(batches).toEqual([[], [], [], ['there'], []])
    expect(lines).toHaveLength(2)
    expect(ssc.firstError).toBeUndefined()
  })))

  test('a file that cannot be read is skipped with one warning, and taken when it can be', () => withLog(lines => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    put(incoming, 'good', 'good\n', 100_500)
    // A link to itself: unreadable for every user, root included.
    const knot = path.join(incoming, 'knot')
    fs.symlinkSync(knot, knot)
    await runBatches(2)
    expect(batches).toEqual([['good'], []])
    expect(lines.filter(line => line.includes(`${knot} is skipped`))).toHaveLength(1)
    fs.unlinkSync(knot)
    put(incoming, 'knot', 'untied\n', 101_500)
    await runBatches(1)
    expect(batches[2]).toEqual(['untied'])
  })))

  test('a filter that throws is an error of making the batch', () => withLog(() => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    ssc.fileStream(incoming, { filter: () => { throw new RangeError('bad filter') } }).foreachRDD(() => undefined)
    await ssc.start()
    put(incoming, 'x', 'x\n', 100_500)
    await runBatches(2)
    await expect(ssc.awaitTermination()).rejects.toThrow(new RangeError('bad filter'))
  })))

  test('a file that is gone before its batch runs fails that batch with its name, and the stream goes on', () => withLog(() => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const stream = ssc.textFileStream(incoming)
    stream.foreachRDD((_rdd, time) => { if (time.milliseconds === 101_000) fs.unlinkSync(path.join(incoming, 'gone')) })
    const batches = collectBatches(stream)
    await ssc.start()
    put(incoming, 'gone', 'gone\n', 100_500)
    await runBatches(1)
    put(incoming, 'next', 'next\n', clock.now() + 500)
    await runBatches(1)
    expect(batches).toEqual([['next']])
    await expect(ssc.awaitTermination()).rejects.toThrow(/Input path does not exist: .*gone/)
  })))

  test('windows read the files of earlier batches again', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming).window(Seconds(2), Seconds(2)))
    await ssc.start()
    for (let i = 0; i < 4; i++) {
      put(incoming, `${i}`, `${i}\n`, clock.now() + 500)
      await runBatches(1)
    }
    expect(batches).toEqual([['0', '1'], ['2', '3']])
  }))

  test('listeners see the files of a batch, and no records', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const infos: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { infos.push(batchInfo.streamIdToInputInfo.get(0)) } })
    ssc.textFileStream(incoming).foreachRDD(() => undefined)
    await ssc.start()
    const files = ['a', 'b'].map(name => put(incoming, name, `${name}\n`, 100_500))
    await runBatches(2)
    expect(infos).toEqual([
      { inputStreamId: 0, numRecords: 0, metadata: { files, Description: files.join('\n') }, metadataDescription: files.join('\n') },
      { inputStreamId: 0, numRecords: 0, metadata: { files: [], Description: '' }, metadataDescription: '' },
    ])
  }))

  test('a graceful stop takes what has come since the last batch; without any there is no batch more', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    await runBatches(1)
    put(incoming, 'last', 'last\n', clock.now() + 200)
    await clock.advance(300)
    await ssc.stop(false, true)
    expect(batches).toEqual([[], ['last']])
  }))

  test('what is remembered of files is forgotten after the window', () => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const stream = ssc.textFileStream(incoming)
    stream.foreachRDD(() => undefined)
    await ssc.start()
    for (let i = 0; i < 20; i++) {
      put(incoming, `${i}`, `${i}\n`, clock.now() + 50)
      await runBatches(1)
    }
    const { newFiles, filesByBatch } = stream as unknown as { newFiles: { selected: Map<string, number> }, filesByBatch: Map<number, string[]> }
    expect(newFiles.selected.size).toBeLessThanOrEqual(12)
    expect(filesByBatch.size).toBeLessThanOrEqual(12)
  }, { batch: Milliseconds(100), settings: { 'spark.streaming.fileStream.minRememberDuration': '1s' } }))
})

describe.each(masters)('what files hold, on %s', master => {
  test('lines of UTF-8, compressed or not, whatever ends them; an empty file holds none', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.textFileStream(incoming))
    await ssc.start()
    put(incoming, 'a', 'größer\r\n\r\nlast without an end', 100_500)
    put(incoming, 'b', '', 100_500)
    put(incoming, 'c.gz', gzipSync('zipped\n日本\n'), 100_500)
    put(incoming, 'd', Buffer.from('efbbbf6d61726b65640a', 'hex'), 100_500)
    await runBatches(1)
    expect(batches).toEqual([['größer', '', 'last without an end', 'zipped', '日本', 'marked']])
  }))

  test.each<[string, any]>([
    ['an array', (file: string) => [path.basename(file)]],
    ['a promise of the bytes', async (file: string, content: any) => [`${path.basename(file)}: ${Buffer.from(await content.bytes())}`]],
    ['an async generator over the chunks', async function* (file: string, content: any) { for await (const chunk of content.chunks()) yield `${path.basename(file)}: ${Buffer.from(chunk)}` }],
    ['a generator', function* (file: string) { yield path.basename(file); yield 'twice' }],
  ])('a reader may give %s', (name, reader) => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.fileStream<string>(incoming, { reader }))
    await ssc.start()
    put(incoming, 'a', 'A', 100_500)
    put(incoming, 'b.gz', gzipSync('B'), 100_500)
    await runBatches(2)
    const expected = name === 'an array' ? ['a', 'b.gz'] : name === 'a generator' ? ['a', 'twice', 'b.gz', 'twice'] : ['a: A', 'b.gz: B']
    expect(batches).toEqual([expected, []])
  }))

  test('a reader that gives something else, or throws, fails its batch', () => withLog(() => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const good = collectBatches(ssc.fileStream(incoming))
    ssc.fileStream(incoming, { reader: (() => 5) as never }).foreachRDD(async rdd => { await rdd.collect() })
    await ssc.start()
    put(incoming, 'a', 'A\n', 100_500)
    await runBatches(2)
    expect(good).toEqual([['A'], []])
    await expect(ssc.awaitTermination()).rejects.toThrow(/fileStream at source.spec.ts.*the reader given to fileStream must return an iterable or an async iterable, it returned 5/)
  })))

  test('records of one length', () => withIncoming(master, async ({ ssc, runBatches, incoming }) => {
    const batches = collectBatches(ssc.binaryRecordsStream(incoming, 3))
    await ssc.start()
    put(incoming, 'a', Buffer.from([1, 2, 3, 4, 5, 6]), 100_500)
    put(incoming, 'b', Buffer.from([7, 8, 9]), 100_500)
    await runBatches(1)
    expect(batches).toEqual([[[1, 2, 3], [4, 5, 6], [7, 8, 9]].map(bytes => Uint8Array.from(bytes))])
  }))

  test('a file that does not hold whole records fails its batch', () => withLog(() => withIncoming(master, async ({ ssc, clock, runBatches, incoming }) => {
    const batches = collectBatches(ssc.binaryRecordsStream(incoming, 4))
    await ssc.start()
    put(incoming, 'a', Buffer.alloc(6), 100_500)
    await runBatches(1)
    put(incoming, 'b', Buffer.alloc(4), clock.now() + 500)
    await runBatches(1)
    expect(batches).toEqual([[new Uint8Array(4)]])
    await expect(ssc.awaitTermination()).rejects.toThrow(/Byte array does not have correct length: .*6 bytes/)
  })))
})

test.each<[string, (ssc: StreamingContext) => unknown, RegExp]>([
  ['no folder', ssc => ssc.textFileStream(undefined as never), /textFileStream: the directory must be the path of a folder, got undefined/],
  ['an empty path', ssc => ssc.fileStream(' '), /fileStream: the directory must be the path of a folder/],
  ['another file system', ssc => ssc.textFileStream('nope://host/data'), /No FileSystem for scheme "nope"/],
  ['a filter that is none', ssc => ssc.fileStream('in', { filter: '*.txt' as never }), /fileStream: the filter must be a function/],
  ['a reader that is none', ssc => ssc.fileStream('in', { reader: 5 as never }), /fileStream: the reader must be a function/],
  ['newFilesOnly that is none', ssc => ssc.fileStream('in', { newFilesOnly: 1 as never }), /newFilesOnly must be true or false/],
  ['options that are none', ssc => ssc.fileStream('in', true as never), /the options must be an object/],
  ['a record length of 0', ssc => ssc.binaryRecordsStream('in', 0), /recordLength must be a whole number, 1 or more/],
])('%s is refused at the call', (_name, call, message) => withStreaming('local', async ({ ssc }) => {
  expect(() => call(ssc)).toThrow(IllegalArgumentError)
  expect(() => call(ssc)).toThrow(message)
  expect(ssc.graph.inputs).toEqual([])
}))
