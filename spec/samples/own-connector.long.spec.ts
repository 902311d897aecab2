/** The connector of the sample keeps the whole contract, on every engine and when its system goes away. */
import { sinkContract, sourceContract } from '../../lib/testing/index'
import { Journal } from '../../samples/support/journal'
import { JournalSink, journalStream } from '../../samples/support/journal-connector'
import { masters } from '../support/contexts'

const source = sourceContract({
  async open() {
    const journal = await Journal.start()
    return {
      stream: ssc => journalStream(ssc, journal.url, { maxLinesPerBatch: 50 }),
      add: records => journal.append(records),
      breakDown: () => journal.goAway(),
      repair: () => journal.comeBack(),
      close: () => journal.stop(),
    }
  },
  recovery: 'exactly once', isOrdered: true, hasBackpressure: true, clock: 'manual', masters, rateLimit: { settings: {}, recordsPerBatch: 50 },
})

const sink = sinkContract({
  async open() {
    const journal = await Journal.start()
    return {
      sink: () => new JournalSink(journal.url),
      read: () => journal.results.map(line => JSON.parse(line) as string),
      leftBehind: () => journal.batchesAside,
      breakDown: () => journal.goAway(),
      repair: () => journal.comeBack(),
      close: () => journal.stop(),
    }
  },
  canShare: true, masters,
})

describe.each([['source', source], ['sink', sink]])('%s', (_name, contract) => {
  for (const { name, run, timeoutMs } of contract) test(name, run, timeoutMs)
})
