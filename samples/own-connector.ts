/**
 * A connector of one's own, for a system that Millrace does not know: a journal over HTTP (support/journal.ts). Its source and its
 * sink (support/journal-connector.ts) are first held to the contract that all connectors keep, then a program reads lines, counts their
 * words and writes the counts back, each batch exactly once.
 */
import * as fs from 'node:fs/promises'
import * as os from 'node:os'
import * as path from 'node:path'
import { Milliseconds, StreamingContext } from 'millrace'
import { sinkContract, sourceContract, type SinkPlace, type SourcePlace } from 'millrace/testing'
import { Journal } from './support/journal'
import { JournalSink, journalStream } from './support/journal-connector'
import { settings } from './support/settings'
import { stopAfter } from './support/stop-after'

/** A journal of its own for each case, and what happens there. */
async function sourcePlace(): Promise<SourcePlace> {
  const journal = await Journal.start()
  return {
    stream: ssc => journalStream(ssc, journal.url, { maxLinesPerBatch: 50 }),
    add: records => journal.append(records),
    close: () => journal.stop(),
  }
}

async function sinkPlace(): Promise<SinkPlace> {
  const journal = await Journal.start()
  return {
    sink: () => new JournalSink(journal.url),
    read: () => journal.results.map(line => JSON.parse(line) as string),
    leftBehind: () => journal.batchesAside,
    close: () => journal.stop(),
  }
}

/** Any test runner does this: `for (const { name, run, timeoutMs } of ...) test(name, run, timeoutMs)`. */
async function keepsTheContract(): Promise<void> {
  const cases = [
    ...sourceContract({
      open: sourcePlace, recovery: 'exactly once', isOrdered: true, canBreakDown: false, clock: 'manual', masters: ['local'],
      rateLimit: { settings: {}, recordsPerBatch: 50 },
    }),
    ...sinkContract({ open: sinkPlace, canShare: true, canBreakDown: false, masters: ['local'] }),
  ]
  for (const { name, run } of cases) {
    await run()
    console.log(`ok: ${name}`)
  }
}

async function countWords(folder: string): Promise<void> {
  const journal = await Journal.start()
  const ssc = await StreamingContext.getOrCreate(path.join(folder, 'checkpoint'), () => {
    const fresh = new StreamingContext(settings('OwnConnector'), Milliseconds(200))
    const words = journalStream(fresh, journal.url).flatMap(line => line.split(' '))
    const counts = words.map(word => [word, 1]).reduceByKey((a, b) => a + b)
    counts.map(([word, count]) => `${word} ${count}`).saveTo(new JournalSink(journal.url), { uid: 'counts' })
    return fresh
  })
  journal.append(['the mill turns the wheel', 'the wheel turns'])
  stopAfter(ssc, 3)

  await ssc.start()
  await ssc.awaitTermination()
  console.log(journal.results.map(line => JSON.parse(line) as string).sort().join(', '))
  await journal.stop()
}

async function main(): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'millrace-sample-'))
  await keepsTheContract()
  await countWords(folder)
  await fs.rm(folder, { recursive: true })
}

void main()
