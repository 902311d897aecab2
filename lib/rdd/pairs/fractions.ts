/** How much of each key a stratified sample takes: checked at the call, found by key in the tasks. */
import { KeyMap } from '../../base/key-map'
import { NoSuchElementError } from '../../base/errors'
import { show } from '../../base/show'
import { describe, refuse } from '../arguments'

/** A fraction for each key: a Map, a KeyMap or an array of pairs. */
export type Fractions<K> = Iterable<readonly [K, number]>

/** As plain data: what travels with a plan. */
export type FractionList = readonly (readonly [unknown, number])[]

export function requireFractions(operator: string, fractions: Fractions<any>): FractionList {
  if (typeof fractions !== 'object' || typeof (fractions as any)?.[Symbol.iterator] !== 'function') {
    refuse(operator,
      `fractions must be a Map or an array of [key, fraction] pairs, got ${describe(fractions)}`)
  }
  const list = Array.from(fractions)
  for (const entry of list) {
    if (!Array.isArray(entry) || typeof entry[1] !== 'number' || !Number.isFinite(entry[1])) {
      const wrong: unknown = Array.isArray(entry) ? entry[1] : entry
      refuse(operator, `fractions must be [key, number] pairs, got ${describe(wrong)}`)
    }
    if (entry[1] < 0) refuse(operator, `Negative sampling rates. The key ${show(entry[0])} has ${entry[1]}.`)
  }
  return list
}

export function fractionsByKey(list: FractionList): KeyMap<unknown, number> { return new KeyMap(list) }

export function fractionOf(fractions: KeyMap<unknown, number>, key: unknown, operator: string): number {
  const fraction = fractions.get(key)
  if (fraction !== undefined) return fraction
  throw new NoSuchElementError(`${operator}: key not found: ${show(key)}`, {
    hint: 'Give a fraction for every key that occurs; 0 leaves a key out.',
  })
}
