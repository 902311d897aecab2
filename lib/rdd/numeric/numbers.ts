/** Numeric operations take numbers only: anything else fails the task with a sentence that says what came. */
import { describe } from '../arguments'

/** The beginning of a loop's code for one element: `typeof` costs nothing where there are numbers only. */
export function numbersOnly(refusal: string, operator: string, value: string): string {
  return `if (typeof ${value} !== 'number') throw ${refusal}(${value}, ${operator})`
}

export function notANumber(value: unknown, operator: string): TypeError {
  return new TypeError(`${operator} needs numbers, it got ${describe(value)}`)
}
