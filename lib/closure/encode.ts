/**
 * Decides how an object travels: by reference, by a name that every process knows, by the module that exports it, or by
 * its content. The order matters: an object that says itself how it travels is never looked into.
 */
import { types } from 'node:util'
import { encodeFunction } from './encode-function'
import { encodeObject } from './encode-object'
import { copiedModule, findExport } from './exports'
import { globalNameOf } from './globals'
import { refuseAsMarked, refuseProxy } from './refuse'
import type { Graph } from './graph'
import type { NodeRecord } from './records'

const travelMark = Symbol.for('millrace.travel')
const refuseMark = Symbol.for('millrace.refuse')

export function encodeValue(graph: Graph, value: any): NodeRecord {
  if (value === process.env) return encodeEnvironment(graph)
  if (types.isProxy(value)) refuseProxy()
  const reference = value[travelMark]
  if (reference !== undefined) return ['travel', String(reference.kind), Number(reference.id)]
  const reason = value[refuseMark]
  if (reason !== undefined) refuseAsMarked(String(reason))
  const name = globalNameOf(value)
  if (name !== undefined) return ['global', name]
  const exported = findExport(value)
  if (exported !== undefined) return ['import', exported.module, exported.path]
  if (typeof value === 'function') return encodeFunction(graph, value)
  const copied = copiedModule(value)
  return copied !== undefined ? ['copy', copied.module] : encodeObject(graph, value)
}

/** No plain object, and under Jest a proxy: its variables travel as they are. */
function encodeEnvironment(graph: Graph): NodeRecord {
  const entries = Object.entries(process.env)
  return ['object', [undefined, entries.map(([key]) => key), entries.map(([key, text]) => graph.property(text, key)), 0, 0]]
}
