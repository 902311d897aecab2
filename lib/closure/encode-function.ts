/**
 * Functions and classes by their source, with the values that their own free variables have at this moment. A function
 * that a module exports, and every built-in, was found by name before it comes here.
 */
import { findExport, findModuleExport, type ExportedValue } from './exports'
import { globalNameOf, intrinsicOfPrototype, isNativeFunction } from './globals'
import { viewBound, viewFunction, type FunctionView } from './inspector'
import { encodeMembers, type MemberOptions } from './members'
import { nameOfFile, type ModuleName } from './module-names'
import { knownOrigin, readOrigin, rememberOrigin, type Origin } from './origins'
import { refuseCode, refuseNative, refuseNodeFunction, refusePrivateStatic } from './refuse'
import { isModule, scriptPath, scriptUrl } from './scripts'
import { readSource, type FunctionSource } from './source'
import { captureOuter, captureVariables, isRequire, type Subject } from './variables'
import type { Graph } from './graph'
import type { CodeRecord, Members, NodeRecord } from './records'

const nothing: FunctionView = { place: undefined, scopes: [] }

export function encodeFunction(graph: Graph, f: Function): NodeRecord {
  if (isRequire(f)) refuseCode('the require of a module', 'Use require itself inside the function.')
  if (isNativeFunction(f)) return encodeBound(graph, f)
  const source = sourceOf(f)
  if (source.refusal !== undefined) refuseCode(`a function that ${source.refusal}`, adviceFor(source.refusal))
  const known = knownOrigin(graph.at, source)
  if (known !== undefined) return codeRecord(graph, { f, source, view: nothing, url: '' }, known)
  const view = viewFunction(f)
  const url = view.place === undefined ? '' : scriptUrl(view.place.scriptId)
  if (url.startsWith('node:')) refuseNodeFunction(f)
  const exported = exportOf(f, view, url)
  if (exported !== undefined) return ['import', exported.module, exported.path]
  return codeRecord(graph, { f, source, view, url }, readOrigin(f, source, view, url))
}

/** A URL with a query names another instance of the module than its file does. */
function exportOf(f: Function, view: FunctionView, url: string): ExportedValue | undefined {
  const file = scriptPath(url)
  return file !== undefined && isModule(view) && !/[?#]/.test(url) ? findModuleExport(file, f) : undefined
}

function sourceOf(f: Function): FunctionSource {
  try { return readSource(Function.prototype.toString.call(f)) } catch {
    return refuseCode('a function whose source cannot be read', 'Call it inside an arrow function.')
  }
}

function codeRecord(graph: Graph, subject: Subject, origin: Origin): NodeRecord {
  const { f, source } = subject
  if (source.classFacts?.hasPrivateStaticState === true) refusePrivateStatic(f.name)
  const isDeclared = assignsItself(subject)
  const { names, slots } = captureVariables(graph, subject, isDeclared)
  const name: unknown = Object.getOwnPropertyDescriptor(f, 'name')?.value
  const code: CodeRecord = {
    form: source.form, text: isDeclared ? withoutName(origin.text, source.ownName!) : origin.text, file: origin.file, line: origin.line, column: origin.column,
    isStrict: origin.isStrict,
    imports: source.importName === undefined ? undefined : [source.importName, moduleOf(subject.url)],
    name: typeof name === 'string' ? name : '', length: Object.getOwnPropertyDescriptor(f, 'length')?.value ?? 0,
    variables: names, slots, cells: undefined,
    early: source.classFacts?.earlyNames.filter(early => names.includes(early)) ?? [],
    outer: captureOuter(graph, subject),
  }
  graph.weigh(code.text.length)
  if (names.length === 0) rememberOrigin(graph.at, source, origin)
  return source.kind === 'class' ? ['class', code, classMembers(graph, f, source)] : ['function', code, functionMembers(graph, f)]
}

/** A declared function that assigns its own name assigns the variable around it, which others may see. */
function assignsItself({ f, source, view }: Subject): boolean {
  const { ownName, assignsOwnName } = source
  if (!assignsOwnName || ownName === undefined) return false
  const scope = view.scopes.find(({ variables }) => Object.hasOwn(variables, ownName))
  return scope?.variables[ownName] === f
}

/** As an expression of its own name, a function could not assign it. */
function withoutName(text: string, name: string): string {
  return text.replace(/^(?:async\s+)?function\s*\*?\s*/, start => `${start}${' '.repeat(name.length)}\0`)
    .replace(`\0${name}`, '')
}

function moduleOf(url: string): ModuleName | undefined {
  const file = scriptPath(url)
  return file === undefined ? undefined : nameOfFile(file)
}

const functionClasses: ReadonlySet<string> = new Set(['AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction'])

function functionMembers(graph: Graph, f: Function): Members {
  const prototype: object | null = Object.getPrototypeOf(f)
  const made = prototype === Function.prototype || prototype === null ? undefined : intrinsicOfPrototype(prototype)
  const skips: MemberOptions['skips'] = key => key === 'length' || key === 'arguments' || key === 'caller' ||
    (key === 'name' && typeof f.name === 'string') || (key === 'prototype' && hasUsualPrototype(f))
  return encodeMembers(graph, f, { usual: made !== undefined && functionClasses.has(made) ? made : 'Function', skips })
}

/** The object that V8 gives every function for its instances, as it was made. */
function hasUsualPrototype(f: Function): boolean {
  const { prototype } = f
  if (typeof prototype !== 'object' || prototype === null) return false
  const keys = Reflect.ownKeys(prototype)
  const above: object | null = Object.getPrototypeOf(prototype)
  return keys.every(key => key === 'constructor' && prototype.constructor === f) && above !== null &&
    (keys.length === 0 || intrinsicOfPrototype(above) === 'Object')
}

function classMembers(graph: Graph, f: Function, source: FunctionSource): Members {
  const keepsPrototype = source.classFacts!.baseName !== undefined || Object.getPrototypeOf(f) === Function.prototype
  const skips = (key: string | symbol): boolean => key === 'length' || key === 'prototype' ||
    (key === 'name' && typeof f.name === 'string') || isWrittenMember(f, key, source)
  return encodeMembers(graph, f, { usual: 'Function', skips, keepsPrototype })
}

/** The member still is what the class's source says: evaluating the source makes it. */
function isWrittenMember(holder: object, key: string | symbol, source: FunctionSource): boolean {
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key)!
  const parts = [value, get, set].filter(part => part !== undefined)
  const { memberTexts } = source.classFacts!
  return parts.every(part => typeof part === 'function' && memberTexts.has(Function.prototype.toString.call(part)))
}

/** The record of a class's or a function's `prototype`; undefined for other objects. */
export function prototypeRecord(graph: Graph, value: object): NodeRecord | undefined {
  const made: unknown = Object.getOwnPropertyDescriptor(value, 'constructor')?.value
  if (typeof made !== 'function' || Object.getOwnPropertyDescriptor(made, 'prototype')?.value !== value) return undefined
  const of = graph.property(made, 'constructor')
  if (globalNameOf(made) !== undefined || findExport(made) !== undefined) return ['prototype', of, 0]
  const source = isNativeFunction(made) ? undefined : sourceOf(made)
  const isWritten = (key: string | symbol): boolean => source?.classFacts !== undefined && isWrittenMember(value, key, source)
  const skips = (key: string | symbol): boolean => key === 'constructor' || isWritten(key)
  const above: unknown = Object.getPrototypeOf(made)?.prototype
  const keepsPrototype = above !== undefined && above === Object.getPrototypeOf(value)
  return ['prototype', of, encodeMembers(graph, value, { usual: 'Object', keepsPrototype, isForInstances: true, skips })]
}

function encodeBound(graph: Graph, f: Function): NodeRecord {
  const bound = viewBound(f)
  if (bound === undefined) return refuseNative(f)
  const skips = (key: string | symbol): boolean => key === 'length' || key === 'name'
  return [
    'bound', graph.property(bound.target, () => ''), graph.variable(bound.boundThis, 'this'),
    bound.boundArguments.map((argument, index) => graph.property(argument, () => `argument ${index + 1} of ${f.name}`)),
    encodeMembers(graph, f, { usual: 'Function', skips, keepsPrototype: true }),
  ]
}

function adviceFor(refusal: string): string {
  if (refusal.includes('eval')) return 'Write the code out: what eval would see is not known before it runs.'
  if (refusal.includes('import.meta')) return 'Put what you need of import.meta into a const beside the function, and use that.'
  if (refusal.includes('#')) return 'Read the field into a const beside the function, and use that.'
  if (refusal.includes('this')) return 'Put `this` into a const beside the class, and use that.'
  return 'Call the method inside an arrow function whose object is captured, or write its body out.'
}
