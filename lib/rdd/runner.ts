/**
 * What an engine is, seen from a plan: something that runs the tasks of a job and keeps blocks. A runner may be remote,
 * asynchronous and coarse; plans ask for nothing else.
 */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import type { SparkConf } from '../conf/spark-conf'
import type { EventBus } from '../events/bus'
import type { EngineEvent } from '../events/engine-events'
import type { SinkDefinition } from './plan'
import type { RDD } from './rdd'

/** One action on one RDD, ready to run. */
export interface Job<A = any> {
  readonly id: number
  readonly rdd: RDD<any>
  readonly sink: SinkDefinition<A>
  readonly args: A
  readonly partitions: readonly number[]
  readonly site: CallSite
  readonly properties: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** Called with each partition's result as it comes; the results of `runJob` then stay empty. */
  readonly onResult?: ((index: number, result: unknown) => void) | undefined
}

export interface StoredRdd {
  readonly id: number
  readonly partitionsCached: number
  readonly memoryBytes: number
  readonly diskBytes: number
}

export interface Runner {
  /** How many tasks run at a time. */
  readonly parallelism: number
  /** One result a partition, in the order of `job.partitions`. */
  runJob(job: Job): Promise<unknown[]>
  /** Drops every block of a persisted RDD. */
  unpersist(rddId: number): void
  /** Lets go of what is needed only for versions of a state before `beforeVersion`. */
  forgetStates(store: string, beforeVersion: number): void
  /** Forgets a state. */
  dropState(store: string): void
  storedRdds(): readonly StoredRdd[]
  /** The stages of an action on the RDD in words, with their generated code on request. */
  explain(rdd: RDD<any>, withCode: boolean): string
  /** Asks a running stage to give up. */
  cancelStage(stageId: number): void
  stop(): Promise<void>
}

export interface EngineContext {
  readonly master: string
  readonly conf: SparkConf
  readonly events: EventBus<EngineEvent>
}

interface Engine { readonly accepts: RegExp, readonly create: (context: EngineContext) => Runner }

const engines: Engine[] = []

/** Makes master URLs of a form known. Called once by each engine's folder, from the list of engines in lib/index.ts. */
export function registerEngine(accepts: RegExp, create: (context: EngineContext) => Runner): void {
  engines.push({ accepts, create })
}

export function createRunner(context: EngineContext): Runner {
  const engine = engines.find(candidate => candidate.accepts.test(context.master))
  if (engine === undefined) {
    throw new IllegalArgumentError(`Could not parse Master URL: '${context.master}'`, {
      at: CallSite.capture('SparkContext').toString(),
      hint: 'The forms are local, local[N], local[*] and local[N, maxFailures].',
    })
  }
  return engine.create(context)
}
