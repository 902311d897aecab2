/** Broadcast values: read-only data that every thread gets once, however many tasks use it. */
import { CallSite } from '../base/call-site'
import { IllegalArgumentError, SparkError } from '../base/errors'
import { SparkContext } from './context/spark-context'
import { RDD } from './rdd'
import { announceSharedVariable, registerSharedVariable } from './shared-variables'

declare module './context/spark-context' {
  interface SparkContext {
    /**
     * Makes `value` available to tasks through `.value`. It must not be changed afterwards.
     * Throws IllegalArgumentError for an RDD. Counterpart: SparkContext.broadcast.
     * @example
     * ```ts
     * import { SparkContext } from 'millrace'
     * const sc = new SparkContext('local', 'broadcast')
     * const stopWords = sc.broadcast(new Set(['the', 'a']))
     * const words = sc.parallelize(['the', 'mill', 'race'])
     * console.log(await words.filter(word => !stopWords.value.has(word)).collect()) // [ 'mill', 'race' ]
     * await sc.stop()
     * ```
     */
    broadcast<T>(value: T): Broadcast<T>
  }
}

/** Counterpart: org.apache.spark.broadcast.Broadcast. */
export class Broadcast<T> {
  private held: { readonly value: T } | undefined
  private destroyed: CallSite | undefined

  /** Internal: users call `sc.broadcast`; a thread makes its own of the same number. */
  constructor(readonly id: number, value: T) {
    this.held = { value }
    // A function that has captured a destroyed value is refused when it is sent, as reading it would be.
    Object.defineProperty(this, Symbol.for('millrace.travel'), {
      get: () => {
        this.requireValid()
        return { kind: 'broadcast', id }
      },
    })
  }

  /** The value. Throws SparkError once it was destroyed. */
  get value(): T { return this.requireValid().value }

  /** False once it was destroyed. */
  get isValid(): boolean { return this.held !== undefined }

  /**
   * Drops the threads' copies; they are sent again when they are asked for. Throws SparkError once destroyed.
   */
  unpersist(_blocking = false): void { this.requireValid() }

  /** Drops the value for good. Throws SparkError the second time. */
  destroy(_blocking = false): void {
    this.requireValid()
    this.destroyed = CallSite.capture('destroy')
    this.held = undefined
  }

  private requireValid(): { readonly value: T } {
    if (this.held !== undefined) return this.held
    throw new SparkError(`Attempted to use ${this} after it was destroyed (${this.destroyed})`, {
      hint: 'Destroy a broadcast value when no later batch needs it; unpersist() only frees memory.',
    })
  }

  toString(): string { return `Broadcast(${this.id})` }
}

registerSharedVariable('broadcast', (id, value) => new Broadcast(id, value))

const refused = Symbol.for('millrace.refuse')
const counts = new WeakMap<SparkContext, number>()

SparkContext.prototype.broadcast = function <T>(this: SparkContext, value: T): Broadcast<T> {
  this.requireRunning()
  const at = CallSite.capture('broadcast').toString()
  if (RDD.is(value)) {
    throw new IllegalArgumentError(
      'Can not directly broadcast RDDs; instead, call collect() and broadcast the result.', { at })
  }
  const what = typeof value === 'object' && value !== null
    ? (value as any)[refused] as string | undefined : undefined
  if (what !== undefined) {
    throw new IllegalArgumentError(`broadcast: ${what} lives on the driver and cannot be broadcast`, { at })
  }
  const id = counts.get(this) ?? 0
  counts.set(this, id + 1)
  const broadcast = new Broadcast(id, value)
  announceSharedVariable(
    { kind: 'broadcast', id, travellingValue: () => broadcast.isValid ? broadcast.value : undefined })
  return broadcast
}
