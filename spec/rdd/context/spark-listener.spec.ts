/** Spark listeners: what they are told, in which order, and that they cannot disturb anything. */
import type { SparkListener } from '../../../lib/index'
import { setLogger } from '../../../lib/base/log'
import { masters, withSpark } from '../../support/contexts'

/** A listener that keeps everything it is told. */
function recorder(): { listener: SparkListener, told: [string, any][] } {
  const told: [string, any][] = []
  const methods = ['onApplicationStart', 'onApplicationEnd', 'onJobStart', 'onJobEnd', 'onStageSubmitted',
    'onStageCompleted',
    'onTaskStart', 'onTaskEnd', 'onUnpersistRDD', 'onBlockUpdated']
  return { told, listener: Object.fromEntries(methods
    .map(name => [name, (event: unknown) => { told.push([name, event]) }])) }
}

describe.each(masters)('Spark listeners on %s', master => {
  it('are told of a job, its stages and its tasks in order', () => withSpark(master, async sc => {
    const { listener, told } = recorder()
    sc.addSparkListener(listener)
    await sc.parallelize([1, 2], 1).map(n => [n, n] as [number, number]).reduceByKey((a, b) => a + b, 1)
      .collect()
    expect(told.map(([name]) => name)).toEqual([
      'onJobStart', 'onStageSubmitted', 'onTaskStart', 'onTaskEnd', 'onStageCompleted',
      'onStageSubmitted', 'onTaskStart', 'onTaskEnd', 'onStageCompleted', 'onJobEnd'])
    const [, start] = told[0]!
    expect(start).toMatchObject(
      { jobId: 0, name: expect.stringMatching(/^collect at spark-listener/), time: expect.any(Number) })
    const [, stage] = told[4]!
    expect(stage).toMatchObject(
      { jobId: 0, stageInfo: { stageId: 0, numTasks: 1, failureReason: undefined } })
    expect(stage.stageInfo.completionTime).toBeGreaterThanOrEqual(stage.stageInfo.submissionTime)
    const [, task] = told[7]!
    expect(task).toMatchObject({ stageId: 1, stageAttemptId: 0, reason: 'Success',
      taskInfo: { index: 0, id: '0.0', successful: true, failed: false } })
    expect(task.taskMetrics.executorRunTime).toBeGreaterThanOrEqual(0)
    expect(task.taskInfo.duration).toBeGreaterThanOrEqual(0)
    expect(told.at(-1)![1]).toMatchObject({ jobId: 0, jobResult: 'JobSucceeded' })
  }))

  it('are told of failures with the error', () => withSpark(master, async sc => {
    const { listener, told } = recorder()
    sc.addSparkListener(listener)
    const failure = await sc.parallelize([1], 1).map(() => { throw new Error('mine') }).count()
      .catch((error: unknown) => error)
    expect(told.find(([name]) => name === 'onTaskEnd')![1]).toMatchObject(
      { taskInfo: { failed: true, successful: false }, reason: { exception: expect.anything() } })
    expect(told.find(([name]) => name === 'onStageCompleted')![1].stageInfo.failureReason).toMatch(/mine/)
    expect(told.find(([name]) => name === 'onJobEnd')![1].jobResult).toEqual({ exception: failure })
  }))

  it('are told of blocks and of unpersisted RDDs', () => withSpark(master, async sc => {
    const { listener, told } = recorder()
    sc.addSparkListener(listener)
    const rdd = sc.parallelize([1, 2, 3], 2).cache()
    await rdd.count()
    rdd.unpersist()
    const blocks = told.filter(([name]) => name === 'onBlockUpdated')
      .map(([, event]) => event.blockUpdatedInfo)
    expect(blocks.map(({ blockId }) => blockId).sort()).toEqual([`rdd_${rdd.id}_0`, `rdd_${rdd.id}_1`])
    expect(blocks[0].memSize).toBeGreaterThan(0)
    expect(told.at(-1)).toEqual(['onUnpersistRDD', { rddId: rdd.id }])
  }))

  it('are told nothing more when they are removed, and everything once when they are added twice', () => withSpark(master, async sc => {
    const { listener, told } = recorder()
    sc.addSparkListener(listener)
    sc.addSparkListener(listener)
    await sc.parallelize([1]).count()
    expect(told.filter(([name]) => name === 'onJobStart').length).toBe(1)
    sc.removeSparkListener(listener)
    sc.removeSparkListener(listener)
    await sc.parallelize([1]).count()
    expect(told.filter(([name]) => name === 'onJobStart').length).toBe(1)
  }))

  it('are told of the end of the application', async () => {
    const { listener, told } = recorder()
    await withSpark(master, sc => { sc.addSparkListener(listener) })
    expect(told).toEqual([['onApplicationEnd', { type: 'applicationEnd', time: expect.any(Number) }]])
  })

  it('disturb neither jobs nor each other when they throw or reject', () => withSpark(master, async sc => {
    const { listener, told } = recorder()
    const errors: string[] = []
    setLogger({ ...console, error: text => { errors.push(text) } })
    sc.addSparkListener({ onJobStart: () => { throw new Error('a bad listener') },
      onJobEnd: async () => { throw new Error('worse') } })
    sc.addSparkListener(listener)
    expect(await sc.parallelize([1, 2]).count()).toBe(2)
    await new Promise(resolve => setImmediate(resolve))
    setLogger(undefined)
    expect(told.map(([name]) => name)).toContain('onJobEnd')
    expect(errors).toEqual([expect.stringContaining('a bad listener'), expect.stringContaining('worse')])
  }))

  it('cannot stop the context they listen to', () => withSpark(master, async sc => {
    const stops: Promise<unknown>[] = []
    sc.addSparkListener({ onJobEnd: () => { stops.push(sc.stop().catch((error: unknown) => error)) } })
    await sc.parallelize([1]).count()
    expect(await stops[0])
      .toMatchObject({ message: 'Cannot stop SparkContext within listener bus thread.', code: 'MR_SPARK' })
    expect(sc.isStopped).toBe(false)
  }))

  it('are objects', () => withSpark(master, sc => {
    expect(() => sc.addSparkListener((() => undefined) as any))
      .toThrow(/a listener is an object with methods such as onJobEnd/)
    expect(() => sc.addSparkListener(null as any)).toThrow(/got null/)
  }))
})
