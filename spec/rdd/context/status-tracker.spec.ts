/** statusTracker: jobs and stages while they run and afterwards; facts of Spark's StatusTrackerSuite. */
import { masters, withSpark } from '../../support/contexts'

describe.each(masters)('statusTracker on %s', master => {
  it('shows a job and its stages while they run and when they have ended', () => withSpark(master, async sc => {
    const tracker = sc.statusTracker
    const action = sc.parallelize([1, 2, 3], 2).map(n => [n % 2, n] as [number, number]).groupByKey(3)
      .mapPartitions(async values => { await new Promise(resolve =>
        setTimeout(resolve, 200)); return values }).collectAsync()
    while (!tracker.getStageInfo(1)?.numActiveTasks) await new Promise(resolve => setImmediate(resolve))
    expect(tracker.getActiveJobIds()).toEqual([0])
    expect(tracker.getJobInfo(0)).toEqual({ jobId: 0, stageIds: [0, 1], status: 'RUNNING' })
    expect(tracker.getStageInfo(0)).toMatchObject({ stageId: 0, numTasks: 2, numCompletedTasks: 2,
      numActiveTasks: 0, numFailedTasks: 0, currentAttemptId: 0 })
    expect(tracker.getStageInfo(1)).toMatchObject(
      { stageId: 1, numTasks: 3, name: expect.stringMatching(/^collectAsync at status-tracker/) })
    await action
    expect(tracker.getJobInfo(0)!.status).toBe('SUCCEEDED')
    expect([tracker.getActiveJobIds(), tracker.getActiveStageIds()]).toEqual([[], []])
    expect(tracker.getStageInfo(1)).toMatchObject({ numActiveTasks: 0, numCompletedTasks: 3 })
  }))

  it('shows failures', () => withSpark(master, async sc => {
    await expect(sc.parallelize([1], 1).map(() => { throw new Error('no') }).count()).rejects.toThrow('no')
    const { statusTracker } = sc
    expect(statusTracker.getJobInfo(0)!.status).toBe('FAILED')
    expect(statusTracker.getStageInfo(0))
      .toMatchObject({ numFailedTasks: 1, numCompletedTasks: 0, numActiveTasks: 0 })
  }))

  it('finds jobs by group and by tag', () => withSpark(master, async sc => {
    const { statusTracker } = sc
    expect(statusTracker.getJobIdsForGroup('mine')).toEqual([])
    sc.setJobGroup('mine', '')
    sc.addJobTag('t1')
    await sc.parallelize([1]).count()
    sc.addJobTag('t2')
    await sc.parallelize([1]).count()
    expect(statusTracker.getJobIdsForGroup('mine')).toEqual([0, 1])
    expect(statusTracker.getJobIdsForTag('t1')).toEqual([0, 1])
    expect(statusTracker.getJobIdsForTag('t2')).toEqual([1])
    expect(statusTracker.getJobIdsForTag('t')).toEqual([])
  }))

  it('knows nothing of what never was', () => withSpark(master, sc => {
    expect(sc.statusTracker.getJobInfo(7)).toBe(undefined)
    expect(sc.statusTracker.getStageInfo(7)).toBe(undefined)
  }))
})
