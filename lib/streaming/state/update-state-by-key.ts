/** updateStateByKey: a state for each key, made anew of the one before and of the batch's values, for every key at every batch. */
import { named } from '../../base/call-site'
import type { Time } from '../../base/time'
import { describe, refuse, requireFunction } from '../../rdd/arguments'
import type { Partitioner, Partitioning } from '../../rdd/partitioner'
import { RDD } from '../../rdd/rdd'
import type { UpdateForm } from '../../rdd/state/update-state'
import { DStream } from '../dstream'
import { streamPartitioner } from '../operators/partitioning'
import { StateEntriesDStream } from './state-entries-dstream'
import { UpdateStateDStream } from './update-state-dstream'

/** What `updateStateByKey` takes beside its function. */
export interface UpdateStateOptions<K, S> {
  /** How many partitions the state has; the context's default parallelism unless said. */
  readonly numPartitions?: number | undefined
  /** Who says which partition a key belongs to, in place of `numPartitions`. */
  readonly partitioner?: Partitioner | undefined
  /** The states that the first batch begins with. After a recovery the kept state counts, not this. */
  readonly initialRDD?: RDD<[K, S]> | undefined
  /** Which form the function has; `'values'` unless said. */
  readonly form?: UpdateForm | undefined
  /**
   * For the form `'iterator'`: the function returns keys that belong in the partition they came in, which is so for the
   * keys that it is given. False for a function that makes other keys; then the whole state is shuffled at every batch.
   * True unless said.
   */
  readonly rememberPartitioner?: boolean | undefined
}

/** The function's form is an iterator over all keys of a partition. */
export interface IteratorUpdateOptions<K, S> extends UpdateStateOptions<K, S> { readonly form: 'iterator' }
/** The function takes the batch time and the key first. */
export interface TimedUpdateOptions<K, S> extends UpdateStateOptions<K, S> { readonly form: 'timed' }
/** The function takes the values and the state. */
export interface ValuesUpdateOptions<K, S> extends UpdateStateOptions<K, S> { readonly form?: 'values' | undefined }

declare module '../dstream' {
  interface DStream<T> {
    /**
     * At every batch the pairs `[key, state]` of all keys. `f` is called for every key that has a state, with `[]` when no
     * values came, and for every new key; it returns the next state, or undefined to drop the key. `mapWithState` costs
     * only what it touches. Needs a checkpoint folder. The last arguments: a number of partitions or a partitioner, and the
     * states to begin with; or options. Counterpart: PairDStreamFunctions.updateStateByKey.
     * @example
     * ```ts
     * import { StreamingContext, Seconds } from 'millrace'
     * const ssc = new StreamingContext('local', 'totals', Seconds(1))
     * ssc.checkpoint('checkpoints')
     * const words = ssc.queueStream([['a', 'b'], ['a']]).map(word => [word, 1])
     * const totals = words.updateStateByKey((ones, total: number | undefined) => (total ?? 0) + ones.length)
     * totals.print() // (a,1) (b,1), then (a,2) (b,1)
     * ```
     */
    updateStateByKey<K, V, S>(
      this: DStream<[K, V]>, f: (values: V[], state: S | undefined) => S | undefined,
      partitioning?: Partitioning, initialRDD?: RDD<[K, S]>): DStream<[K, S]>
    updateStateByKey<K, V, S>(
      this: DStream<[K, V]>, f: (values: V[], state: S | undefined) => S | undefined,
      options: ValuesUpdateOptions<K, S>): DStream<[K, S]>
    /** The same with a function that takes the batch time and the key first. */
    updateStateByKey<K, V, S>(
      this: DStream<[K, V]>, f: (time: Time, key: K, values: V[], state: S | undefined) => S | undefined,
      options: TimedUpdateOptions<K, S>): DStream<[K, S]>
    /**
     * The same with a function that is called once a partition: it gets `[key, values, state]` of every key, one after
     * another, and returns, as an iterable or an iterator, the pairs `[key, state]` that stay.
     */
    updateStateByKey<K, V, S>(
      this: DStream<[K, V]>,
      f: (entries: IterableIterator<[key: K, values: V[], state: S | undefined]>) => Iterable<[K, S]> | Iterator<[K, S]>,
      options: IteratorUpdateOptions<K, S>): DStream<[K, S]>
    /** The same with the type of the state said alone: `updateStateByKey<number>((values, state = 0) => ...)`. */
    updateStateByKey<S>(
      this: DStream<[any, any]>, f: (values: ValueOf<T>[], state: S | undefined) => S | undefined,
      options?: Partitioning | ValuesUpdateOptions<KeyOf<T>, S>, initialRDD?: RDD<[KeyOf<T>, S]>): DStream<[KeyOf<T>, S]>
  }
}

type KeyOf<T> = T extends readonly [infer K, unknown] ? K : never
type ValueOf<T> = T extends readonly [unknown, infer V] ? V : never

const operator = 'updateStateByKey'
const forms: readonly unknown[] = ['values', 'timed', 'iterator']

DStream.prototype.updateStateByKey = function (this: DStream<any>, f: any, second?: any, third?: any) {
  f = requireFunction(operator, f)
  return named(operator, () => {
    const options = optionsOf(second, third)
    const { form = 'values', initialRDD, rememberPartitioner = true } = options
    if (!forms.includes(form)) refuse(operator, `its form must be 'values', 'timed' or 'iterator', got ${describe(form)}`)
    if (typeof rememberPartitioner !== 'boolean') refuse(operator, `rememberPartitioner must be true or false, got ${describe(rememberPartitioner)}`)
    requireStates(operator, 'initialRDD', initialRDD, this)
    const partitioner = partitionerOf(this, options)
    const state = new UpdateStateDStream(this, { f, form, partitioner, initialRDD, rememberPartitioner }, operator)
    return new StateEntriesDStream(state, operator)
  })
}

function optionsOf(second: any, third: any): UpdateStateOptions<any, any> {
  if (typeof second === 'object' && second !== null && !('getPartition' in second) && !RDD.is(second)) {
    if (third !== undefined) refuse(operator, 'the initial states belong into its options', '{ numPartitions, partitioner, initialRDD, form }.')
    return second
  }
  if (RDD.is(second)) refuse(operator, 'the initial states are its third argument', 'updateStateByKey(f, { initialRDD: states }).')
  if (typeof second === 'object' && second !== null) return { partitioner: second, initialRDD: third }
  return { numPartitions: second ?? undefined, initialRDD: third }
}

function partitionerOf(stream: DStream<any>, { numPartitions, partitioner }: UpdateStateOptions<any, any>): Partitioner {
  if (numPartitions !== undefined && partitioner !== undefined) {
    refuse(operator, `it takes numPartitions or a partitioner, got both (${describe(numPartitions)} and ${describe(partitioner)})`)
  }
  return streamPartitioner(operator, stream, partitioner ?? numPartitions)
}

/** Refuses anything but an RDD of the stream's own context. */
export function requireStates(asker: string, what: string, states: unknown, stream: DStream<any>): void {
  if (states === undefined) return
  if (!RDD.is(states)) refuse(asker, `${what} must be an RDD of [key, state] pairs, got ${describe(states)}`, 'sc.parallelize([[key, state], ...]) makes one.')
  if (states.context !== stream.context.sparkContext) refuse(asker, `${what} belongs to another SparkContext`)
}
