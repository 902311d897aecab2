/** The contract of sinks holds for those that keep to it, and each of its cases fails for one that does not. */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { sinkContract, type SinkHarness, type SinkPlace } from '../../lib/testing/index'
import { FolderSink, type SinkFault } from '../support/folder-sink'
import { masters } from '../support/contexts'
import { failure } from '../support/operator-cases'

async function open(fault?: SinkFault): Promise<SinkPlace> {
  const parent = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-spec-'))
  const folder = path.join(parent, 'out')
  await fs.mkdir(folder)
  const sinks: FolderSink[] = []
  const named = async (isAside: boolean): Promise<string[]> => (await fs.readdir(folder)).filter(name => name.startsWith('.aside') === isAside)
  return {
    sink() {
      sinks.push(new FolderSink(folder, fault))
      return sinks.at(-1)!
    },
    async read() {
      const records: string[] = []
      for (const batch of await named(false)) {
        for (const file of await fs.readdir(path.join(folder, batch))) records.push(...JSON.parse(await fs.readFile(path.join(folder, batch, file), 'utf8')))
      }
      return records
    },
    leftBehind: () => named(true),
    breakDown: () => fs.rename(folder, `${folder}-away`),
    repair: async () => {
      await fs.rm(folder, { recursive: true, force: true })
      await fs.rename(`${folder}-away`, folder)
    },
    async close() {
      for (const sink of sinks) sink.dispose()
      await fs.rm(parent, { recursive: true })
    },
  }
}

const harness = (fault?: SinkFault): SinkHarness => ({ open: () => open(fault), masters, deadlineMs: fault === undefined ? 20_000 : 3_000 })

describe('a sink that keeps to it', () => {
  for (const { name, run, timeoutMs } of sinkContract(harness())) test(name, run, timeoutMs)
})

test.each<[SinkFault, string, RegExp]>([
  ['shows at prepare', 'nothing of a batch is seen before its commit, and all of it after', /after prepare: too often/],
  ['abort does nothing', 'abort leaves nothing', /mkdir|left behind/],
  ['commits again', 'commit twice is once, also by another process', /after the second commit: too often/],
  ['begin keeps what is there', 'a batch that begins again replaces what an earlier attempt has left', /begun four times|left behind/],
  ['counts every attempt', 'of several attempts at a partition one counts', /several attempts: too often/],
  ['fails in silence', 'of several attempts at a partition one counts', /write has succeeded, which it cannot have/],
  ['start removes everything', 'what was prepared is committed by a later process, and nothing else', /ENOENT/],
  ['refuses empty partitions', 'batches and partitions may be empty', /there is nothing to write/],
  ['cuts lines', 'texts of every kind come back as they were', /missing \["two/],
  ['commits again', 'killed after commit and recovered: every record is there once', /too often/],
  ['start removes everything', 'killed before commit and recovered: every record is there once', /missing|could not commit|ENOENT/],
  ['keeps a timer', 'stop leaves nothing open', /left: Timeout, opened at FolderSink.start/],
])('a sink whose fault is "%s" fails: %s', async (fault, name, message) => {
  const { run } = sinkContract(harness(fault)).find(each => each.name === name)!
  expect((await failure(run())).message).toEqual(expect.stringMatching(message))
})
