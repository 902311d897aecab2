/** Checks of what users pass to operators, made at the call, with the operator's name and the user's line. */
import { types } from 'node:util'
import { CallSite } from '../base/call-site'
import { IllegalArgumentError } from '../base/errors'
import { travelling } from './travel'

/**
 * What a function given to an operator may return: anything, but written so that `[a, b]` is inferred as a pair. With
 * `{}` for primitives `1` is inferred as a number; by their own names it would be the type 1.
 */
export type Element = [unknown, unknown] | [unknown, unknown, unknown] | {} | null | undefined | void

export function refuse(operator: string, message: string, hint?: string): never {
  throw new IllegalArgumentError(`${operator}: ${message}`, {
    at: CallSite.capture(operator).toString(), ...(hint === undefined ? {} : { hint }),
  })
}

/** A function that tasks call with each element and whose results are used at once: it cannot be async. */
export function requireFunction<F extends Function>(operator: string, f: F, what = 'its argument'): F {
  requireCallable(operator, f, what)
  if (types.isAsyncFunction(f)) {
    refuse(operator, `${what} is an async function, so its results would be promises`, 'Use mapAsync(f, { concurrency }), or await inside mapPartitions.')
  }
  return travelling(operator, f)
}

/** A function that tasks call and that may be async. */
export function requireTaskFunction<F extends Function>(operator: string, f: F, what = 'its argument'): F {
  return travelling(operator, requireCallable(operator, f, what))
}

/** A function that the driver calls; it may be async. */
export function requireCallable<F extends Function>(operator: string, f: F, what = 'its argument'): F {
  if (typeof f !== 'function') refuse(operator, `${what} must be a function, got ${describe(f)}`)
  return f
}

export function requireInteger(operator: string, value: number, minimum: number, what: string): number {
  if (!Number.isInteger(value) || value < minimum) {
    refuse(operator, `${what} must be a whole number, ${minimum} or more, got ${describe(value)}`)
  }
  return value
}

/** A short word for a value in a message: never its content beyond what a person needs. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  switch (typeof value) {
    case 'string': return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}...` : value)
    case 'object': return `an object (${value!.constructor?.name ?? 'without a class'})`
    case 'function': return `a function (${value.name === '' ? 'without a name' : value.name})`
    case 'bigint': return `${value}n`
    default: return String(value)
  }
}
