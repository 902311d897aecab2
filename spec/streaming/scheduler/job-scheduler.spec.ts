import { SparkError, TaskContext, type StreamingContext } from '../../../lib/index'
import { masters } from '../../support/contexts'
import { withLog } from '../../support/logged'
import { withStreaming } from '../../support/streams'

const tick = (): Promise<void> => new Promise(setImmediate)

/** Output operations that note when they begin and end, and end when they are told. */
function gatedOutputs(ssc: StreamingContext, names: readonly string[]): { log: string[], open: () => void } {
  const log: string[] = []
  const gates: (() => void)[] = []
  const stream = ssc.queueStream<number>([])
  for (const name of names) {
    stream.foreachRDD(async (_rdd, time) => {
      log.push(`${name} begins ${time.milliseconds}`)
      await new Promise<void>(resolve => { gates.push(resolve) })
      log.push(`${name} ends ${time.milliseconds}`)
    })
  }
  return { log, open: () => { gates.shift()!() } }
}

describe.each(masters)('jobs on %s', master => {
  test('run one at a time: batches in time order, outputs in definition order; batches wait and none is dropped', () => withStreaming(master, async ({ ssc, clock }) => {
    const { log, open } = gatedOutputs(ssc, ['first', 'second'])
    await ssc.start()
    await clock.advance(2_000)
    for (let i = 0; i < 4; i++) {
      open()
      await tick()
    }
    await ssc.idle()
    expect(log).toEqual([1_000, 2_000].flatMap(time => ['first', 'second'].flatMap(name => [`${name} begins ${time}`, `${name} ends ${time}`])))
  }))

  test('spark.streaming.concurrentJobs lets so many run at a time', () => withStreaming(master, async ({ ssc, clock }) => {
    const { log, open } = gatedOutputs(ssc, ['first', 'second'])
    await ssc.start()
    await clock.advance(2_000)
    await tick()
    expect(log).toEqual(['first begins 1000', 'second begins 1000', 'first begins 2000'])
    for (let i = 0; i < 4; i++) {
      open()
      await tick()
    }
    await ssc.idle()
    expect(log).toHaveLength(8)
  }, { settings: { 'spark.streaming.concurrentJobs': '3' } }))

  test('one that fails stops neither the others of its batch nor later batches', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    const seen: number[] = []
    const stream = ssc.queueStream([[1], [2]])
    stream.foreachRDD((_rdd, time) => { throw new Error(`at ${time.milliseconds}`) })
    stream.foreachRDD(async rdd => { seen.push(...await rdd.collect()) })
    await ssc.start()
    await runBatches(2)
    expect(seen).toEqual([1, 2])
    await expect(ssc.awaitTermination()).rejects.toThrow('at 1000')
    await expect(ssc.awaitTermination()).rejects.toThrow('at 1000')
  })))

  test.each<[string, unknown]>([['an Error', new TypeError('mine')], ['a string', 'mine'], ['undefined', undefined], ['null', null], ['a hostile object', { toString() { throw new Error('no text') } }]])(
    'what an output operation throws comes out as it is: %s', (_name, thrown) => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
      ssc.queueStream([[1]]).foreachRDD(() => { throw thrown })
      await ssc.start()
      await runBatches(2)
      const caught = await ssc.awaitTermination().then(() => 'nothing', (error: unknown) => ({ error }))
      expect((caught as { error: unknown }).error).toBe(thrown)
    })))

  test('an error in a task comes out as a SparkError with the line and the cause', () => withLog(() => withStreaming(master, async ({ ssc, runBatches }) => {
    ssc.queueStream([[1]]).map((): number => { throw new RangeError('bad record') }).foreachRDD(async rdd => { await rdd.count() })
    await ssc.start()
    await runBatches(1)
    const error = await ssc.awaitTermination().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SparkError)
    expect((error as SparkError).message).toMatch(/Job aborted due to stage failure.*map at job-scheduler.spec.ts.*bad record/)
    expect((error as SparkError).cause).toEqual(new RangeError('bad record'))
  })))

  test('have the properties of the flow that started the stream, without its job group, and their own batch', async () => {
    const seen: Record<string, string | undefined>[] = []
    await withStreaming(master, async ({ ssc, runBatches }) => {
      const { sparkContext: { localProperties } } = ssc
      localProperties.set('spark.jobGroup.id', 'mine')
      localProperties.set('spark.job.description', 'mine')
      localProperties.set('custom', 'kept')
      ssc.queueStream([ssc.sparkContext.parallelize([1], 1)]).foreachRDD(async rdd => {
        localProperties.set('later', 'not seen by the next batch')
        seen.push({ ...localProperties.current })
        seen.push(...await rdd.mapPartitions(() => [{ ...TaskContext.get()!.localProperties }]).collect())
      })
      await ssc.start()
      localProperties.set('custom', 'changed after the start')
      await runBatches(2)
    })
    const expected = (time: string) => ({
      custom: 'kept', later: 'not seen by the next batch', 'spark.job.interruptOnCancel': 'false',
      'spark.streaming.internal.batchTime': time, 'spark.streaming.internal.outputOpId': '0',
      'spark.job.description': `Streaming job from [output operation 0, batch time ${time} ms]`,
    })
    expect(seen).toEqual([expected('1000'), expected('1000'), expected('2000')])
  })

  test('a batch in which no output has an RDD is told to nobody', () => withStreaming(master, async ({ ssc, runBatches }) => {
    const heard: string[] = []
    ssc.addStreamingListener({
      onBatchSubmitted: ({ batchInfo }) => { heard.push(`submitted ${batchInfo.batchTime}`) },
      onBatchCompleted: ({ batchInfo }) => { heard.push(`completed ${batchInfo.batchTime}`) },
    })
    ssc.queueStream([[1], [2]]).window(ssc.batchDuration.times(2), ssc.batchDuration.times(2)).foreachRDD(() => undefined)
    await ssc.start()
    await runBatches(4)
    expect(heard).toEqual(['submitted 2000 ms', 'completed 2000 ms', 'submitted 4000 ms', 'completed 4000 ms'])
  }))
})
