/**
 * What a thread does: keeps functions, programs and blocks, and runs one task at a time with the same code as the engine
 * in the calling thread. It knows nothing of jobs, of other threads or of users' lines.
 */
import { share, weighShared } from '../../base/shared-bytes'
import { decodeColumns, encodeColumns } from '../../codec/columns'
import { encodeValue } from '../../codec/values'
import { SparkError } from '../../base/errors'
import { TaskFailure } from '../../loop/task-failure'
import type { Input } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import { TaskContext } from '../../rdd/task-context'
import { BlockStore } from '../blocks/block-store'
import { ScratchSpace } from '../blocks/scratch-space'
import { textOf } from '../job-failure'
import type { ShuffleMemory } from '../shuffle/memory'
import { isPromise, type Maybe } from '../maybe'
import { decoding, TaskGauge } from '../task-gauge'
import type { OpenPartition } from '../state/state-store'
import { StateLost } from '../state/table-view'
import { TaskRunner, type ShuffleReader, type StateReader } from '../task-runner'
import { placeIn, placeOf, readProgram, type ReadyProgram } from './program-reader'
import {
  programsMax, type BlockNote, type FromThread, type PostedError, type PostedOutput,
  type Program, type ShippedInput, type TaskMessage, type ThreadStart,
} from './protocol'
import { writeForOthers } from './map-side'
import { mergeParts } from './merge-parts'
import { Pulse, TaskKilled } from './pulse'
import { encodeResult } from './result-reader'
import { decodeChunks } from './shipped-data'
import { ThreadStates } from './thread-states'

export interface ExecutorOptions {
  readonly functionOf: (id: number) => Function
  readonly settings: ThreadStart
  readonly answer: (message: FromThread, transfer?: ArrayBuffer[]) => void
}

/** Thrown when a task needs data that did not come with it, because the driver believed that this thread has the block. */
class BlockLost extends Error {}

export class Executor {
  private readonly blocks: BlockStore
  private readonly scratch: ScratchSpace
  /** What map tasks write there is handed over. */
  private readonly mapMemory: ShuffleMemory
  private readonly mergeMemory: ShuffleMemory
  readonly states: ThreadStates
  private readonly pulse: Pulse
  private readonly programs = new Map<number, ReadyProgram>()
  private readonly tasks: TaskRunner
  private inputs = new Map<string, ShippedInput>()
  private stored: BlockNote[] = []
  /** Time to read programs, which the next task is for. */
  private programMs = 0

  constructor(private readonly options: ExecutorOptions) {
    const { inline, storageBytes, executionBytes, localDirectories, shuffleDirectories, pulse, slot, slotCount } = options.settings
    this.pulse = new Pulse(pulse)
    this.states = new ThreadStates(slot, slotCount)
    this.scratch = new ScratchSpace(localDirectories)
    this.mapMemory = { limitBytes: executionBytes, scratch: new ScratchSpace(shuffleDirectories, true) }
    this.mergeMemory = { limitBytes: executionBytes, scratch: this.scratch }
    this.blocks = new BlockStore({
      memoryLimitBytes: storageBytes, scratch: this.scratch,
      onEvicted: ({ rddId, partition, diskBytes }) => { if (diskBytes === 0) options.answer({ type: 'evicted', rddId, partition }) },
    })
    const states: StateReader = { read: (rdd, partition, task, open) => this.stateOf(rdd, partition, task, open) }
    const shuffles: ShuffleReader = { read: (shuffle, partition, task) => this.shuffled(shuffle, partition, task) }
    this.tasks = new TaskRunner(this.blocks, states, shuffles, inline,
      (rddId, partition, memoryBytes, diskBytes) => { this.stored.push({ rddId, partition, memoryBytes, diskBytes }) })
  }

  /** Keeps the newest programs, as the driver knows; a task names one that was sent just before it. */
  addProgram(program: Program): void {
    if (this.programs.size >= programsMax) this.programs.delete(this.programs.keys().next().value!)
    const startMs = performance.now()
    const shippedOf = (node: number, partition: number, task: TaskContext): Input => decoding(task, () => this.shipped(node, partition))
    this.programs.set(program.id, readProgram(program, this.options.functionOf, shippedOf))
    this.programMs += performance.now() - startMs
  }

  drop(rddId: number): void { this.blocks.drop(rddId) }

  /** Gives back what is not memory. */
  end(): void {
    this.scratch.closeAll()
    this.mapMemory.scratch.closeAll()
  }

  readBlock(requestId: number, rddId: number, partition: number): void {
    const values = this.blocks.get(rddId, partition)
    this.options.answer({ type: 'block', requestId, bytes: values === undefined ? undefined : share(encodeColumns(Array.from(values))) })
  }

  async run(message: TaskMessage): Promise<void> {
    const task = new TaskContext(message.stageId, message.partition, message.attempt, message.taskId, message.properties)
    const gauge = new TaskGauge(task)
    const { pulse } = this
    task.beat = () => {
      pulse.beat()
      if (!pulse.isInterrupted(message.taskId)) return
      task.interrupted = true
      throw new TaskKilled()
    }
    // What waits for something outside beats too: its event loop runs.
    const waiting = setInterval(() => pulse.beat(), beatIntervalMs)
    this.inputs = new Map(message.inputs.map(input => [`${input.node}:${input.partition}`, input]))
    this.stored = []
    this.states.begin(message.counted)
    task.metrics.deserializeTimeMs += this.programMs
    this.programMs = 0
    const program = this.programs.get(message.programId)
    try {
      if (program === undefined) throw new SparkError(`program ${message.programId} was not sent`)
      for (const input of message.inputs) if (input.data.kind === 'block') decoding(task, () => this.keep(program, input))
      const result = task.runSync(() => this.work(program, message, task))
      const value = isPromise(result) ? await result : result
      task.complete()
      this.succeeded(message.taskId, program, value, task, gauge)
    } catch (error) {
      task.complete()
      this.options.answer({
        type: 'failed', taskId: message.taskId, error: posted(error), blocks: this.stored, states: this.states.notes(), metrics: gauge.end(),
      })
    } finally {
      clearInterval(waiting)
      this.inputs.clear()
    }
  }

  private keep({ nodes }: ReadyProgram, { node, partition, data }: ShippedInput): void {
    const rdd = nodes[node]!
    const { bytes } = data as Extract<ShippedInput['data'], { kind: 'block' }>
    const { memoryBytes, diskBytes } = this.blocks.put(rdd.id, partition, decodeColumns(bytes), rdd.getStorageLevel())
    this.stored.push({ rddId: rdd.id, partition, memoryBytes, diskBytes })
  }

  private work({ last, work }: ReadyProgram, { partition, toDisk }: TaskMessage, task: TaskContext): unknown {
    if (work.kind === 'shuffle') return writeForOthers(this.tasks, work.shuffle, partition, task, this.mapMemory, toDisk)
    return this.tasks.run(last, partition, { sink: work.sink, args: work.args }, work.site, task)
  }

  private succeeded(taskId: number, { work }: ReadyProgram, value: unknown, task: TaskContext, gauge: TaskGauge): void {
    const updates: [number, Uint8Array][] = []
    task.commit((accumulator: { readonly id: number }, update) => updates.push([accumulator.id, encodeValue(update)]))
    const { stored: blocks } = this
    const states = this.states.notes()
    if (work.kind === 'shuffle') {
      const output = value as PostedOutput
      this.options.answer({ type: 'done', taskId, result: undefined, more: [], isList: false, output, updates, blocks, states, metrics: gauge.end() })
    } else {
      const isList = Array.isArray(value)
      const chunks = work.inChunks ? encodeResult(value) : [encodeColumns(isList ? value : [value])]
      const [result, ...more] = chunks
      const metrics = gauge.end(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0))
      this.options.answer({ type: 'done', taskId, result, more, isList, output: undefined, updates, blocks, states, metrics },
        chunks.map(chunk => chunk.buffer as ArrayBuffer))
    }
  }

  private shipped(node: number, partition: number): Input {
    const input = this.inputs.get(`${node}:${partition}`)
    if (input === undefined) throw new BlockLost(`node ${node}, partition ${partition}`)
    const { data } = input
    if (data.kind === 'text') return { kind: 'text', values: data.blocks.map(weighShared) }
    if (data.kind === 'columns') return { kind: 'array', values: decodeColumns(weighShared(data.bytes)) }
    if (data.kind === 'chunks') return { kind: 'array', values: decodeChunks(data.chunks.map(weighShared)) }
    if (data.kind === 'bytes') return { kind: 'array', values: data.values.map(weighShared) }
    throw new SparkError('a source was given the output of a shuffle')
  }

  /** What another thread has comes with the task. */
  private stateOf(rdd: RDD<any>, partition: number, task: TaskContext, open: OpenPartition): Maybe<Input> {
    const input = this.inputs.get(`${placeIn(rdd)}:${partition}`)
    const data = input?.data
    if (data?.kind === 'columns') return decoding(task, () => ({ kind: 'array', values: decodeColumns(data.bytes) }))
    return this.states.read(rdd, partition, task, open)
  }

  private shuffled(shuffle: RDD<any>, partition: number, task: TaskContext): Input {
    const place = placeIn(shuffle)
    const input = this.inputs.get(`${place}:${partition}`)
    if (input?.data.kind !== 'shuffle') throw new BlockLost(`shuffle ${place}, partition ${partition}`)
    return mergeParts(input.data.parts, shuffle.node.args, this.mergeMemory, task, shuffle.site)
  }
}

/** How often a task that waits gives a sign of life. */
const beatIntervalMs = 500

function posted(error: unknown): PostedError {
  const { cause, site } = error instanceof TaskFailure ? error : { cause: error, site: undefined }
  let thrown: Uint8Array | undefined
  try { thrown = encodeValue(cause) } catch { thrown = undefined }
  return {
    node: placeOf(site), thrown, text: textOf(cause), stack: (cause as Error | undefined)?.stack, 
    isBlockLost: cause instanceof BlockLost || cause instanceof StateLost,
  }
}
