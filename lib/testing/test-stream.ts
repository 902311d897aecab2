/** testStream: batches in, a program, batches out. */
import * as path from 'node:path'
import { tmpdir } from 'node:os'
import { Seconds, type Duration } from '../base/duration'
import { IllegalArgumentError } from '../base/errors'
import { Random, freshSeed } from '../base/random'
import type { Time } from '../base/time'
import { realDisk } from '../disk/real-disk'
import type { RDD } from '../rdd/rdd'
import type { DStream } from '../streaming/dstream'
import { InputDStream } from '../streaming/input-dstream'
import type { StreamingContext } from '../streaming/streaming-context'
import { runLife, type Program, type ResultsByTime } from './test-run'

/** How `testStream` runs a program. */
export interface StreamTestOptions {
  /** Where it runs. Default 'local'. */
  readonly master?: string
  /** The batch interval. Default one second. */
  readonly batch?: Duration
  /** How many partitions each input batch is cut into, in order. Default 2. */
  readonly partitions?: number
  /** How many batches to run. Default: the length of the longest input. */
  readonly batches?: number
  /** The folder for checkpoints. Default: a fresh temporary one, removed afterwards. */
  readonly checkpointDir?: string
  readonly conf?: Record<string, string>
  /**
   * After so many batches everything is dropped as by a killed process, recovered from the checkpoint folder, and goes on.
   * A batch that runs again after a recovery replaces its first result.
   */
  readonly restartAfter?: number | readonly number[]
}

type Batches<T> = readonly (readonly T[] | undefined)[]

/**
 * Runs a stream program over literal batches on a manual clock and returns what its result stream held, batch by batch.
 *
 * `inputs` has one entry an input stream: its batches, each a list of elements, or undefined for a batch without an RDD;
 * past its end an input gives empty batches. Batch i (from 0) has the time (i + 1) * batch. `build` gets one DStream an
 * input and the context, and returns the stream to look at.
 * @returns one list a batch in which that stream's RDD exists, in time order; elements in partition order
 * @throws (the Promise) the first error that generating or running a batch gave
 * @example
 * ```ts
 * import { testStream } from 'millrace/testing'
 * const counts = await testStream([[['a', 'b', 'a'], [], ['b']]], ([words]) => words.countByValue())
 * console.log(counts) // [ [ [ 'a', 2 ], [ 'b', 1 ] ], [], [ [ 'b', 1 ] ] ], in some order within each batch
 * ```
 */
export async function testStream<I extends readonly unknown[], O>(
  inputs: { readonly [K in keyof I]: Batches<I[K]> },
  build: (streams: { readonly [K in keyof I]: DStream<I[K]> }, ssc: StreamingContext) => DStream<O>,
  options: StreamTestOptions = {},
): Promise<O[][]> {
  if (!Array.isArray(inputs) || inputs.some(input => !Array.isArray(input))) {
    throw new IllegalArgumentError('testStream: inputs is a list with one entry an input stream, each a list of batches', {
      hint: 'testStream([[[1, 2], [3]]], ([numbers]) => numbers.map(n => n + 1)) has one input with two batches.',
    })
  }
  const { batch = Seconds(1), partitions = 2 } = options
  const batches = options.batches ?? inputs.reduce((most: number, input) => Math.max(most, input.length), 0)
  const temporary = options.checkpointDir === undefined
    ? path.join(tmpdir(), `millrace-test-${process.pid}-${Math.floor(new Random(freshSeed()).next() * 1e9)}`) : undefined
  const checkpointDir = options.checkpointDir ?? temporary!
  const program: Program = {
    master: options.master ?? 'local', batch, conf: options.conf ?? {}, checkpointDir,
    build: ssc => build(inputs.map(input => new LiteralInputDStream(ssc, input, batch, partitions)) as never, ssc),
  }
  const results: ResultsByTime = new Map()
  try {
    const ends = endsOfLives(options.restartAfter, batches)
    for (const [life, end] of ends.entries()) {
      const from = ends[life - 1] ?? 0
      await runLife(program, from, end - from, { isKilled: life < ends.length - 1 }, results)
    }
    return [...results].sort(([a], [b]) => a - b).map(([, elements]) => elements as O[])
  } finally {
    if (temporary !== undefined) await realDisk.remove(temporary)
  }
}

/** After which batches a life of the program ends; the last is the end of all. */
function endsOfLives(restartAfter: number | readonly number[] | undefined, batches: number): number[] {
  const restarts = restartAfter === undefined ? [] : typeof restartAfter === 'number' ? [restartAfter] : [...restartAfter]
  if (restarts.some(count => !Number.isInteger(count) || count < 0)) {
    throw new IllegalArgumentError(`testStream: restartAfter takes numbers of batches, 0 or more, got ${restarts.join(', ')}`, {
      hint: 'restartAfter: 2, or restartAfter: [1, 2, 3].',
    })
  }
  return [...new Set(restarts.filter(count => count < batches))].sort((a, b) => a - b).concat(batches)
}

/** An input whose batch i, counted from 0, is the i-th of a list. */
class LiteralInputDStream<T> extends InputDStream<T> {
  constructor(
    context: StreamingContext, private readonly batches: Batches<T>, private readonly batch: Duration, private readonly partitions: number,
  ) {
    super(context, 'testStream')
  }

  override compute(time: Time): RDD<T> | undefined {
    const index = time.milliseconds / this.batch.milliseconds - 1
    if (index >= this.batches.length) return this.context.sparkContext.parallelize<T>([], this.partitions)
    const values = this.batches[index]
    if (values === undefined) return undefined
    this.context.inputInfo.report({ inputStreamId: this.id, numRecords: values.length, metadata: {} })
    return this.context.sparkContext.parallelize(values, this.partitions)
  }
}
