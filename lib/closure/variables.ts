/**
 * The values that the free variables of a function have at this moment, read from its scopes. A name that every process
 * has needs no value; one that was declared but has none yet is refused, because it would be another one later.
 */
import { isStandardGlobal } from './globals'
import type { FunctionView } from './inspector'
import { namespaceSlot } from './namespaces'
import { nameOfFile } from './module-names'
import { canProbe, probe } from './probe'
import { Refusal, refuseClassOfNode, refuseCode } from './refuse'
import { scriptPath } from './scripts'
import type { FreeVariable } from './free-variables'
import type { Graph } from './graph'
import type { Slot } from './records'
import { readSource, type ComputedKey, type FunctionSource } from './source'

export interface CapturedVariables { readonly names: readonly string[], readonly slots: Slot[] }

interface Resolved {
  readonly value: unknown
  /** The function whose variable it is, where it has a name. */
  readonly owner: string | undefined
  readonly scopeKind: string
  /** How many scopes lie outside of the one that declares it, itself included. */
  readonly depth: number
}

/** A function that is being captured, with all that was found out about it. */
export interface Subject {
  readonly f: Function
  readonly source: FunctionSource
  readonly view: FunctionView
  readonly url: string
}

/** `isOwnNameFree` counts the name of the function itself, which then stands for a variable around it. */
export function captureVariables(graph: Graph, subject: Subject, isOwnNameFree: boolean): CapturedVariables {
  const names: string[] = []
  const slots: Slot[] = []
  const unset: string[] = []
  const own = { name: subject.source.ownName!, isAssigned: true, members: undefined }
  for (const use of isOwnNameFree ? [...subject.source.free, own] : subject.source.free) {
    const found = resolve(graph, subject, use)
    if (found === undefined) { refuseLostKey(subject.source, use.name); continue }
    if (found.value === undefined && found.scopeKind !== 'Global') unset.push(use.name)
    bind(graph, subject, use, found, names.length)
    names.push(use.name)
    slots.push(slotOf(graph, subject, use, found))
  }
  refuseUninitialised(graph, subject, unset)
  return { names, slots }
}

/** A variable that only the name of a field was computed with is gone when the class is made. */
function refuseLostKey(source: FunctionSource, name: string): void {
  if (source.classFacts?.earlyNames.includes(name) !== true || isStandardGlobal(name)) return
  refuseCode(`a class with a field whose name was computed with ${name}`,
    'Give the field a name of its own, or set it in the constructor.')
}

/** The variable and its value; undefined for names that mean the same everywhere, and those that nothing declares. */
function resolve(graph: Graph, subject: Subject, use: FreeVariable): Resolved | undefined {
  const { scopes } = subject.view
  if (use.name === subject.source.classFacts?.baseName) {
    return { value: Object.getPrototypeOf(subject.f), owner: undefined, scopeKind: 'Base', depth: 0 }
  }
  const computed = subject.source.classFacts?.computedKeys.find(key => key.variable === use.name)
  if (computed !== undefined) return { value: keyOf(subject.f, computed), owner: undefined, scopeKind: 'Key', depth: 0 }
  for (const [index, { kind, owner, variables }] of scopes.entries()) {
    if (kind === 'Global') return resolveGlobal(graph, use, variables)
    const isThere = kind.startsWith('With') ? use.name in variables : Object.hasOwn(variables, use.name)
    if (isThere) return { value: valueOf(graph, use.name, variables), owner, scopeKind: kind, depth: scopes.length - index }
  }
  return undefined
}

/** The name that a method got when the class was made: what computed it may be gone. */
function keyOf(made: Function, computed: ComputedKey): string | symbol {
  const holder: object = computed.isStatic ? made : made.prototype
  for (const key of Reflect.ownKeys(holder)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
    const isIt = [value, get, set].some(part =>
      typeof part === 'function' && Function.prototype.toString.call(part) === computed.memberText)
    if (isIt) return key
  }
  return refuseCode('a class with a method whose computed name cannot be found', 'Give the method a name of its own.')
}

function valueOf(graph: Graph, name: string, variables: Record<string, unknown>): unknown {
  try { return variables[name] } catch { return refuseUnset(graph, name) }
}

function refuseUnset(graph: Graph, name: string): never {
  graph.pointAt(name, true)
  throw new Refusal('a variable without a value yet',
    `Declare ${name} above the call that gives the function to the operator.`)
}

function resolveGlobal(graph: Graph, use: FreeVariable, realm: Record<string, unknown>): Resolved | undefined {
  if (use.name === 'globalThis' || use.name === 'global') refuseOwnGlobals(graph, use, realm)
  if (isStandardGlobal(use.name) || !(use.name in realm)) return undefined
  if (specGlobals.has(use.name)) {
    graph.pointAt(use.name, true)
    throw new Refusal('a global of the test runner', 'Return what is to be checked, and check it in the test itself.')
  }
  return { value: realm[use.name], owner: undefined, scopeKind: 'Global', depth: 0 }
}

/** What test runners add; following it would lead through all of the runner. */
const specGlobals: ReadonlySet<string> = new Set(
  'expect describe it test suite before after beforeEach afterEach beforeAll afterAll jest vi assert'.split(' '))

// A thread has its own globals, without what the program added to those of the driver.
function refuseOwnGlobals(graph: Graph, use: FreeVariable, realm: Record<string, unknown>): void {
  for (const key of use.members?.keys() ?? []) {
    if (!isStandardGlobal(key) && Object.hasOwn(realm, key)) {
      graph.pointAt(`${use.name}.${key}`, true)
      throw new Refusal('a global of this process alone', 'Put it into a const beside the function, and use that.')
    }
  }
}

function bind(graph: Graph, subject: Subject, use: FreeVariable, found: Resolved, index: number): void {
  const { f, source, view } = subject
  graph.bindings.push({
    node: graph.node, index, f, source, name: use.name, value: found.value, isAssigned: use.isAssigned,
    scriptId: found.scopeKind === 'Global' ? '' : view.place?.scriptId ?? '', scopeKind: found.scopeKind, depth: found.depth,
  })
}

function slotOf(graph: Graph, subject: Subject, use: FreeVariable, { value, owner }: Resolved): Slot {
  if (isRequire(value)) {
    const file = scriptPath(subject.url)
    return graph.synthetic(['require', file === undefined ? undefined : nameOfFile(file)])
  }
  if (isModuleObject(use.name, value)) {
    graph.pointAt(use.name, true)
    refuseClassOfNode(['Module'])
  }
  return namespaceSlot(graph, value, use) ?? graph.variable(value, use.name, owner)
}

/** The `require` of a module, Node's or Jest's. */
export function isRequire(value: unknown): boolean {
  return typeof value === 'function' && 'resolve' in value && 'cache' in value &&
    ('main' in value || 'extensions' in value)
}

/** The `module` of a CommonJS module, Node's or Jest's. */
function isModuleObject(name: string, value: unknown): boolean {
  return name === 'module' && typeof value === 'object' && value !== null && 'exports' in value && 'filename' in value
}

/** Places whose variables were found to have values. */
const initialised = new Set<string>()
const initialisedMax = 2_000

/** From Node 22 on, reading a variable without a value throws. */
const showsUnset = Number(process.versions.node.split('.')[0]) >= 22

/** Node 20 shows a variable without a value as undefined: those are looked at from inside the function. */
function refuseUninitialised(graph: Graph, { f, source, view }: Subject, names: readonly string[]): void {
  const place = `${view.place?.scriptId}:${view.place?.line}:${view.place?.column}`
  if (showsUnset || names.length === 0 || initialised.has(place)) return
  const inside = insideFunction(f, source)
  if (inside === undefined) return
  const tests = names.map(name => `(()=>{try{${name};return false}catch{return true}})()`)
  const found: boolean[] | undefined = probe(inside.f, inside.source, `[${tests.join(',')}]`)?.value
  const name = names[found?.indexOf(true) ?? -1]
  if (name !== undefined) refuseUnset(graph, name)
  if (initialised.size >= initialisedMax) initialised.clear()
  initialised.add(place)
}

/** The function itself, or a method of the class, whose scopes are those of the class. */
function insideFunction(f: Function, source: FunctionSource): { f: Function, source: FunctionSource } | undefined {
  if (source.kind !== 'class') return canProbe(source) ? { f, source } : undefined
  for (const key of Reflect.ownKeys(f.prototype)) {
    const method: unknown = Object.getOwnPropertyDescriptor(f.prototype, key)?.value
    if (key === 'constructor' || typeof method !== 'function') continue
    const read = readSource(Function.prototype.toString.call(method))
    if (canProbe(read)) return { f: method, source: read }
  }
  return undefined
}

const outerThis = new WeakMap<Function, { readonly value: unknown }>()

/** The `this` and `arguments` of the function around an arrow function, where it uses them. */
export function captureOuter(graph: Graph, { f, source, view }: Subject): readonly [Slot, Slot] | undefined {
  if (!source.usesOuterThis && !source.usesOuterArguments) return undefined
  const owner = view.scopes.find(scope => Object.hasOwn(scope.variables, 'arguments'))
  const thisSlot = source.usesOuterThis ? graph.variable(readOuterThis(f, source), 'this') : undefined
  return [thisSlot, source.usesOuterArguments ? graph.variable(owner?.variables.arguments, 'arguments') : undefined]
}

/** An arrow function keeps its `this`, so it is looked up once for each function. */
function readOuterThis(f: Function, source: FunctionSource): unknown {
  let found = outerThis.get(f)
  if (found === undefined) {
    found = canProbe(source) ? probe(f, source, 'this') : undefined
    if (found === undefined) {
      refuseCode('a function whose `this` cannot be read', 'Put `this` into a const beside the function, and use that.')
    }
    outerThis.set(f, found)
  }
  return found.value
}
