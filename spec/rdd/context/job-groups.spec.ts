/** Groups, tags and cancellation; facts of Spark's JobCancellationSuite and SparkContextSuite. */
import type { SparkContext } from '../../../lib/index'
import { masters, withSpark } from '../../support/contexts'

/** The error of a job that would run for seconds: many tasks, none of which takes long. */
function endless(sc: SparkContext): Promise<{ message: string, code: string }> {
  const job = sc.parallelize([1], 500).mapPartitions(async values => {
    await new Promise(resolve => setTimeout(resolve, 20))
    return values
  })
  return job.count().then(() => { throw new Error('it ended') }, error => error)
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe.each(masters)('cancelling jobs on %s', master => {
  it('cancels all', () => withSpark(master, async sc => {
    const failures = [endless(sc), endless(sc)]
    await turn()
    sc.cancelAllJobs()
    expect((await Promise.all(failures)).map(({ message }) => message).sort())
      .toEqual([0, 1].map(id => `Job ${id} cancelled as part of cancellation of all jobs`))
    expect(await sc.parallelize([1, 2]).count()).toBe(2)
  }))

  it('cancels a group and leaves the others', () => withSpark(master, async sc => {
    const inGroup = async (
      group: string) => { sc.setJobGroup(group, `the jobs of ${group}`); return endless(sc) }
    const a = inGroup('a')
    const b = inGroup('b')
    await turn()
    sc.cancelJobGroup('a')
    expect(await a).toMatchObject(
      { message: expect.stringMatching(/^Job \d+ cancelled part of cancelled job group a$/),
      code: 'MR_JOB_CANCELLED' })
    sc.cancelJobGroup('b', 'enough')
    expect((await b).message).toMatch(/part of cancelled job group b: enough$/)
  }))

  it('cancels by tag', () => withSpark(master, async sc => {
    const tagged = async (
      ...tags: string[]) => { for (const tag of tags) sc.addJobTag(tag); return endless(sc) }
    const one = tagged('one')
    const both = tagged('one', 'two')
    const two = tagged('two')
    await turn()
    sc.cancelJobsWithTag('two')
    expect((await both).message).toMatch(/part of cancelled job tag two/)
    expect((await two).message).toMatch(/part of cancelled job tag two/)
    sc.cancelJobsWithTag('one', 'why not')
    expect((await one).message).toMatch(/part of cancelled job tag one: why not/)
  }))

  it('cancels by job and by stage, with a reason', () => withSpark(master, async sc => {
    const byJob = endless(sc)
    await turn()
    sc.cancelJob(sc.statusTracker.getActiveJobIds()[0]!, 'it took too long')
    expect((await byJob).message).toMatch(/^Job \d+ cancelled it took too long$/)
    const byStage = endless(sc)
    await turn()
    const stageId = sc.statusTracker.getActiveStageIds()[0]!
    sc.cancelStage(stageId, 'too slow')
    expect((await byStage).message)
      .toMatch(new RegExp(`^Job \\d+ cancelled because Stage ${stageId} was cancelled: too slow$`))
    sc.cancelJob(12345)
    sc.cancelStage(12345)
  }))

  it('ends a job whose task never ends', () => withSpark(master, async sc => {
    const action = sc.parallelize([1]).mapPartitions(
      async () => { await new Promise(() => undefined); return [] }).collectAsync()
    const failure = action.catch((error: unknown) => error)
    await turn()
    action.cancel()
    expect(await failure).toMatchObject({ code: 'MR_JOB_CANCELLED' })
    expect(sc.statusTracker.getActiveJobIds()).toEqual([])
  }))

  it('does not keep what a cancelled job had computed in part', () => withSpark(master, async sc => {
    const rdd = sc.parallelize([1, 2, 3], 3).mapPartitions(async values => {
      await new Promise(resolve => setTimeout(resolve, 20))
      return values
    }).cache()
    const failure = rdd.count().catch((error: unknown) => error)
    await turn()
    sc.cancelAllJobs()
    expect(await failure).toMatchObject({ code: 'MR_JOB_CANCELLED' })
    expect(await rdd.count()).toBe(3)
    expect(await rdd.collect()).toEqual([1, 2, 3])
  }))
})

describe('groups, descriptions and tags', () => {
  it('belong to the flow that sets them, and to what it starts', () => withSpark('local', async sc => {
    const flow = async (group: string) => {
      await undefined
      sc.setJobGroup(group, 'd')
      await turn()
      const inner = (async () => { await turn(); await sc.parallelize([1]).count() })()
      await Promise.all([inner, sc.parallelize([1]).count()])
    }
    await Promise.all([flow('a'), flow('b')])
    await sc.parallelize([1]).count()
    expect(sc.statusTracker.getJobIdsForGroup('a').length).toBe(2)
    expect(sc.statusTracker.getJobIdsForGroup('b').length).toBe(2)
    expect(sc.statusTracker.getJobIdsForGroup().length).toBe(1)
    expect(sc.statusTracker.getJobIdsForGroup(null)).toEqual(sc.statusTracker.getJobIdsForGroup())
  }))

  it('reach the tasks and the listeners, until they are cleared', () => withSpark('local', async sc => {
    const seen: unknown[] = []
    sc.addSparkListener({ onJobStart: ({ properties }) => seen.push({ ...properties }) })
    sc.setJobGroup('g', 'all of g', true)
    sc.addJobTag('t')
    await sc.parallelize([1]).count()
    sc.clearJobGroup()
    sc.clearJobTags()
    sc.setJobDescription('described')
    await sc.parallelize([1]).count()
    sc.setJobDescription(null)
    sc.setInterruptOnCancel(true)
    await sc.parallelize([1]).count()
    expect(seen).toEqual([
      { 'spark.jobGroup.id': 'g', 'spark.job.description': 'all of g', 'spark.job.interruptOnCancel': 'true',
        'spark.job.tags': 't' },
      { 'spark.job.description': 'described' },
      { 'spark.job.interruptOnCancel': 'true' },
    ])
  }))

  it('adds and removes tags, and refuses impossible ones', () => withSpark('local', sc => {
    sc.addJobTag('b')
    sc.addJobTag('a')
    sc.addJobTag('b')
    expect(sc.getJobTags()).toEqual(new Set(['a', 'b']))
    sc.removeJobTag('b')
    sc.removeJobTag('never there')
    expect(sc.getJobTags()).toEqual(new Set(['a']))
    sc.clearJobTags()
    expect(sc.getJobTags()).toEqual(new Set())
    for (const method of ['addJobTag', 'removeJobTag', 'cancelJobsWithTag'] as const) {
      expect(() => sc[method](null as any)).toThrow(/Spark job tag cannot be null\./)
      expect(() => sc[method]('')).toThrow(/Spark job tag cannot be an empty string\./)
      expect(() => sc[method]('a,b')).toThrow(/Spark job tag cannot contain ','\./)
    }
    expect(() => sc.setJobGroup(1 as any, 'x')).toThrow(/setJobGroup: the group must be a string, got 1/)
  }))
})
