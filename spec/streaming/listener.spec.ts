import { lastValueFrom, toArray } from 'rxjs'
import { IllegalArgumentError, type BatchInfo, type OutputOperationInfo, type StreamingEvent } from '../../lib/index'
import { masters } from '../support/contexts'
import { withLog } from '../support/logged'
import { HandReceiver } from '../support/receivers'
import { withStreaming } from '../support/streams'

describe.each(masters)('listeners on %s', master => {
  test('hear the start, and of each batch its events in order, with times as they become known', () => withStreaming(master, async ({ ssc, clock, runBatches }) => {
    const heard: string[] = []
    const batch = (name: string) => ({ batchInfo }: { batchInfo: BatchInfo }): void => {
      const { batchTime, submissionTime, processingStartTime, processingEndTime, schedulingDelay, processingDelay, totalDelay, numRecords } = batchInfo
      heard.push(`${name} ${batchTime}: ${[submissionTime, processingStartTime, processingEndTime, schedulingDelay, processingDelay, totalDelay, numRecords]}`)
    }
    const operation = (name: string) => ({ outputOperationInfo: info }: { outputOperationInfo: OutputOperationInfo }): void => {
      heard.push(`${name} ${info.id} of ${info.batchTime}: ${[info.startTime, info.endTime, info.duration, info.failureReason]}`)
    }
    ssc.addStreamingListener({
      onStreamingStarted: ({ time }) => { heard.push(`stream at ${time}`) },
      onBatchSubmitted: batch('submitted'), onBatchStarted: batch('started'), onBatchCompleted: batch('completed'),
      onOutputOperationStarted: operation('operation started'), onOutputOperationCompleted: operation('operation completed'),
    })
    const receiver = new HandReceiver<number>()
    const stream = ssc.receiverStream(receiver)
    stream.foreachRDD(() => undefined)
    stream.foreachRDD(() => undefined)
    await clock.set(100)
    await ssc.start()
    void receiver.storeMultiple([1, 2, 3])
    await clock.set(1_000)
    await runBatches(0)
    expect(heard).toEqual([
      'stream at 100',
      'submitted 1000 ms: 1000,,,,,,3',
      'started 1000 ms: 1000,1000,,0,,,3',
      'operation started 0 of 1000 ms: 1000,,,',
      'operation completed 0 of 1000 ms: 1000,1000,0,',
      'operation started 1 of 1000 ms: 1000,,,',
      'operation completed 1 of 1000 ms: 1000,1000,0,',
      'completed 1000 ms: 1000,1000,1000,0,0,0,3',
    ])
  }))

  test('delays are what passes between submission, start and end', () => withStreaming(master, async ({ ssc, clock }) => {
    const delays: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo: b }) => { delays.push([b.schedulingDelay, b.processingDelay, b.totalDelay]) } })
    const gates: (() => void)[] = []
    ssc.queueStream([[1], [2]]).foreachRDD(() => new Promise<void>(resolve => { gates.push(resolve) }))
    await ssc.start()
    await clock.advance(2_500)
    gates.shift()!()
    await new Promise(setImmediate)
    await clock.advance(250)
    gates.shift()!()
    await ssc.idle()
    expect(delays).toEqual([[0, 1_500, 1_500], [500, 250, 750]])
  }))

  test('know what each output operation is and why it failed; the batch completes all the same', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const completed: BatchInfo[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { completed.push(batchInfo) } })
    const stream = ssc.queueStream([[1]])
    stream.foreachRDD(() => undefined)
    stream.foreachRDD(() => { throw new RangeError('too far') })
    await ssc.start()
    await runBatches(1)
    const [good, bad] = [...completed[0]!.outputOperationInfos.values()]
    expect([good!.id, good!.name, good!.failureReason]).toEqual([0, expect.stringMatching(/^foreachRDD at listener.spec.ts:\d+$/), undefined])
    expect([bad!.id, bad!.failureReason]).toEqual([1, expect.stringMatching(/^RangeError: too far/)])
  })))

  test('inputs say what a batch has of them', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const infos: unknown[] = []
    ssc.addStreamingListener({ onBatchCompleted: ({ batchInfo }) => { infos.push([...batchInfo.streamIdToInputInfo]) } })
    const receiver = new HandReceiver<number>()
    ssc.queueStream([[1, 2]]).foreachRDD(() => undefined)
    ssc.receiverStream(receiver).foreachRDD(() => undefined)
    await ssc.start()
    void receiver.storeMultiple([7, 8])
    await runBatches(1)
    expect(infos).toEqual([[[1, { inputStreamId: 1, numRecords: 2, metadata: {}, metadataDescription: undefined }]]])
  }))

  test('one that throws or rejects disturbs nobody', () => withLog(lines => withStreaming(master, async ({ ssc, runBatches }) => {
    const heard: string[] = []
    ssc.addStreamingListener({ onBatchStarted() { throw new Error('bad listener') } })
    ssc.addStreamingListener({ async onBatchCompleted() { throw new Error('bad async listener') } })
    ssc.addStreamingListener({ onBatchStarted() { heard.push('started') }, onBatchCompleted() { heard.push('completed') } })
    ssc.queueStream([[1]]).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(2)
    await new Promise(setImmediate)
    expect(heard).toEqual(['started', 'completed', 'started', 'completed'])
    expect(lines.join('\n')).toMatch(/bad listener[^]*bad async listener/)
    expect(ssc.firstError).toBeUndefined()
  })))

  test('have their own this, may be added during the run, are told once though added twice, and may be removed', () => withStreaming(master, async ({ ssc, runBatches }) => {
    class Counter { count = 0; onBatchCompleted(): void { this.count++ } }
    const counter = new Counter()
    ssc.queueStream([[1]]).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(1)
    ssc.addStreamingListener(counter)
    ssc.addStreamingListener(counter)
    await runBatches(2)
    ssc.removeStreamingListener(counter)
    await runBatches(1)
    expect(counter.count).toBe(2)
  }))

  test('events$ is the same as an Observable, which ends with the stream', () => withStreaming(master, async ({ ssc, runBatches }) => {
    ssc.queueStream([[1]]).foreachRDD(() => undefined)
    const events = lastValueFrom(ssc.events$.pipe(toArray()))
    let later = 0
    const subscription = ssc.events$.subscribe(() => { later++ })
    await ssc.start()
    subscription.unsubscribe()
    await runBatches(1)
    await ssc.stop(false)
    expect((await events).map((event: StreamingEvent) => event.type)).toEqual([
      'streamingStarted', 'batchSubmitted', 'batchStarted', 'outputOperationStarted', 'outputOperationCompleted', 'batchCompleted',
    ])
    expect(later).toBe(1)
    expect(await lastValueFrom(ssc.events$.pipe(toArray()))).toEqual([])
  }))
})

test.each([[undefined], [null], ['onBatchCompleted']])('%p is no listener', listener => withStreaming('local', async ({ ssc }) => {
  expect(() => ssc.addStreamingListener(listener as never)).toThrow(IllegalArgumentError)
}))
