/**
 * The embedded engine in the calling thread: cuts a job into stages at its shuffles, runs those whose output is
 * missing, parents first, then the job's own. The event loop gets its turn between tasks.
 */
import { Breather } from '../base/event-loop'
import { SystemClock } from '../base/clock'
import { SparkError } from '../base/errors'
import type { EventBus } from '../events/bus'
import type { EngineEvent } from '../events/engine-events'
import type { Input, ShuffleArguments } from '../rdd/plan'
import type { RDD } from '../rdd/rdd'
import type { Job, Runner, StoredRdd } from '../rdd/runner'
import { BlockStore } from './blocks/block-store'
import { isPersisted } from './chain'
import { ShuffleOutput } from './shuffle/shuffle-output'
import { writeShuffle } from './shuffle/write'
import { StageRunner } from './stage-runner'
import { TaskRunner } from './task-runner'

export interface LocalOptions {
  readonly parallelism: number
  readonly maxFailures: number
  readonly events: EventBus<EngineEvent>
}

export class LocalRunner implements Runner {
  readonly parallelism: number
  private readonly blocks = new BlockStore()
  /** Shuffle outputs live as long as the plan that asked for them. */
  private readonly shuffles = new WeakMap<RDD<any>, Promise<ShuffleOutput> | ShuffleOutput>()
  private readonly tasks: TaskRunner
  private readonly stages: StageRunner

  constructor({ parallelism, maxFailures, events }: LocalOptions) {
    this.parallelism = parallelism
    this.stages = new StageRunner(events, new SystemClock(), maxFailures)
    this.tasks = new TaskRunner(this.blocks, { read: (rdd, partition) => this.readShuffle(rdd, partition) },
      (rddId, partition, memoryBytes) => {
        if (events.hasListeners) events.post({ type: 'blockStored', rddId, partition, memoryBytes, diskBytes: 0 })
      })
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
    const { definition, parents } = rdd.node
    if (definition.form !== 'shuffle') {
      for (const parent of parents) await this.ensureShuffles(job, parent, breather, seen)
      return
    }
    const known = this.shuffles.get(rdd)
    if (known instanceof ShuffleOutput && !known.isLost) return
    if (known instanceof Promise) {
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
    const output = new ShuffleOutput(count, shuffle.node.args as ShuffleArguments)
    await this.stages.run({
      job, site: shuffle.site, rddId: parent.id, partitions: Array.from({ length: count }, (_, index) => index),
      run: (partition, task) => writeShuffle(this.tasks, shuffle, partition, task),
      onResult: (buckets, index) => output.put(index, buckets),
      beforeRetry: () => this.ensureShuffles(job, parent, breather),
    }, breather)
    return output
  }

  private readShuffle(shuffle: RDD<any>, partition: number): Input {
    const output = this.shuffles.get(shuffle)
    if (!(output instanceof ShuffleOutput)) throw new SparkError(`the output of shuffle ${shuffle} is not there`)
    return { kind: 'array', values: output.read(partition) }
  }

  unpersist(rddId: number): void { this.blocks.drop(rddId) }
  storedRdds(): readonly StoredRdd[] { return this.blocks.stored() }
  cancelStage(stageId: number): void { this.stages.cancel(stageId) }

  async stop(): Promise<void> { this.blocks.clear() }
}
