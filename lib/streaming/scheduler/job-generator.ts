/**
 * The batch clock. At every whole interval it allocates what receivers have received, asks each output for its job and
 * submits the batch. One queue of events owns all this: callers only post, and events are handled one after another.
 *
 *   zero time      batch 1        batch 2
 *   |--------------|--------------|---->      a batch at t holds what came in (t - interval, t]
 */
import type { Clock, Timer } from '../../base/clock'
import type { Duration } from '../../base/duration'
import { logFor } from '../../base/log'
import { Time } from '../../base/time'
import type { DStreamGraph } from '../graph'
import type { ReceiverTracker } from '../receivers/receiver-tracker'
import type { JobScheduler } from './job-scheduler'
import type { JobSet, StreamInputInfo } from './job'

const log = logFor('JobGenerator')

interface Options {
  readonly clock: Clock
  readonly batchDuration: Duration
  readonly graph: DStreamGraph
  readonly tracker: ReceiverTracker
  readonly scheduler: JobScheduler
  readonly inputInfo: InputInfoTracker
  readonly onError: (message: string, error: unknown) => void
}

/** What the inputs report of each batch while it is generated. */
export class InputInfoTracker {
  private current = new Map<number, StreamInputInfo>()

  report(info: StreamInputInfo): void { this.current.set(info.inputStreamId, info) }

  take(): ReadonlyMap<number, StreamInputInfo> {
    const taken = this.current
    this.current = new Map()
    return taken
  }
}

export class JobGenerator {
  private events: Promise<void> = Promise.resolve()
  private timer: Timer | undefined
  private isStopped = false
  private nextMs = 0
  private lastGeneratedMs = 0

  constructor(private readonly options: Options) {}

  /** Begins with the first whole interval after now. */
  async start(): Promise<void> {
    const { clock, batchDuration, graph } = this.options
    const intervalMs = batchDuration.milliseconds
    const startMs = (Math.floor(clock.now() / intervalMs) + 1) * intervalMs
    this.lastGeneratedMs = startMs - intervalMs
    await graph.start(new Time(this.lastGeneratedMs))
    this.nextMs = startMs
    this.schedule()
    log.info(`Started JobGenerator at ${startMs} ms`)
  }

  private schedule(): void {
    this.timer = this.options.clock.schedule(this.nextMs, () => this.tick())
  }

  /** Generates every batch that is due: several after a stall, so that none is skipped. */
  private tick(): Promise<void> {
    const due = this.nextMs
    this.nextMs += this.options.batchDuration.milliseconds
    const done = this.post(() => this.generate(due))
    if (!this.isStopped) this.schedule()
    return done
  }

  /** Handles `event` after all that were posted before it. */
  private post(event: () => void | Promise<void>): Promise<void> {
    this.events = this.events.then(event)
    return this.events
  }

  private async generate(timeMs: number): Promise<void> {
    const { graph, tracker, scheduler, inputInfo, onError, clock } = this.options
    const time = new Time(timeMs)
    this.lastGeneratedMs = timeMs
    try {
      await graph.prepare(time)
      tracker.allocateBlocksToBatch(time)
      const jobs = graph.generateJobs(time)
      scheduler.submit({
        time, jobs, inputInfo: inputInfo.take(), submissionTime: clock.now(),
        processingStartTime: undefined, processingEndTime: undefined,
      })
      if (jobs.length === 0) this.clear(time)
    } catch (error) {
      inputInfo.take()
      onError(`Error generating jobs for time ${time}`, error)
    }
  }

  /** Called when a batch has run: forgets what is old. A failed batch is kept until a later one succeeds. */
  onBatchCompleted(set: JobSet): void {
    if (set.jobs.some(job => job.error !== undefined)) {
      this.options.tracker.releaseBatch(set.time)
      return
    }
    void this.post(() => this.clear(set.time))
  }

  private clear(time: Time): void {
    const { graph, tracker } = this.options
    graph.clearMetadata(time)
    tracker.releaseBatch(time)
    tracker.cleanup(new Time(time.milliseconds - graph.maxInputRememberMs))
  }

  /** Generates batches until everything received is in one, then stops. */
  async stopGracefully(): Promise<void> {
    const { tracker, batchDuration, clock } = this.options
    while (tracker.hasUnallocatedBlocks) {
      const nextMs = this.nextMs
      await new Promise<void>(resolve => { clock.schedule(nextMs, resolve) })
      await this.events
      if (this.lastGeneratedMs < nextMs - batchDuration.milliseconds) break
    }
    this.stop()
    await this.events
  }

  stop(): void {
    this.isStopped = true
    this.timer?.cancel()
  }
}
