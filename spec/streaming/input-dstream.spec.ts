import { InputDStream, Seconds, Time, type RDD, type StreamingContext } from '../../lib/index'
import { collectBatches } from '../../lib/testing/index'
import { masters } from '../support/contexts'
import { withLog } from '../support/logged'
import { withStreaming } from '../support/streams'

/** An input as a user would write it: counts its batches, and has no RDD at every third. */
class Counting extends InputDStream<number> {
  readonly calls: string[] = []
  private batches = 0

  constructor(ssc: StreamingContext) { super(ssc) }

  override async start(): Promise<void> { this.calls.push('start') }
  override async stop(): Promise<void> { this.calls.push('stop') }

  override compute(time: Time): RDD<number> | undefined {
    if (++this.batches % 3 === 0) return undefined
    this.reportInfo(time, { numRecords: 1, metadata: { Description: `number ${this.batches}` } })
    return this.context.sparkContext.parallelize([this.batches])
  }
}

describe.each(masters)('an input of one\'s own on %s', master => {
  test('is started, asked for each batch and stopped; a batch may have no RDD', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const input = new Counting(ssc)
    const batches = collectBatches(input.map(n => n * 10))
    await ssc.start()
    expect(input.calls).toEqual(['start'])
    await runBatches(5)
    await ssc.stop(false)
    expect(input.calls).toEqual(['start', 'stop'])
    expect(batches).toEqual([[10], [20], [40], [50]])
  }))

  test('says what a batch has of it, once, and only of that batch', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const infos: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { infos.push([batchInfo.numRecords, batchInfo.streamIdToInputInfo.get(0)?.metadataDescription]) } })
    new Counting(ssc).window(Seconds(2), Seconds(2)).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(4)
    expect(infos).toEqual([[1, 'number 2'], [1, 'number 4']])
  }))

  test('is numbered among the inputs of its context and named after its class', () => withStreaming(master, async ({ ssc }) => {
    const inputs = [ssc.queueStream([[1]]), new Counting(ssc), new Counting(ssc)]
    expect(inputs.map(input => [input.id, input.name])).toEqual([[0, 'QueueInputDStream-0'], [1, 'Counting-1'], [2, 'Counting-2']])
    expect(inputs.map(input => input.slideDuration)).toEqual([Seconds(1), Seconds(1), Seconds(1)])
  }))

  test('an older time than the last is a warning', () => withLog(lines => withStreaming(master, async ({ ssc, runBatches }) => {
    const input = new Counting(ssc)
    input.foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(3)
    input.isTimeValid(new Time(1_000))
    expect(lines).toEqual(['InputDStream: isTimeValid called with 1000 ms whereas the last valid time is 3000 ms'])
  })))
})
