/**
 * Evaluates an expression inside the scope of a function without running the function: what the list of scopes does not
 * show, such as the `this` of an arrow function. The function is called with a breakpoint on its first statement, whose
 * condition takes the value and ends the call there. It costs milliseconds and is used for nothing else.
 */
import { types } from 'node:util'
import { Inspection } from './inspector'
import { realmOf } from './globals'
import type { FunctionSource } from './source'

const probeName = 'millrace.probe'

/** Whether `probe` can look into a function: taking its parameters must run no code, and a class cannot be called. */
export function canProbe(source: FunctionSource): boolean { return source.kind !== 'class' && source.hasPlainParameters }

/**
 * The value of a JavaScript expression in the scope of `f`. Gives undefined when the function could not be entered.
 * No statement of the function runs; the caller must have asked `canProbe`.
 */
export function probe(f: Function, source: FunctionSource, expression: string): { readonly value: any } | undefined {
  const inspection = Inspection.current()
  const realm = realmOf(f) ?? globalThis
  let taken: { value: any } | undefined
  const hooks = {
    call: () => {
      const result = Reflect.apply(f, undefined, Array.from({ length: source.parameterCount }, () => anything))
      // A generator is entered by the first next.
      const entered = source.kind === 'generator' ? result.next() : result
      // Should the call not have been ended, its failure concerns nobody.
      if (types.isPromise(entered)) entered.catch(() => {})
    },
    take: (value: unknown) => {
      taken = { value }
      inspection.send('Runtime.terminateExecution')
      return false
    },
  }
  const key = Symbol.for(probeName)
  const holders = new Set([realm, globalThis])
  for (const holder of holders) Object.defineProperty(holder, key, { value: hooks, configurable: true })
  inspection.enableDebugger()
  const objectId = inspection.remote(f)
  const condition = `globalThis[Symbol.for('${probeName}')].take(${expression})`
  const { breakpointId } = inspection.ask('Debugger.setBreakpointOnFunctionCall', { objectId, condition })
  try {
    // Only Runtime.evaluate lets this thread go on after the end of the call.
    inspection.evaluate(`globalThis[Symbol.for('${probeName}')].call()`)
  } catch { // The call was ended, as it must be.
  } finally {
    inspection.ask('Debugger.removeBreakpoint', { breakpointId })
    for (const holder of holders) delete (holder as any)[key]
  }
  return taken
}

/** An argument that lets itself be taken apart in any way. */
const anything: any = new Proxy(function () { return undefined }, {
  get: (_target, key) => key === Symbol.iterator ? endless : anything,
  has: () => true,
})

function* endless(): Generator<unknown> { for (;;) yield anything }
