/**
 * Everything that runs while a context is active. It is started in one order and stopped in Spark's:
 * receivers, what they received as batches, the batch clock, the jobs, the inputs. Every wait of a stop has
 * an end.
 */
import { killPoint } from '../../base/kill-points'
import { limits } from '../../base/limits'
import { logFor } from '../../base/log'
import { readSetting } from '../../conf/settings'
import type { Properties } from '../../rdd/context/local-properties'
import type { Checkpointer } from '../checkpoint/checkpointer'
import type { StreamingContext } from '../streaming-context'
import { within } from '../within'
import { JobGenerator } from './job-generator'
import { batchTimeKey, JobScheduler } from './job-scheduler'

const log = logFor('StreamingContext')

interface Options {
  readonly checkpointer: Checkpointer | undefined
  readonly onError: (message: string, error: unknown) => void
  readonly onBatchStatistics: () => void
}

export class StreamRun {
  readonly scheduler: JobScheduler
  /** Resolves when a stop has ended the making of batches. */
  readonly generationEnded: Promise<void>
  private readonly generator: JobGenerator
  private endGeneration!: () => void

  constructor(private readonly context: StreamingContext, private readonly options: Options) {
    const { onError, onBatchStatistics, checkpointer } = options
    const { clock, events, graph, batchDuration, receiverTracker: tracker, inputInfo, conf } = context
    const { localProperties } = context.sparkContext
    this.generationEnded = new Promise(resolve => { this.endGeneration = resolve })
    this.scheduler = new JobScheduler({
      concurrentJobs: readSetting(conf, 'spark.streaming.concurrentJobs'), clock, events, onError, onBatchStatistics,
      localProperties, properties: propertiesOfJobs(localProperties.current),
      onBatchCompleted: set => this.generator.onBatchCompleted(set),
      commit: checkpointer === undefined ? undefined : set => checkpointer.end(set),
    })
    this.generator = new JobGenerator({ clock, batchDuration, graph, tracker, scheduler: this.scheduler, inputInfo, onError, checkpointer })
  }

  async start(): Promise<void> {
    const { graph, receiverTracker, events, clock, batchOutputs, sparkContext } = this.context
    const zeroTime = this.generator.zeroTime()
    graph.initialize(zeroTime)
    await this.options.checkpointer?.begin(zeroTime)
    await batchOutputs.start(graph, sparkContext.appName, this.options.checkpointer?.outputRecord)
    receiverTracker.start()
    await graph.startInputs()
    killPoint('start.receivers')
    await this.generator.start()
    if (events.hasListeners) events.post({ type: 'streamingStarted', time: clock.now() })
  }

  async stop(gracefully: boolean): Promise<void> {
    try {
      killPoint('stop.begin')
      if (gracefully) await this.drain()
      killPoint('stop.drained')
      this.generator.stop()
      this.scheduler.stop()
      this.endGeneration()
      if (!gracefully) await this.context.receiverTracker.stop()
      await within(this.generator.settled(), limits.jobStopMs)
      await this.endRunningJobs()
      killPoint('stop.jobsEnded')
    } finally {
      await this.context.graph.stop()
      await this.context.batchOutputs.stop()
      killPoint('stop.inputsStopped')
      await this.options.checkpointer?.close()
    }
  }

  /** Waits until what was received has been processed, or until the time for it is over. */
  private async drain(): Promise<void> {
    const { context: { conf, batchDuration, receiverTracker }, generator, scheduler } = this
    await receiverTracker.stop()
    const setMs = readSetting(conf, 'spark.streaming.gracefulStopTimeout')
    const drained = generator.stopGracefully().then(() => {
      this.endGeneration()
      return scheduler.idle()
    })
    if (await within(drained, setMs ?? 10 * batchDuration.milliseconds)) return
    log.warn('Timed out while stopping the job generator')
    generator.stop()
    this.endGeneration()
    // Whoever has not said how long a stop may take has not said either that jobs may be given up.
    if (setMs === undefined) await within(scheduler.idle(), limits.gracefulJobsMs)
  }

  private async endRunningJobs(): Promise<void> {
    if (await within(this.scheduler.idle(), limits.jobStopMs)) return
    const { jobs } = this.context.sparkContext
    jobs.cancelWhere(properties => properties[batchTimeKey] !== undefined, 'because the StreamingContext was stopped')
  }
}

/**
 * What the flow that starts a context has set goes with every job, but for what belongs to that flow's own
 * jobs.
 */
function propertiesOfJobs(current: Properties): Properties {
  const own = (key: string): boolean => key.startsWith('spark.jobGroup') || key === 'spark.job.description'
  return { ...Object.fromEntries(Object.entries(current).filter(([key]) => !own(key))), 'spark.job.interruptOnCancel': 'false' }
}
