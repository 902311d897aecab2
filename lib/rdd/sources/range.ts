/** range: whole numbers from a start to an end, made while they are asked for. */
import { describe, refuse } from '../arguments'
import { SparkContext } from '../context/spark-context'
import { defineSource } from '../plan'
import { RDD } from '../rdd'

declare module '../context/spark-context' {
  interface SparkContext {
    /**
     * The numbers `start`, `start + step`, ... before `end`, without an array of them: numbers, or bigints
     * when one of the three is a bigint. `range(end)` starts at 0. Throws IllegalArgumentError for a step of
     * 0, for what is no whole number (beyond 2^53 use bigints), and when `numSlices` is not positive.
     * Counterpart: SparkContext.range.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'range')
     * console.log(await sc.range(1, 10, 4).collect()) // [ 1, 5, 9 ]
     * await sc.stop()
     * ```
     */
    range(end: number): RDD<number>
    range(start: number, end: number, step?: number, numSlices?: number): RDD<number>
    range(start: bigint, end: bigint, step?: bigint, numSlices?: number): RDD<bigint>
  }
}

/**
 * `count` and the positions computed with it are bigints: they pass 2^53 where the numbers themselves do not.
 */
interface Range {
  readonly start: bigint
  readonly step: bigint
  readonly count: bigint
  readonly slices: number
  readonly isBigint: boolean
}

export const rangeNode = defineSource<Range>('range', {
  partitionCount: ({ slices }) => slices,
  read: ({ start, step, count, slices, isBigint }, partition) => {
    const from = count * BigInt(partition) / BigInt(slices)
    const until = count * BigInt(partition + 1) / BigInt(slices)
    const first = start + from * step
    if (isBigint) return { kind: 'chunks', values: bigintChunks(first, step, until - from) }
    return { kind: 'chunks', values: numberChunks(Number(first), Number(step), Number(until - from)) }
  },
})

const chunkLength = 4096

function numberChunks(first: number, step: number, count: number): Iterable<number[]> {
  return {
    *[Symbol.iterator]() {
      for (let value = first, left = count; left > 0; left -= chunkLength) {
        const chunk = new Array<number>(Math.min(left, chunkLength))
        for (let i = 0; i < chunk.length; i++, value += step) chunk[i] = value
        yield chunk
      }
    },
  }
}

function bigintChunks(first: bigint, step: bigint, count: bigint): Iterable<bigint[]> {
  return {
    *[Symbol.iterator]() {
      for (let value = first, left = count; left > 0n; left -= BigInt(chunkLength)) {
        const chunk = new Array<bigint>(left < chunkLength ? Number(left) : chunkLength)
        for (let i = 0; i < chunk.length; i++, value += step) chunk[i] = value
        yield chunk
      }
    },
  }
}

SparkContext.prototype.range = function (
  this: SparkContext, startOrEnd: any, endOrNothing?: any, step: any = 1, numSlices = this.defaultParallelism,
): RDD<any> {
  const [start, end] = endOrNothing === undefined ? [0, startOrEnd] : [startOrEnd, endOrNothing]
  requireWhole(start, 'start')
  requireWhole(end, 'end')
  requireWhole(step, 'step')
  if (BigInt(step) === 0n) refuse('range', 'step cannot be 0')
  if (!Number.isInteger(numSlices) || numSlices < 1) {
    refuse('range', `Positive number of partitions required, got ${describe(numSlices)}`)
  }
  const span = BigInt(end) - BigInt(start)
  const stride = BigInt(step)
  const isEmpty = span === 0n || span > 0n !== stride > 0n
  const count = isEmpty ? 0n : (span + stride + (stride > 0n ? -1n : 1n)) / stride
  const args: Range = {
    start: BigInt(start), step: stride, count, slices: numSlices,
    isBigint: [start, end, step].some(value => typeof value === 'bigint'),
  }
  return new RDD(this, { definition: rangeNode, parents: [], args })
} as any

function requireWhole(value: unknown, what: string): void {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return
  const hint = 'Beyond 2^53 numbers are not exact: give bigints.'
  refuse('range', `${what} must be a whole number, got ${describe(value)}`, hint)
}
