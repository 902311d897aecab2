/**
 * AccumulatorV2: something that tasks add to and only the driver reads. What the user writes is the plain
 * thing: add, merge, reset. Registering is what makes it safe: see registration.ts.
 */
import { IllegalStateError } from '../../base/errors'
import { registrationOf } from './registration'

const brand = Symbol.for('millrace.accumulator')

/**
 * The base of accumulators of one's own: values of `IN` are added, `OUT` is read. Register an instance with
 * `sc.register(accumulator, name)` before tasks use it. Counterpart: org.apache.spark.util.AccumulatorV2.
 * @example
 * ```ts
 * import { AccumulatorV2, SparkContext } from 'millrace'
 * class Longest extends AccumulatorV2<string, string> {
 *   constructor(private word = '') { super() }
 *   get isZero() { return this.word === '' }
 *   get value() { return this.word }
 *   add(word: string) { if (word.length > this.word.length) this.word = word }
 *   merge(other: Longest) { this.add(other.word) }
 *   copy() { return new Longest(this.word) }
 *   reset() { this.word = '' }
 * }
 * const sc = new SparkContext('local', 'longest')
 * const longest = new Longest()
 * sc.register(longest, 'longest word')
 * await sc.parallelize(['a', 'abc', 'ab']).foreach(word => longest.add(word))
 * console.log(longest.value) // abc
 * await sc.stop()
 * ```
 */
export abstract class AccumulatorV2<IN, OUT> {
  constructor() { Object.defineProperty(this, brand, { value: true }) }

  static is(value: unknown): value is AccumulatorV2<any, any> {
    return typeof value === 'object' && value !== null && (value as any)[brand] === true
  }

  /** True while nothing has been added: merging it changes nothing. */
  abstract get isZero(): boolean
  /** Another accumulator with the same value. */
  abstract copy(): AccumulatorV2<IN, OUT>
  /** Sets it back to zero. */
  abstract reset(): void
  /** Takes a value in. In a task it counts once the task has succeeded. */
  abstract add(value: IN): void
  /** Takes in what another accumulator of the same class has gathered. */
  abstract merge(other: AccumulatorV2<IN, OUT>): void
  /** What was gathered. Only the driver can read it; in a task it throws UnsupportedOperationError. */
  abstract get value(): OUT

  /** A copy that is zero: what each task starts from. */
  copyAndReset(): AccumulatorV2<IN, OUT> {
    const copy = this.copy()
    copy.reset()
    return copy
  }

  /** True once it was registered with a context. */
  get isRegistered(): boolean { return registrationOf(this) !== undefined }

  /**
   * Its number, unlike that of any other in this process. Throws IllegalStateError before it is registered.
   */
  get id(): number { return this.registration.id }

  /** The name it was registered under, if any. Throws IllegalStateError before it is registered. */
  get name(): string | undefined { return this.registration.name }

  private get registration() {
    const registration = registrationOf(this)
    if (registration !== undefined) return registration
    throw new IllegalStateError('The metadata of this accumulator has not been assigned yet.', {
      hint: 'Register it first: sc.register(accumulator, name).',
    })
  }

  /** Internal: takes in what a task that has succeeded has gathered. */
  mergeUpdate(update: unknown): void { this.registration.mergeUpdate(update) }

  toString(): string {
    const registration = registrationOf(this)
    const kind = this.constructor.name
    if (registration === undefined) return `Un-registered Accumulator: ${kind}`
    const { id, name = 'None' } = registration
    return `${kind}(id: ${id}, name: ${name}, value: ${String(registration.read())})`
  }
}
