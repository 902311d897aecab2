/** A golden program: one program, its inputs and the one output that it must have on every engine, however it runs. */
import type { DStream, StreamingContext } from '../../lib/index'
import type { ReferenceStream } from '../support/reference-stream'

type Batches<T> = readonly (readonly T[] | undefined)[]

export interface GoldenProgram<I extends readonly unknown[], O> {
  readonly name: string
  /** One entry an input: its batches; undefined for a batch without an RDD. */
  readonly inputs: { readonly [K in keyof I]: Batches<I[K]> }
  /** How many batches run; as many as the longest input has unless said. */
  readonly batches?: number
  /** Puts what the program reads into its folder, before it starts. */
  readonly prepare?: (folder: string) => void
  /** The program. `folder` is its own, fresh in each run. Functions of tasks are written here, not imported. */
  readonly build: (streams: { readonly [K in keyof I]: DStream<I[K]> }, ssc: StreamingContext, folder: string) => DStream<O>
  /** What the stream holds, written by hand: one list for each batch in which it has an RDD, in any order within unless `isOrdered`. */
  readonly expected: readonly (readonly O[])[]
  readonly isOrdered?: boolean
  /** The same program for the reference interpreter, which must come to the same. */
  readonly interpret?: (streams: { readonly [K in keyof I]: ReferenceStream<I[K]> }) => ReferenceStream<O>
  /** The text files that the program leaves in its folder, by name: their lines, in any order. */
  readonly files?: Readonly<Record<string, readonly string[]>>
}

/** Says what a program's types are, and gives it back. */
export function golden<I extends readonly unknown[], O>(program: GoldenProgram<I, O>): GoldenProgram<I, O> { return program }
