/** Both streams of Flume keep the contract of sources: nothing that was acknowledged is lost. */
import { FlumeUtils } from '../../../lib/index'
import { sourceContract, type SourcePlace } from '../../../lib/testing/index'
import { eventually } from '../../support/eventually'
import { event, freePort, Sink, SparkSink } from './peers'

const bodyOf = ({ body }: { readonly body: Uint8Array }): string => Buffer.from(body).toString()
const settings = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' }

/** A sink that sends until it is told OK. */
async function pushed(): Promise<SourcePlace> {
  const port = await freePort()
  let sink: Sink | undefined
  return {
    stream: ssc => FlumeUtils.createStream(ssc, '127.0.0.1', port).uid('events').map(bodyOf),
    add: async records => {
      await eventually(async () => {
        try {
          sink ??= await Sink.connect(port)
          return await sink.appendBatch(records.map(record => event(record))) === 'OK'
        } catch {
          sink?.close()
          sink = undefined
          return false
        }
      }, 30_000)
    },
    close: () => sink?.close(),
  }
}

/** Spark's sink, whose agent goes away and comes back. */
async function polled(): Promise<SourcePlace> {
  const sink = await new SparkSink([]).listen(0)
  const { port } = sink
  let isThere = true
  return {
    stream: ssc => FlumeUtils.createPollingStream(ssc, [{ host: '127.0.0.1', port }], undefined, 10).uid('events').map(bodyOf),
    add: records => { sink.channel.push(...records.map(record => event(record))) },
    breakDown: () => {
      isThere = false
      return sink.stop()
    },
    repair: async () => {
      isThere = true
      await sink.listen(port)
    },
    close: async () => { if (isThere) await sink.stop() },
  }
}

describe('createStream', () => {
  const cases = sourceContract({
    open: pushed, recovery: 'at least once', holdsRecords: false, isOrdered: true, canBreakDown: false, settings,
  })
  for (const { name, run, timeoutMs } of cases) test(name, run, timeoutMs)
})

describe('createPollingStream', () => {
  const cases = sourceContract({ open: polled, recovery: 'at least once', isOrdered: true, settings })
  for (const { name, run, timeoutMs } of cases) test(name, run, timeoutMs)
})
