/**
 * What registering does to an accumulator. In a task every method of it works on a copy that belongs to the
 * task and every getter refuses; the copy is merged once, when the task has succeeded. So a failed attempt
 * leaves no trace, and no task sees what another has added. On the driver, outside tasks, everything works on
 * the accumulator itself.
 *
 *   acc.add(x) --in a task--> task.local(acc), a copy of zero --the task succeeded--> acc.merge(copy)
 */
import { IllegalArgumentError, UnsupportedOperationError } from '../../base/errors'
import { logFor } from '../../base/log'
import { announceSharedVariable, registerSharedVariable } from '../shared-variables'
import { TaskContext } from '../task-context'
import { AccumulatorV2 } from './accumulator-v2'

const log = logFor('Accumulators')
const travel = Symbol.for('millrace.travel')

export interface Registration {
  readonly id: number
  readonly name: string | undefined
  mergeUpdate(update: unknown): void
  /** The value, in a task too: for messages. */
  read(): unknown
}

const registrations = new WeakMap<object, Registration>()
/**
 * What must stay as the class has it: reading these tells nothing of the value, or makes a new accumulator.
 */
const untouched = new Set(['constructor', 'copy', 'copyAndReset', 'isZero', 'toString'])
let nextId = 0

export function registrationOf(accumulator: object): Registration | undefined {
  return registrations.get(accumulator)
}

/** A number that no accumulator of this process has had. */
export function newAccumulatorId(): number { return nextId++ }

/**
 * Makes `accumulator` the one of that number here: on the driver when it is registered, in another thread as
 * the stand-in of the driver's.
 * @throws IllegalArgumentError when a copy of it, reset, is not zero
 */
export function attach(accumulator: AccumulatorV2<any, any>, id: number, name: string | undefined): void {
  const zero = zeroOf(accumulator)
  const merge = accumulator.merge
  const read = () => Reflect.get(Object.getPrototypeOf(accumulator) as object, 'value',
    accumulator) as unknown
  registrations.set(accumulator, {
    id, name, read,
    mergeUpdate: update => {
      try { merge.call(accumulator, sameClass(update, zero)) } catch (error) {
        const which = name === undefined ? String(id) : `${id} (${name})`
        log.error(`Failed to update accumulator ${which}: ${String(error)}`)
      }
    },
  })
  for (const [key, property] of members(accumulator)) guard(accumulator, key, property, zero)
  Object.defineProperty(accumulator, travel, { value: { kind: 'accumulator', id } })
  announceSharedVariable({
    kind: 'accumulator', id, travellingValue: () => zero,
    ...{ mergeUpdate: (update: unknown) => accumulator.mergeUpdate(update) },
  })
}

function zeroOf(accumulator: AccumulatorV2<any, any>): AccumulatorV2<any, any> {
  const zero = accumulator.copyAndReset()
  if (zero !== accumulator && AccumulatorV2.is(zero) && zero.isZero) return zero
  const { name } = accumulator.constructor
  throw new IllegalArgumentError(`copyAndReset of ${name} must return a zero value copy`, {
    hint: 'copy() returns a new accumulator, after reset() isZero is true.',
  })
}

/** Bytes from another thread come back as plain objects where their class is not known by name. */
function sameClass(update: unknown, zero: AccumulatorV2<any, any>): AccumulatorV2<any, any> {
  const prototype = Object.getPrototypeOf(zero) as object
  return Object.getPrototypeOf(update) === prototype
    ? update as AccumulatorV2<any, any> : Object.setPrototypeOf(update, prototype)
}

/** The methods and getters of an accumulator's own classes, the most derived first. */
function* members(accumulator: object): Generator<[string, PropertyDescriptor]> {
  const seen = new Set(untouched)
  let at: object | null = accumulator
  for (; at !== null && at !== AccumulatorV2.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const key of Object.getOwnPropertyNames(at)) {
      if (seen.has(key)) continue
      seen.add(key)
      yield [key, Object.getOwnPropertyDescriptor(at, key)!]
    }
  }
}

function guard(
  accumulator: any, key: string, property: PropertyDescriptor, zero: AccumulatorV2<any, any>,
): void {
  if (property.configurable !== true && Object.hasOwn(accumulator, key)) return
  const { value: method, get, set } = property
  if (typeof method === 'function') {
    const routed = function (this: unknown, ...args: unknown[]): unknown {
      const task = TaskContext.get()
      if (task === undefined) return method.apply(accumulator, args)
      const local = task.local(accumulator, () => freshCopy(zero)) as any
      return local[key](...args)
    }
    Object.defineProperty(accumulator, key, { value: routed, configurable: true, writable: true })
  } else if (get !== undefined) {
    const read = function (): unknown {
      if (TaskContext.get() !== undefined) throw unreadable(accumulator)
      return get.call(accumulator)
    }
    Object.defineProperty(accumulator, key, { get: read, set, configurable: true })
  }
}

/**
 * What a task adds to. Functions that it keeps in fields are no part of what it has gathered, and do not
 * travel.
 */
function freshCopy(zero: AccumulatorV2<any, any>): AccumulatorV2<any, any> {
  const copy = zero.copy()
  for (const [key, value] of Object.entries(copy)) {
    if (typeof value === 'function') Object.defineProperty(copy, key, { enumerable: false })
  }
  return copy
}

function unreadable(accumulator: AccumulatorV2<any, any>): UnsupportedOperationError {
  return new UnsupportedOperationError("Can't read accumulator value in task", {
    hint: `Tasks add to a ${accumulator.constructor.name}, the driver reads it when its action is done. `
      + 'For a value that tasks share use broadcast.',
  })
}

// A thread's own accumulator of the same number: what its tasks add goes back with their results.
registerSharedVariable('accumulator', (id, zero) => {
  const own = (zero as AccumulatorV2<any, any>).copy()
  attach(own, id, undefined)
  return own
})
