/**
 * The data of sources that live on the driver, in the form in which threads are sent it: made once however many
 * jobs read it, in shared memory where it is large, and a part at a time, so that the event loop gets its turn.
 */
import { types } from 'node:util'
import { Breather } from '../../base/event-loop'
import { SparkError } from '../../base/errors'
import { limits } from '../../base/limits'
import { compact, share } from '../../base/shared-bytes'
import { decodeColumns, encodeColumns } from '../../codec/columns'
import type { Input, SourceDefinition } from '../../rdd/plan'
import type { RDD } from '../../rdd/rdd'
import { ChunkSizer, encodeChunk } from '../../rdd/saving/chunks'
import { TaskContext } from '../../rdd/task-context'
import type { ShippedInput } from './protocol'

type Data = ShippedInput['data']

/** By RDD and partition. */
const encoded = new WeakMap<object, Map<number, Data>>()

export function shippedData(rdd: RDD<any>, definition: SourceDefinition, args: any, partition: number): Data | Promise<Data> {
  const known = encoded.get(rdd)?.get(partition)
  if (known !== undefined) return known
  const input = definition.read(args, partition, driverTask)
  if (types.isPromise(input)) return input.then(read => shippedForm(rdd, definition, read, partition))
  return shippedForm(rdd, definition, input as Input, partition)
}

const driverTask = new TaskContext(-1, -1, 0, -1)

function shippedForm(rdd: RDD<any>, definition: SourceDefinition, input: Input, partition: number): Data | Promise<Data> {
  if (definition.ship === 'bytes' && input.kind === 'array') {
    return { kind: 'bytes', values: Array.from(input.values as ArrayLike<Uint8Array>, bytes => compact(share(bytes))) }
  }
  if (input.kind === 'text') return { kind: 'text', blocks: input.values.map(sharedText) }
  if (input.kind !== 'array') throw new SparkError(`the data of ${definition.kind} cannot be sent to a thread`)
  const keep = (data: Data): Data => {
    let partitions = encoded.get(rdd)
    if (partitions === undefined) encoded.set(rdd, partitions = new Map())
    partitions.set(partition, data)
    return data
  }
  const values: readonly unknown[] = Array.isArray(input.values) ? input.values : Array.from(input.values)
  if (values.length > wholeLength) return inTurn(() => encodeSlowly(values)).then(chunks => keep({ kind: 'chunks', chunks }))
  return keep({ kind: 'columns', bytes: share(encodeColumns(values)) })
}

/** Up to here elements are encoded at once. */
const wholeLength = 4_096
const chunkBytes = 256 * 1024

/** One after another: two that share a turn of the event loop would hold it twice as long. */
let last: Promise<unknown> = Promise.resolve()

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work)
  last = done.catch(() => undefined)
  return done
}

async function encodeSlowly(values: readonly unknown[]): Promise<Uint8Array[]> {
  const breather = new Breather(limits.eventLoopHoldMs / 2)
  const sizer = new ChunkSizer(chunkBytes)
  const chunks: Uint8Array[] = []
  for (let from = 0; from < values.length;) {
    const until = Math.min(values.length, from + sizer.records)
    for (const bytes of encodeChunk(values.slice(from, until), sizer)) chunks.push(share(bytes))
    from = until
    const pause = breather.pause()
    if (pause !== undefined) await pause
  }
  return chunks
}

/** What `chunks` were made of. */
export function decodeChunks(chunks: readonly Uint8Array[]): unknown[] {
  const values: unknown[] = []
  for (const chunk of chunks) {
    const part = decodeColumns(chunk)
    for (let i = 0; i < part.length; i++) values.push(part[i])
  }
  return values
}

/** Blocks of text that were not gathered in shared memory. */
const sharedTexts = new WeakMap<Uint8Array, Uint8Array>()

function sharedText(text: Uint8Array): Uint8Array {
  let shared = sharedTexts.get(text)
  if (shared === undefined) sharedTexts.set(text, shared = compact(share(text)))
  return shared
}
