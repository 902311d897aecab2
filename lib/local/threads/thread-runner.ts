/**
 * The embedded engine on N worker threads, which are its executors. The driver cuts jobs into stages, writes each
 * stage's program once, and hands out tasks; threads compute. Shuffle outputs come back as bytes and wait here, so that
 * the loss of a thread loses its blocks and its running task, and nothing else.
 */
import type { CallSite } from '../../base/call-site'
import { SystemClock } from '../../base/clock'
import { SparkError } from '../../base/errors'
import type { EventBus } from '../../events/bus'
import type { EngineEvent, StageInfo } from '../../events/engine-events'
import type { RDD } from '../../rdd/rdd'
import type { Job, Runner, StoredRdd } from '../../rdd/runner'
import { setCapturer, type Capturer } from '../../rdd/travel'
import { collectSink } from '../../rdd/actions/collect'
import { isPersisted } from '../chain'
import { explain } from '../explain'
import { BlockMap } from './block-map'
import { FunctionTable } from './function-table'
import type { PostedValue, Program, ThreadSettings } from './protocol'
import { writeProgram, type WrittenProgram } from './program-writer'
import { ResultReader } from './result-reader'
import { ShuffleStore, type StoredOutput } from './shuffle-store'
import { StateMap } from './state-map'
import { AwayReads, reachOf } from './state-reach'
import { TaskDispatcher } from './task-dispatcher'
import { InputsGone } from './task-inputs'
import { ThreadStage } from './thread-stage'
import { TravellingValues } from './travelling-values'
import type { WatchSettings } from './watch'

export interface ThreadOptions {
  readonly parallelism: number
  readonly maxFailures: number
  readonly localityWaitMs: number
  readonly resultBytesMax: number
  /** How many bytes of shuffles are held in memory before they go to files. */
  readonly shuffleBytesMax: number
  readonly thread: Omit<ThreadSettings, 'shuffleDirectories'>
  readonly watch: WatchSettings
  /** spark.scheduler.mode is FAIR. */
  readonly isFair: boolean
  readonly events: EventBus<EngineEvent>
  readonly capture: Capturer
}

/** By map partition. */
type ShuffleParts = StoredOutput[]

export class ThreadRunner implements Runner {
  readonly parallelism: number
  private readonly clock = new SystemClock()
  private readonly blocks = new BlockMap()
  private readonly states: StateMap
  private readonly away = new AwayReads()
  private readonly shuffles = new WeakMap<RDD<any>, Promise<ShuffleParts> | ShuffleParts>()
  private readonly stages = new Map<number, ThreadStage>()
  private readonly shuffleStore: ShuffleStore
  private readonly table: FunctionTable
  private readonly dispatcher: TaskDispatcher
  private readonly values: TravellingValues
  private nextStageId = 0
  private nextProgramId = 0

  constructor(private readonly options: ThreadOptions) {
    this.parallelism = options.parallelism
    this.states = new StateMap(options.parallelism)
    setCapturer(options.capture)
    this.values = new TravellingValues(options.capture)
    this.table = new FunctionTable(options.capture, id => this.dispatcher.forget(id))
    this.shuffleStore = new ShuffleStore(options.shuffleBytesMax, options.thread.localDirectories)
    const thread = { ...options.thread, shuffleDirectories: this.shuffleStore.directories }
    this.dispatcher = new TaskDispatcher({
      ...options, thread, shuffleStore: this.shuffleStore, clock: this.clock, blocks: this.blocks, states: this.states, away: this.away,
      table: this.table, values: this.values,
      shuffleParts: (shuffle, partition) => this.partsOf(shuffle).map(output => output.part(partition)),
    })
  }

  async runJob(job: Job): Promise<unknown[]> {
    await this.ensureShuffles(job, job.rdd)
    const { sink, args, site } = job
    const results: unknown[] = new Array(job.onResult === undefined ? job.partitions.length : 0)
    const reader = new ResultReader(this.options.resultBytesMax, site, job.onResult ?? ((index, result) => { results[index] = result }))
    await this.runStage(job, job.rdd, job.partitions, site, post => (
      { kind: 'sink', sink: sink.kind, args: post(args), operator: site.operator, inChunks: true }
    ), (done, index) => reader.take(done, index))
    return results
  }

  /** `isWhole`: those below states too, whatever the threads are taken to have of them. */
  private async ensureShuffles(job: Job, rdd: RDD<any>, isWhole = false, seen = new Set<RDD<any>>()): Promise<void> {
    if (seen.has(rdd)) return
    seen.add(rdd)
    if (isPersisted(rdd) && this.blocks.holdsAll(rdd.id, rdd.getNumPartitions())) return
    const { definition, parents } = rdd.node
    if (definition.form === 'state' && !isWhole && this.states.holdsAll(rdd)) return
    if (definition.form !== 'shuffle') {
      // Its lineage may have been cut: then nobody will read its shuffle again.
      this.shuffles.delete(rdd)
      for (const parent of parents) await this.ensureShuffles(job, parent, isWhole, seen)
      return
    }
    const known = this.shuffles.get(rdd)
    if (known !== undefined) {
      await known
      return
    }
    const written = this.runMapStage(job, rdd, isWhole, seen)
    this.shuffles.set(rdd, written)
    try {
      this.shuffles.set(rdd, await written)
    } catch (error) {
      this.shuffles.delete(rdd)
      throw error
    }
  }

  private async runMapStage(job: Job, shuffle: RDD<any>, isWhole: boolean, seen: Set<RDD<any>>): Promise<ShuffleParts> {
    const parent = shuffle.node.parents[0]!
    await this.ensureShuffles(job, parent, isWhole, seen)
    const parts: ShuffleParts = []
    const partitions = Array.from({ length: parent.getNumPartitions() }, (_, index) => index)
    await this.runStage(job, parent, partitions, shuffle.site, post => (
      { kind: 'shuffle', args: post(shuffle.node.args), operator: shuffle.site.operator }
    ), (done, index) => { parts[index] = this.shuffleStore.take(done.output!) })
    return parts
  }

  private partsOf(shuffle: RDD<any>): ShuffleParts {
    const parts = this.shuffles.get(shuffle)
    if (Array.isArray(parts)) return parts
    throw new InputsGone(`the output of shuffle ${shuffle} is not there`)
  }

  private async runStage(
    job: Job, rdd: RDD<any>, partitions: readonly number[], site: CallSite,
    work: (post: (value: unknown) => PostedValue) => Program['work'],
    onResult: ConstructorParameters<typeof ThreadStage>[0]['onResult'],
  ): Promise<void> {
    if (job.signal.aborted) throw new SparkError(`job ${job.id} was cancelled`, { code: 'MR_JOB_CANCELLED' })
    const written = await this.program(job, rdd, partitions, false, work)
    const prepare = async (isWhole: boolean): Promise<WrittenProgram> => {
      await this.ensureShuffles(job, rdd, isWhole)
      return written.hasStates ? this.program(job, rdd, partitions, isWhole, work) : written
    }
    const stageId = this.nextStageId++
    const info: StageInfo = { stageId, attempt: 0, name: site.toString(), numTasks: partitions.length, rddIds: [rdd.id] }
    const stage = new ThreadStage({ job, stageId, site, rdd, prepare, partitions, onResult }, written,
      this.options.maxFailures, task => this.dispatcher.submit(task))
    const cancel = (): void => stage.cancel()
    job.signal.addEventListener('abort', cancel)
    this.stages.set(stageId, stage)
    const { events } = this.options
    if (events.hasListeners) events.post({ type: 'stageSubmitted', jobId: job.id, stage: info, time: this.clock.now() })
    let failureReason: string | undefined
    try {
      stage.start()
      await stage.finished
    } catch (error) {
      failureReason = String((error as Error)?.message)
      throw error
    } finally {
      this.stages.delete(stageId)
      this.dispatcher.forgetStage(stage)
      job.signal.removeEventListener('abort', cancel)
      if (events.hasListeners) events.post({ type: 'stageCompleted', jobId: job.id, stage: info, time: this.clock.now(), failureReason })
    }
  }

  /** Writes the program of a stage, and reads what its tasks need of states elsewhere. */
  private async program(
    job: Job, rdd: RDD<any>, partitions: readonly number[], isWhole: boolean,
    work: (post: (value: unknown) => PostedValue) => Program['work'],
  ): Promise<WrittenProgram> {
    const isHeld = isWhole ? undefined : (state: RDD<any>): boolean => this.states.holdsAll(state)
    const written = writeProgram(this.nextProgramId++, this.table, rdd, isHeld, work)
    if (written.hasStates) await this.readAway(job, rdd, partitions, isWhole)
    return written
  }

  private async readAway(job: Job, rdd: RDD<any>, partitions: readonly number[], isWhole: boolean): Promise<void> {
    const wanted = new Map<RDD<any>, Set<number>>()
    for (const partition of partitions) {
      for (const [read, index] of reachOf(rdd, partition, this.blocks, this.states, isWhole).away) {
        if (this.away.get(job, read, index) !== undefined) continue
        if (!wanted.has(read)) wanted.set(read, new Set())
        wanted.get(read)!.add(index)
      }
    }
    for (const [read, indexes] of wanted) {
      const places = [...indexes]
      const { operator } = read.site
      await this.runStage(job, read, places, read.site, post => ({ kind: 'sink', sink: collectSink.kind, args: post(null), operator }),
        (done, i) => this.away.put(job, read, places[i]!, done.result!))
    }
  }

  unpersist(rddId: number): void {
    this.blocks.drop(rddId)
    this.dispatcher.drop(rddId)
  }

  forgetStates(store: string, beforeVersion: number): void { this.dispatcher.forgetStates(store, beforeVersion) }
  dropState(store: string): void { this.dispatcher.dropState(store) }
  storedRdds(): readonly StoredRdd[] { return this.blocks.stored() }
  explain(rdd: RDD<any>, withCode: boolean): string { return explain(rdd, withCode) }
  cancelStage(stageId: number): void { this.stages.get(stageId)?.cancel() }

  async stop(): Promise<void> {
    setCapturer(undefined)
    this.values.forget()
    for (const stage of this.stages.values()) stage.cancel()
    await this.dispatcher.stop()
    this.shuffleStore.stop()
  }
}

