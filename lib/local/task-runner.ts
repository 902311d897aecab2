/**
 * Opens, runs and ends the work on one partition: finds its chain, reads its head in the cheapest form, and runs the
 * generated loop over it. Work stays synchronous as long as nothing in it is asynchronous.
 */
import { types } from 'node:util'
import type { CallSite } from '../base/call-site'
import { decodeLines } from '../codec/text'
import { compileLoop } from '../loop/compile'
import type { Flavor, LoopEnd } from '../loop/loop-builder'
import { runOnBytes } from '../loop/recognise/run-bytes'
import { locate } from '../loop/task-failure'
import { collectSink } from '../rdd/actions/collect'
import { partitionSink } from '../rdd/actions/run-on-partitions'
import type { Input, PartitionDefinition, SourceDefinition } from '../rdd/plan'
import type { RDD } from '../rdd/rdd'
import type { TaskContext } from '../rdd/task-context'
import { resolveChain, isPersisted, type Chain } from './chain'
import { allOf, isPromise, then, type Maybe } from './maybe'
import type { OpenPartition } from './state/state-store'
import { storeSink } from './blocks/block-builder'
import type { BlockStore } from './blocks/block-store'

/** An input in a form that a loop can run over. */
interface ReadyInput {
  readonly kind: Flavor
  readonly values: any
  /** The same as blocks of text, where that is what it is. */
  readonly text?: readonly Uint8Array[]
}

export interface ShuffleReader { read(shuffle: RDD<any>, partition: number, task: TaskContext): Input }

/** Reads partitions of 'stateRead' nodes; `open` opens what the state is made of. */
export interface StateReader {
  read(rdd: RDD<any>, partition: number, task: TaskContext, open: OpenPartition): Maybe<Input>
}

export class TaskRunner {
  private readonly open: OpenPartition = (rdd, partition, task) => this.openIterable(rdd, partition, task)

  constructor(
    private readonly blocks: BlockStore,
    private readonly states: StateReader,
    private readonly shuffles: ShuffleReader,
    /** Whether recognised functions are compiled into loops over bytes. */
    private readonly inline: boolean,
    private readonly onBlock: (rddId: number, partition: number, memoryBytes: number, diskBytes: number) => void,
  ) {}

  /** Runs a partition of `rdd` into `end`. `target` is what the sink writes into, if it does. */
  run(rdd: RDD<any>, partition: number, end: LoopEnd, endSite: CallSite, task: TaskContext, target?: unknown): Maybe<unknown> {
    return this.drain(resolveChain(rdd, partition), end, endSite, task, target)
  }

  private drain(chain: Chain, end: LoopEnd, endSite: CallSite, task: TaskContext, target: unknown): Maybe<unknown> {
    return then(task, this.openHead(chain, task), input => {
      const sites = [...chain.sites, endSite]
      if (end.sink === partitionSink) {
        return then(task, this.syncIterable(chain, input, task), values => callLocated(end.args as any, values, task, endSite))
      }
      const run = (ready: ReadyInput): unknown => (
        compileLoop(chain.fragments, ready.kind, end, ready.kind === 'array' ? ready.values.length : 0)(ready.values, chain.partition, sites, task, target)
      )
      if (isAsync(input)) return task.runAsync(() => run(input))
      const onBytes = input.text === undefined || !this.inline ? undefined
        : runOnBytes(chain.fragments, end, input.text, target, block => run({ kind: 'array', values: decodeLines(block) }))
      return onBytes === undefined ? run(input) : onBytes.result
    })
  }

  /** The elements of a partition of `rdd`, as something that can be iterated more than once. */
  private openIterable(rdd: RDD<any>, partition: number, task: TaskContext): Maybe<Iterable<unknown>> {
    const chain = resolveChain(rdd, partition)
    return then(task, this.openHead(chain, task), input => this.syncIterable(chain, input, task))
  }

  private syncIterable(chain: Chain, input: ReadyInput, task: TaskContext): Maybe<Iterable<unknown>> {
    if (isAsync(input)) {
      const loop = compileLoop(chain.fragments, input.kind, { sink: collectSink, args: null })
      return task.runAsync(() => loop(input.values, chain.partition, chain.sites, task) as Promise<unknown[]>)
    }
    if (chain.fragments.length === 0 && input.kind !== 'chunks') return input.values
    const loop = compileLoop(chain.fragments, input.kind)
    return { [Symbol.iterator]: () => loop(input.values, chain.partition, chain.sites, task) }
  }

  private openHead(chain: Chain, task: TaskContext): Maybe<ReadyInput> {
    const { head, partition } = chain
    if (isPersisted(head)) return this.openPersisted(head, partition, task)
    return this.openPlain(head, partition, task)
  }

  private openPlain(head: RDD<any>, partition: number, task: TaskContext): Maybe<ReadyInput> {
    const { definition, args } = head.node
    try {
      switch (definition.form) {
        case 'source': return then(task, located((definition as SourceDefinition).read(args, partition, task), head.site), ready)
        case 'shuffle': return ready(this.shuffles.read(head, partition, task))
        case 'stateRead': return then(task, this.states.read(head, partition, task, this.open), ready)
        default: return this.openPartitionwise(head, definition as PartitionDefinition, partition, task)
      }
    } catch (error) {
      throw locate(error, [head.site], 0)
    }
  }

  private openPartitionwise(head: RDD<any>, definition: PartitionDefinition, partition: number, task: TaskContext): Maybe<ReadyInput> {
    const { args, parents } = head.node
    const opened = definition.inputs(args, partition, parents)
      .map(input => this.openIterable(parents[input.parent]!, input.partition, task))
    const compute = (inputs: readonly Iterable<any>[]): Maybe<ReadyInput> => {
      const call = (): any => definition.compute(args, inputs, partition, task)
      try {
        const output = types.isAsyncFunction(args?.f) ? task.runAsync(call) : call()
        return then(task, located(output, head.site), settled => outputInput(settled, call))
      } catch (error) {
        throw locate(error, [head.site], 0)
      }
    }
    return then(task, allOf(opened), compute)
  }

  /** From the blocks; or computed, and kept there when there is room for it. */
  private openPersisted(rdd: RDD<any>, partition: number, task: TaskContext): Maybe<ReadyInput> {
    const stored = this.blocks.open(rdd.id, partition)
    if (stored !== undefined) return stored
    const chain = resolveChain(rdd, partition, rdd)
    const open = (): Maybe<ReadyInput> => chain.head === rdd ? this.openPlain(rdd, chain.partition, task) : this.openHead(chain, task)
    const level = rdd.getStorageLevel()
    const builder = this.blocks.builder(rdd.id, level)
    const gathered = then(task, open(), opened => {
      const loop = compileLoop(chain.fragments, opened.kind, { sink: storeSink, args: null })
      const run = (): unknown => loop(opened.values, chain.partition, [...chain.sites, rdd.site], task, builder)
      return isAsync(opened) ? task.runAsync(run) : run()
    })
    return then(task, gathered, () => {
      if (builder.gaveUp) return then(task, open(), input => streamed(chain, input, task))
      const { input, status } = this.blocks.keep(rdd.id, partition, level, builder)
      if (status !== undefined) this.onBlock(rdd.id, partition, status.memoryBytes, status.diskBytes)
      return input
    })
  }
}

/** What leaves a chain, computed while it is read. */
function streamed(chain: Chain, input: ReadyInput, task: TaskContext): ReadyInput {
  if (chain.fragments.length === 0) return input
  const loop = compileLoop(chain.fragments, input.kind)
  const start = (): any => loop(input.values, chain.partition, chain.sites, task)
  return isAsync(input)
    ? { kind: 'async', values: { [Symbol.asyncIterator]: start } }
    : { kind: 'iterable', values: { [Symbol.iterator]: start } }
}

function ready(input: Input): ReadyInput {
  if (input.kind !== 'text') return input
  const text = input.values
  return { kind: 'chunks', values: { *[Symbol.iterator]() { for (const block of text) yield decodeLines(block) } }, text }
}

/** `again` computes the output anew: whoever reads a partition may read it more than once. */
function outputInput(output: any, again: () => any): ReadyInput {
  if (Array.isArray(output)) return { kind: 'array', values: output }
  if (typeof output[Symbol.iterator] !== 'function') return { kind: 'async', values: output }
  return { kind: 'iterable', values: isReadOnce(output) ? reopened(output, again) : output }
}

/** Generators and other iterators: their iterator is the thing itself. */
function isReadOnce(output: any): boolean { return typeof output.next === 'function' && output[Symbol.iterator]() === output }

function reopened(first: Iterable<unknown>, again: () => any): Iterable<unknown> {
  let isOpened = false
  return {
    [Symbol.iterator]() {
      const values = isOpened ? again() : first
      isOpened = true
      if (typeof values?.[Symbol.iterator] === 'function') return values[Symbol.iterator]()
      throw new TypeError('a partition that is read a second time must be computed in the same way: it gave a promise')
    },
  }
}

function callLocated(args: { f: Function }, values: Iterable<unknown>, task: TaskContext, site: CallSite): unknown {
  const call = (): unknown => args.f(values[Symbol.iterator](), task)
  try {
    return located(types.isAsyncFunction(args.f) ? task.runAsync(call) : call(), site)
  } catch (error) {
    throw locate(error, [site], 0)
  }
}

/** A rejected promise gets the operator that it came from, as a thrown error does. */
function located<T>(value: T, site: CallSite): T {
  return isPromise(value) ? value.catch((error: unknown) => { throw locate(error, [site], 0) }) as T : value
}

function isAsync(input: ReadyInput): boolean { return input.kind === 'async' || input.kind === 'asyncChunks' }
