/**
 * The embedded engine in the calling thread: cuts a job into stages at its shuffles, runs those whose output is
 * missing, parents first, then the job's own. The event loop gets its turn between tasks.
 */
import { types } from 'node:util'
import { Breather } from '../base/event-loop'
import { SystemClock } from '../base/clock'
import type { EventBus } from '../events/bus'
import type { EngineEvent } from '../events/engine-events'
import type { Input, ShuffleArguments } from '../rdd/plan'
import type { RDD } from '../rdd/rdd'
import type { Job, Runner, StoredRdd } from '../rdd/runner'
import type { TaskContext } from '../rdd/task-context'
import type { BlockStatus } from './blocks/block'
import { BlockStore } from './blocks/block-store'
import { ScratchSpace } from './blocks/scratch-space'
import { isPersisted } from './chain'
import { then } from './maybe'
import { explain } from './explain'
import type { ShuffleMemory } from './shuffle/memory'
import { openShuffle } from './shuffle/read'
import { ShuffleLost, ShuffleOutput, type MapOutput } from './shuffle/shuffle-output'
import { writeMapOutput } from './shuffle/write'
import { StageRunner } from './stage-runner'
import { StateStore } from './state/state-store'
import { TaskRunner } from './task-runner'

export interface LocalOptions {
  readonly parallelism: number
  readonly maxFailures: number
  /** Whether recognised functions are compiled into loops over bytes. */
  readonly inline: boolean
  readonly events: EventBus<EngineEvent>
  /** millrace.memory.storage. */
  readonly storageBytes: number
  /** millrace.memory.execution. */
  readonly executionBytes: number
  /** spark.local.dir. */
  readonly localDirectories: string
}

export class LocalRunner implements Runner {
  readonly parallelism: number
  private readonly scratch: ScratchSpace
  private readonly memory: ShuffleMemory
  private readonly blocks: BlockStore
  private readonly states = new StateStore()
  /** Shuffle outputs live as long as the plan that asked for them. */
  private readonly shuffles = new WeakMap<RDD<any>, Promise<ShuffleOutput> | ShuffleOutput>()
  private readonly tasks: TaskRunner
  private readonly stages: StageRunner

  constructor({ parallelism, maxFailures, inline, events, storageBytes, executionBytes, localDirectories }: LocalOptions) {
    this.parallelism = parallelism
    const blockChanged = (block: BlockStatus): void => {
      const { rddId, partition, memoryBytes, diskBytes } = block
      if (events.hasListeners) events.post({ type: 'blockStored', rddId, partition, memoryBytes, diskBytes })
    }
    this.scratch = new ScratchSpace(localDirectories)
    this.memory = { limitBytes: executionBytes, scratch: this.scratch }
    this.blocks = new BlockStore({ memoryLimitBytes: storageBytes, scratch: this.scratch, onEvicted: blockChanged })
    this.stages = new StageRunner(events, new SystemClock(), maxFailures)
    this.tasks = new TaskRunner(this.blocks, this.states, { read: (rdd, partition, task) => this.readShuffle(rdd, partition, task) }, inline,
      (rddId, partition, memoryBytes, diskBytes) => blockChanged({ rddId, partition, memoryBytes, diskBytes }))
  }

  async runJob(job: Job): Promise<unknown[]> {
    const breather = new Breather()
    const { rdd, site, sink, args } = job
    await this.ensureShuffles(job, rdd, breather)
    const results: unknown[] = []
    await this.stages.run({
      job, site, rddId: rdd.id, partitions: job.partitions,
      run: (partition, task) => this.tasks.run(rdd, partition, { sink, args }, site, task),
      onResult: (result, index) => {
        if (job.onResult === undefined) results.push(result)
        else job.onResult(index, result)
      },
      beforeRetry: () => this.ensureShuffles(job, rdd, breather),
    }, breather)
    return results
  }

  /** Runs the map stage of every shuffle below `rdd` that has no output yet, parents first. */
  private async ensureShuffles(job: Job, rdd: RDD<any>, breather: Breather, seen = new Set<RDD<any>>()): Promise<void> {
    if (seen.has(rdd)) return
    seen.add(rdd)
    if (isPersisted(rdd) && this.blocks.holdsAll(rdd.id, rdd.getNumPartitions())) return
    const { definition, args, parents } = rdd.node
    if (definition.form === 'state' && this.states.holdsAll(args.store, args.version, rdd.getNumPartitions())) return
    if (definition.form !== 'shuffle') {
      // Its lineage may have been cut: then nobody will read its shuffle again.
      this.shuffles.delete(rdd)
      for (const parent of parents) await this.ensureShuffles(job, parent, breather, seen)
      return
    }
    const known = this.shuffles.get(rdd)
    if (known instanceof ShuffleOutput && !known.isLost) return
    if (types.isPromise(known)) {
      await known
      return
    }
    const output = this.runMapStage(job, rdd, breather, seen)
    this.shuffles.set(rdd, output)
    try {
      this.shuffles.set(rdd, await output)
    } catch (error) {
      this.shuffles.delete(rdd)
      throw error
    }
  }

  private async runMapStage(job: Job, shuffle: RDD<any>, breather: Breather, seen: Set<RDD<any>>): Promise<ShuffleOutput> {
    const parent = shuffle.node.parents[0]!
    await this.ensureShuffles(job, parent, breather, seen)
    const count = parent.getNumPartitions()
    const output = new ShuffleOutput(count, shuffle.node.args as ShuffleArguments, this.memory)
    await this.stages.run({
      job, site: shuffle.site, rddId: parent.id, partitions: Array.from({ length: count }, (_, index) => index),
      run: (partition, task) => then(task, writeMapOutput(this.tasks, shuffle, partition, task, output), written => {
        task.metrics.shuffleBytesWritten += Math.round(written.sizeBytes)
        return written
      }),
      onResult: ({ buckets, memoryBytes, runs }: MapOutput, index) => output.put(index, buckets, memoryBytes, runs),
      beforeRetry: () => this.ensureShuffles(job, parent, breather),
    }, breather)
    output.finish()
    return output
  }

  private readShuffle(shuffle: RDD<any>, partition: number, task: TaskContext): Input {
    const output = this.shuffles.get(shuffle)
    if (!(output instanceof ShuffleOutput)) throw new ShuffleLost(`the output of shuffle ${shuffle} is not there`)
    const input = openShuffle(output, partition, task, shuffle.site)
    task.metrics.shuffleBytesRead += output.bytesOf(partition)
    return input
  }

  unpersist(rddId: number): void { this.blocks.drop(rddId) }
  forgetStates(store: string, beforeVersion: number): void { this.states.forgetBefore(store, beforeVersion) }
  dropState(store: string): void { this.states.drop(store) }
  storedRdds(): readonly StoredRdd[] { return this.blocks.stored() }
  explain(rdd: RDD<any>, withCode: boolean): string { return explain(rdd, withCode) }
  cancelStage(stageId: number): void { this.stages.cancel(stageId) }

  async stop(): Promise<void> {
    this.blocks.clear()
    this.states.clear()
    this.scratch.closeAll()
  }
}
