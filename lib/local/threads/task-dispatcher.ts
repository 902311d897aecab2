/**
 * Brings tasks to threads and their answers back: chooses a thread, sends what the task needs, counts what it did, and
 * when a thread is lost puts its task and its blocks right.
 */
import type { Clock } from '../../base/clock'
import type { EventBus } from '../../events/bus'
import type { EngineEvent, TaskMetrics } from '../../events/engine-events'
import { decodeValue } from '../../codec/values'
import type { BlockMap } from './block-map'
import type { FunctionTable } from './function-table'
import type { BlockNote, FromThread, ThreadSettings } from './protocol'
import type { ShuffleStore } from './shuffle-store'
import type { WrittenProgram } from './program-writer'
import type { StateMap } from './state-map'
import { reachOf, type AwayReads } from './state-reach'
import { InputsGone, preferredThread, taskInputs, type ShuffleParts } from './task-inputs'
import { TaskQueue } from './task-queue'
import type { Thread } from './thread'
import { ThreadPool } from './thread-pool'
import type { StageTask, ThreadStage } from './thread-stage'
import type { TravellingValues } from './travelling-values'
import { Watch, type Watched, type WatchSettings } from './watch'

interface Options {
  readonly parallelism: number
  readonly localityWaitMs: number
  readonly thread: ThreadSettings
  readonly watch: WatchSettings
  /** spark.scheduler.mode is FAIR. */
  readonly isFair: boolean
  readonly events: EventBus<EngineEvent>
  readonly clock: Clock
  readonly blocks: BlockMap
  readonly table: FunctionTable
  readonly values: TravellingValues
  readonly states: StateMap
  readonly away: AwayReads
  readonly shuffleParts: ShuffleParts
  readonly shuffleStore: ShuffleStore
}

interface Running extends Watched {
  readonly taskId: number
  readonly written: WrittenProgram
  /** When it was sent; see StateMap. */
  moment: number
}

export class TaskDispatcher {
  private readonly queue: TaskQueue
  private readonly pool: ThreadPool
  private readonly watch: Watch
  private readonly running = new Map<Thread, Running>()
  private nextTaskId = 0

  constructor(private readonly options: Options) {
    const { clock, localityWaitMs, parallelism, table, values, thread } = options
    this.queue = new TaskQueue(clock, localityWaitMs, options.isFair)
    this.watch = new Watch(clock, options.watch, () => this.running.values(), task => this.submit({ ...task }))
    this.pool = new ThreadPool(parallelism, {
      onFree: thread => this.queue.free(thread),
      onMessage: (thread, message) => this.receive(thread, message),
      onDeath: (thread, reason) => this.lose(thread, reason),
    }, table, values, thread)
  }

  submit(task: StageTask): void {
    const { rdd, job } = task.stage.work
    const slot = this.slotOf(task)
    this.pool.start()
    this.queue.add({
      jobId: job.id, pool: job.properties['spark.scheduler.pool'] ?? `job ${job.id}`,
      sinceMs: this.options.clock.now(),
      isWanted: () => task.stage.isWanted(task),
      preferred: () => preferredThread(rdd, task.partition, this.options.blocks),
      home: slot === undefined ? undefined : () => this.pool.inSlot(slot),
      start: thread => { void this.start(task, thread, slot !== undefined) },
    })
  }

  /** Where the task must run, if it reads states. */
  private slotOf({ stage, partition, whole }: StageTask): number | undefined {
    const { hasStates, isWhole } = whole ?? stage.written
    if (!hasStates) return undefined
    return reachOf(stage.work.rdd, partition, this.options.blocks, this.options.states, isWhole).slot
  }

  private async start(task: StageTask, thread: Thread, isPinned: boolean): Promise<void> {
    const { work } = task.stage
    const written = task.whole ?? task.stage.written
    const { states, away } = this.options
    const taskId = this.nextTaskId++
    const now = this.options.clock.now()
    const running: Running = {
      taskId, task, written, thread, isPinned, startMs: now, beats: thread.pulse.beats, beatMs: now, moment: states.moment,
    }
    this.running.set(thread, running)
    this.watch.start()
    try {
      const { inputs, counted } = await taskInputs(written, work.rdd, task.partition, thread, this.options,
        (read, partition) => away.get(work.job, read, partition))
      if (!thread.isAlive) return
      running.moment = states.moment
      this.postEvent({ type: 'taskStart', stageId: work.stageId, partition: task.partition, attempt: task.attempt, time: this.options.clock.now() })
      this.pool.send(thread, written, {
        type: 'task', taskId, programId: written.program.id, stageId: work.stageId, partition: task.partition,
        attempt: task.attempt, properties: work.job.properties, inputs, counted,
        toDisk: this.options.shuffleStore.isFull,
      })
    } catch (error) {
      this.finish(thread)
      if (error instanceof InputsGone) task.stage.lost(task, error.message)
      else task.stage.fail(error)
    }
  }

  private receive(thread: Thread, message: FromThread): void {
    if (message.type === 'evicted') {
      this.options.blocks.remove(thread, message.rddId, message.partition)
      return
    }
    if (message.type !== 'done' && message.type !== 'failed') return
    const running = this.running.get(thread)
    if (running?.taskId !== message.taskId) return
    for (const block of message.blocks) this.stored(thread, block)
    const { task } = running
    const isWanted = task.stage.isWanted(task)
    this.options.states.take(message.states, running.moment, isWanted && message.type === 'done')
    this.ended(task, message.metrics, message.type === 'failed' ? message.error.text : undefined)
    // The thread gets its next task before this one's result is decoded.
    this.finish(thread)
    if (message.type === 'failed') {
      task.stage.failed(task, message.error, running.written)
      return
    }
    if (!isWanted) {
      if (message.output !== undefined) this.options.shuffleStore.discard(message.output)
      return
    }
    for (const [id, update] of message.updates) this.options.values.merge(id, decodeValue(update))
    task.stage.succeeded(task, message)
  }

  private finish(thread: Thread): void {
    this.queue.ended(thread)
    this.running.delete(thread)
    thread.release()
    if (thread.isAlive) this.queue.free(thread)
  }

  private lose(thread: Thread, reason: string): void {
    this.options.blocks.removeThread(thread)
    this.options.states.lose(thread.slot)
    const running = this.running.get(thread)
    this.running.delete(thread)
    this.queue.ended(thread)
    this.queue.lose(thread)
    if (running !== undefined) running.task.stage.lost(running.task, reason)
  }

  /** Tasks of a stage that is over run on for nothing: they are told to give up. */
  forgetStage(stage: ThreadStage): void {
    for (const [thread, { task, taskId }] of this.running) {
      if (task.stage === stage) thread.pulse.interrupt(taskId)
    }
  }

  private stored(thread: Thread, note: BlockNote): void {
    this.options.blocks.add(thread, note)
    this.postEvent({ type: 'blockStored', ...note })
  }

  private ended(task: StageTask, metrics: TaskMetrics, error: string | undefined): void {
    const { stageId } = task.stage.work
    this.postEvent({ type: 'taskEnd', stageId, partition: task.partition, attempt: task.attempt, time: this.options.clock.now(), error, metrics })
  }

  private postEvent(event: EngineEvent): void { if (this.options.events.hasListeners) this.options.events.post(event) }

  forget(functionId: number): void { this.pool.forget(functionId) }
  drop(rddId: number): void { this.pool.drop(rddId) }

  forgetStates(store: string, beforeVersion: number): void {
    this.pool.post({ type: 'forgetStates', store, beforeVersion })
  }

  dropState(store: string): void {
    this.options.states.drop(store)
    this.pool.post({ type: 'dropState', store })
  }

  async stop(): Promise<void> {
    this.queue.clear()
    this.watch.stop()
    await this.pool.stop()
  }
}
