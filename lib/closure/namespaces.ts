/**
 * Module namespaces that a function captures: `util_1` in `(0, util_1.parse)(line)`, `exports` in `exports.rate`, an ES
 * module's `* as name`. A function that only reads properties of one takes those alone along, as they are at the call.
 */
import { findExport, isCompiledNamespace, isModuleExports } from './exports'
import { isNativeFunction } from './globals'
import { Refusal } from './refuse'
import type { FreeVariable } from './free-variables'
import type { Graph } from './graph'
import type { NodeRecord, Slot } from './records'

/**
 * A slot with only those properties of a namespace that the function reads. Undefined where `value` is no namespace, or
 * the function does more with it; the value then travels whole.
 */
export function namespaceSlot(graph: Graph, value: unknown, use: FreeVariable): Slot | undefined {
  if (typeof value !== 'object' || value === null || use.members === undefined || use.isAssigned) return undefined
  const exported = findExport(value)
  if (exported !== undefined && exported.module[0] !== 'own') return undefined
  if (!isModuleExports(value) && !isCompiledNamespace(value)) return undefined
  const keys = [...use.members.keys()].filter(key => key in value)
  const values = keys.map(key => read(value, key))
  if (keys.some((key, index) => use.members!.get(key) === true && readsThis(values[index]))) return undefined
  const slots = values.map((item, index) => graph.variable(item, `${use.name}.${keys[index]}`))
  return graph.synthetic(['object', [undefined, keys, slots, 0, 0]])
}

/** An ES module's namespace that is used as a whole: an object with the values of its exports at the call. */
export function copyOfNamespace(graph: Graph, namespace: object): NodeRecord {
  const keys = Object.keys(namespace)
  const slots = keys.map(key => graph.property(read(namespace, key), key))
  const tag = [graph.property(Symbol.toStringTag, Symbol.toStringTag), 0, 'Module'] as const
  return ['object', [null, keys, slots, [tag], 2]]
}

function read(namespace: object, key: string): unknown {
  try { return (namespace as any)[key] } catch {
    throw new Refusal(`${key} of a module that is still loading`, 'Call the operator when all modules are loaded.')
  }
}

/** Called as `namespace.f()`, a function sees the namespace as `this`. */
function readsThis(f: unknown): boolean {
  if (typeof f !== 'function' || isNativeFunction(f)) return false
  const text = Function.prototype.toString.call(f)
  return !text.startsWith('class') && /\b(?:this|super)\b/.test(text)
}
