/**
 * Compiled loops, kept for reuse. A stream makes the same stage every batch, so a batch must find its loop by what the
 * operators are (their kinds and the identity of their functions) without writing any text. Two stages with different
 * functions never share compiled code, so that V8 specializes each; functions that are made anew each time from the
 * same source do share it.
 */
import { limits } from '../base/limits'
import type { CallSite } from '../base/call-site'
import type { TaskContext } from '../rdd/task-context'
import { writeLoop, type Flavor, type Fragment, type LoopEnd } from './loop-builder'
import { locate } from './task-failure'

export type CompiledLoop = (input: any, partition: number, sites: readonly CallSite[], task: TaskContext, target?: any) => any

type Factory = (constants: readonly unknown[], locateError: typeof locate) => CompiledLoop

const byIdentity = new Map<string, CompiledLoop>()
const bySource = new Map<string, Factory>()
const identities = new WeakMap<object, number>()
let nextIdentity = 0
let nextStage = 0

/** The loop over `flavor` input through `fragments` into `end`; a generator without an end. */
export function compileLoop(fragments: readonly Fragment[], flavor: Flavor, end?: LoopEnd, elementCount = 0): CompiledLoop {
  const key = chainKey(fragments, flavor, end)
  let loop = byIdentity.get(key)
  if (loop === undefined) {
    loop = compile(fragments, flavor, end, elementCount >= ownCodeElements)
    keep(byIdentity, key, loop)
  }
  return loop
}

/** Drops the loops, and with them the functions and the values that they hold. */
export function forgetLoops(): void { byIdentity.clear() }

/** The same for chains of the same operators with the very same functions. */
export function chainKey(fragments: readonly Fragment[], start: string, end: LoopEnd | undefined): string {
  let key = start
  for (const fragment of fragments) key += `|${fragment.definition.kind}${identityOf(fragment.args)}`
  return end === undefined ? key : `${key}>${end.sink.kind}${identityOf(end.args)}`
}

/** The text of that loop, for people. */
export function explainLoop(fragments: readonly Fragment[], flavor: Flavor, end?: LoopEnd): string {
  return writeLoop(fragments, flavor, end).text
}

/** From so many elements on, code of its own is worth compiling: V8 then takes the functions for constants. */
const ownCodeElements = 1_000_000

function compile(fragments: readonly Fragment[], flavor: Flavor, end: LoopEnd | undefined, ownCode: boolean): CompiledLoop {
  const { text, constants } = writeLoop(fragments, flavor, end)
  const source = `${text}\n${constants.map(sourceOf).join('\n')}`
  let factory = ownCode ? undefined : bySource.get(source)
  if (factory === undefined) {
    const names = constants.map((_, index) => `c${index} = constants[${index}]`)
    const declaration = names.length === 0 ? '' : `const ${names.join(', ')}\n`
    // The number makes each text unique: V8 would otherwise share one compiled function between different stages.
    factory = new Function('constants', 'locate',
      `'use strict'\n${declaration}return ${text}\n//# sourceURL=millrace-stage-${nextStage++}`) as Factory
    if (!ownCode) keep(bySource, source, factory)
  }
  return factory(constants, locate)
}

function sourceOf(constant: unknown): string {
  return typeof constant === 'function' ? Function.prototype.toString.call(constant) : typeof constant
}

function identityOf(args: unknown): string {
  if (args === null || args === undefined) return ''
  let text = ''
  for (const value of Object.values(args)) {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) {
      let id = identities.get(value)
      if (id === undefined) identities.set(value, id = nextIdentity++)
      text += `#${id}`
    } else {
      text += `=${typeof value}:${String(value)}`
    }
  }
  return text
}

/** Keeps an entry; the oldest goes when there are too many. */
function keep<V>(cache: Map<string, V>, key: string, value: V): void {
  if (cache.size >= limits.compiledStagesMax) cache.delete(cache.keys().next().value!)
  cache.set(key, value)
}
