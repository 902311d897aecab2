/** The status store: counters from events, and no growth without end. */
import { EventBus } from '../../lib/events/bus'
import type { EngineEvent } from '../../lib/events/engine-events'
import { endedStatusesMax, StatusStore } from '../../lib/events/status-store'

const metrics = { runTimeMs: 1, deserializeTimeMs: 0, gcTimeMs: 0, resultBytes: 0, shuffleBytesWritten: 0, shuffleBytesRead: 0, recordsRead: 0, shuffleRecordsWritten: 0, shuffleRecordsRead: 0,
  memoryBytesSpilled: 0, diskBytesSpilled: 0 }
const stage = (stageId: number) => ({ stageId, attempt: 0, name: 'map', numTasks: 1, rddIds: [0] })

function store(): { post: (...events: EngineEvent[]) => void, status: StatusStore } {
  const bus = new EventBus<EngineEvent>()
  const status = new StatusStore(bus)
  return { status, post: (...events) => events.forEach(event => bus.post(event)) }
}

describe('StatusStore', () => {
  it('follows a job through its stages and tasks', () => {
    const { post, status } = store()
    post(
      { type: 'jobStart', jobId: 3, time: 1, name: 'count', properties: { a: 'b' } },
      { type: 'stageSubmitted', jobId: 3, stage: stage(5), time: 2 },
      { type: 'taskStart', stageId: 5, partition: 0, attempt: 0, time: 3 })
    expect(status.job(3))
      .toMatchObject({ name: 'count', stageIds: [5], status: 'RUNNING', completionTime: undefined })
    expect(status.stage(5)).toMatchObject({ jobId: 3, numActiveTasks: 1, submissionTime: 2 })
    post(
      { type: 'taskEnd', stageId: 5, partition: 0, attempt: 0, time: 4, error: new Error('x'), metrics },
      { type: 'taskStart', stageId: 5, partition: 0, attempt: 1, time: 5 },
      { type: 'taskEnd', stageId: 5, partition: 0, attempt: 1, time: 6, error: undefined, metrics },
      { type: 'stageCompleted', jobId: 3, stage: stage(5), time: 7, failureReason: undefined },
      { type: 'jobEnd', jobId: 3, time: 8, error: undefined })
    expect(status.stage(5))
      .toMatchObject({ numActiveTasks: 0, numFailedTasks: 1, numCompletedTasks: 1, completionTime: 7 })
    expect(status.job(3)).toMatchObject({ status: 'SUCCEEDED', completionTime: 8 })
  })

  it('forgets the oldest ended ones and keeps those that run', () => {
    const { post, status } = store()
    post({ type: 'jobStart', jobId: 0, time: 0, name: 'slow', properties: {} })
    for (let jobId = 1; jobId <= endedStatusesMax + 5; jobId++) {
      post(
        { type: 'jobStart', jobId, time: 0, name: 'quick', properties: {} },
        { type: 'stageSubmitted', jobId, stage: stage(jobId), time: 0 },
        { type: 'stageCompleted', jobId, stage: stage(jobId), time: 0, failureReason: undefined },
        { type: 'jobEnd', jobId, time: 0, error: undefined })
    }
    expect(status.job(0)!.status).toBe('RUNNING')
    expect([status.job(5), status.stage(5)]).toEqual([undefined, undefined])
    expect(status.job(6)).toBeDefined()
    expect([status.allJobs().length, status.allStages().length])
      .toEqual([endedStatusesMax + 1, endedStatusesMax])
  })

  it('ignores ends of what it does not know', () => {
    const { post, status } = store()
    post(
      { type: 'jobEnd', jobId: 1, time: 0, error: undefined },
      { type: 'taskStart', stageId: 1, partition: 0, attempt: 0, time: 0 },
      { type: 'taskEnd', stageId: 1, partition: 0, attempt: 0, time: 0, error: undefined, metrics },
      { type: 'stageCompleted', jobId: 1, stage: stage(1), time: 0, failureReason: undefined })
    expect([status.allJobs(), status.allStages()]).toEqual([[], []])
  })
})
