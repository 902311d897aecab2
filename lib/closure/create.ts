/** Makes the object of each record, empty where it can be filled later. */
import { compileCode, type Compiled } from './compile'
import { globalNamed } from './globals'
import { importerFor, loadModule, requireFor } from './module-names'
import type { CodeRecord, Members, NodeRecord, Slot } from './records'

/** What making and filling share. */
export interface Workshop {
  readonly folder: string
  readonly made: any[]
  readonly compiled: Map<number, Compiled>
  /** Where the shared variables lie; `undefined` while no function has any. */
  readonly cells: Record<string, unknown>[]
  resolve(kind: string, id: number): unknown
  value(slot: Slot | undefined): any
}

export function createObject(workshop: Workshop, node: NodeRecord, index: number): unknown {
  switch (node[0]) {
    case 'global': return globalNamed(node[1])
    case 'import': return importValue(workshop, node[1], node[2])
    case 'copy': return copyModule(loadModule(node[1], workshop.folder) as object)
    case 'require': return requireFor(node[1], workshop.folder)
    case 'travel': return workshop.resolve(node[1], node[2])
    case 'symbol': return node[2] ? Symbol.for(node[1]) : (Symbol as any)[node[1]]
    case 'object': return emptyObject(workshop, node[1])
    case 'array': return []
    case 'map': return new Map()
    case 'set': return new Set()
    case 'date': return new Date(node[1])
    case 'regexp': return new RegExp(node[1], node[2])
    case 'boxed': return Object(node[1])
    case 'error': return new Error()
    case 'bytes': return node[1]
    case 'view': return makeView(workshop, node)
    case 'arguments': return makeArguments(node[1].map(slot => workshop.value(slot)))
    case 'url': return new URL(node[1])
    case 'query': return new URLSearchParams(node[1])
    case 'decoder': return new TextDecoder(node[1], { fatal: node[2], ignoreBOM: node[3] })
    case 'encoder': return new TextEncoder()
    case 'function': case 'class': return makeCode(workshop, node[1], index)
    case 'bound': return makeBound(workshop, node)
    case 'prototype': return workshop.value(node[1]).prototype
  }
}

function importValue(workshop: Workshop, module: any, path: readonly string[]): unknown {
  let value: any = loadModule(module, workshop.folder)
  for (const key of path) value = value[key]
  return value
}

/** As TypeScript's `import * as name` makes it. */
function copyModule(original: any): object {
  const copy = {}
  for (const key of Object.getOwnPropertyNames(original)) {
    if (key !== 'default') Object.defineProperty(copy, key, { enumerable: true, get: () => original[key] })
  }
  return Object.defineProperty(copy, 'default', { enumerable: true, value: original })
}

function emptyObject(workshop: Workshop, members: Members): object {
  if (members === 0 || members[0] === undefined) return {}
  return Object.create(workshop.value(members[0]))
}

function makeView(workshop: Workshop, node: Extract<NodeRecord, readonly ['view', ...any]>): unknown {
  const [, type, buffer, offset, length] = node
  if (type === 'Buffer') return Buffer.from(workshop.value(buffer), offset, length)
  return new (globalThis as any)[type](workshop.value(buffer), offset, length)
}

function makeArguments(values: unknown[]): IArguments {
  // eslint-disable-next-line prefer-rest-params -- such an object is what is wanted
  return Reflect.apply(function () { return arguments }, undefined, values)
}

function makeCode(workshop: Workshop, code: CodeRecord, index: number): unknown {
  const earlySlots = code.early.map(name => code.slots[code.variables.indexOf(name)])
  const cells = code.cells === undefined ? undefined : cellsOf(workshop, code)
  code.early.forEach((name, at) => {
    if (cells !== undefined && name in cells) cells[name] = workshop.value(earlySlots[at])
  })
  const compiled = compileCode(code, {
    early: earlySlots.map(slot => workshop.value(slot)),
    outerThis: workshop.value(code.outer?.[0]),
    outerArguments: workshop.value(code.outer?.[1]) ?? [],
    cells, importer: code.imports && importerFor(code.imports[1], workshop.folder),
  })
  workshop.compiled.set(index, compiled)
  const { made } = compiled
  if (made.name !== code.name) Object.defineProperty(made, 'name', { value: code.name, configurable: true })
  if (made.length !== code.length) Object.defineProperty(made, 'length', { value: code.length, configurable: true })
  return made
}

/** Each shared variable lies in an object of its own; a function sees its own through one with accessors. */
function cellsOf(workshop: Workshop, code: CodeRecord): Record<string, unknown> {
  const seen: Record<string, unknown> = Object.create(null)
  code.variables.forEach((name, index) => {
    const number = code.cells![index]!
    if (number === -1) return
    const cell = workshop.cells[number] ??= { value: undefined }
    Object.defineProperty(seen, name, { get: () => cell.value, set: value => { cell.value = value } })
  })
  return seen
}

function makeBound(workshop: Workshop, node: Extract<NodeRecord, readonly ['bound', ...any]>): unknown {
  const [, target, boundThis, boundArguments] = node
  const values = boundArguments.map((slot: Slot) => workshop.value(slot))
  return Function.prototype.bind.apply(workshop.value(target), [workshop.value(boundThis), ...values] as any)
}
