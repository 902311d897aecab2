/**
 * Finds values among what the loaded modules export, so that they travel as module and name: functions and classes of
 * the user's modules, and any object of installed packages and of Node itself. The program's main file, and modules
 * that are still loading, do not count: loading them elsewhere would run the program there.
 */
import { builtinModules } from 'node:module'
import { types } from 'node:util'
import { isMainFile, isPackageFile, nameOfFile, type ModuleName } from './module-names'

export interface ExportedValue {
  readonly module: ModuleName
  /** The names that lead from the module to the value; empty for the module itself. */
  readonly path: readonly string[]
}

const known = new WeakMap<object, ExportedValue>()
/** What modules export as a whole, also of those that cannot be loaded elsewhere. */
const wholeModules = new WeakSet<object>()
const indexed = new WeakSet<object>()
const indexedBuiltins = new Set<string>()
let cachedFilesCount = -1

/** Where a value is exported from; undefined when no module that can be loaded elsewhere exports it. */
export function findExport(value: object): ExportedValue | undefined { return known.get(value) }

/** The object holds what some module exports. */
export function isModuleExports(value: object): boolean {
  return wholeModules.has(value) || types.isModuleNamespaceObject(value)
}

/**
 * Where an ES module that is loaded already exports a function. `require` gives the very module without running it
 * again; it refuses modules that await at their top level, and then the function travels by its source.
 */
export function findModuleExport(file: string, value: object): ExportedValue | undefined {
  if (isMainFile(file)) return undefined
  let namespace: object
  try { namespace = require(file) } catch { return undefined }
  indexExports(namespace, nameOfFile(file), isPackageFile(file))
  return known.get(value)
}

/**
 * What a compiler makes of `import * as name` of a CommonJS module: a copy of the module with getters and a `default`.
 * Gives the module that was copied, where it can be loaded elsewhere.
 */
export function copiedModule(value: object): ExportedValue | undefined {
  const original: unknown = dataOf(value, 'default')
  const found = isReferable(original) ? findExport(original) : undefined
  if (found === undefined || found.path.length > 0) return undefined
  const keys = Object.keys(value).filter(key => key !== 'default' && key !== 'module.exports')
  const isCopy = types.isModuleNamespaceObject(value) || isCompiledNamespace(value)
  return isCopy && keys.length > 0 && keys.every(key => key in (original as object)) ? found : undefined
}

/** Every property but `default` is a getter that a compiler wrote to hand on the name of another module, or its copy. */
export function isCompiledNamespace(value: object): boolean {
  if (types.isProxy(value) || Array.isArray(value) || ArrayBuffer.isView(value)) return false
  const original: any = dataOf(value, 'default')
  let isOne = false
  // One property at a time: most objects differ with the first, and some have a million.
  for (const key in value) {
    if (key === 'default' || !Object.hasOwn(value, key)) continue
    const { get, set, value: data } = Object.getOwnPropertyDescriptor(value, key)!
    // What cannot change in the module is copied.
    const isCopied = get === undefined && isReferable(original) && dataOf(original, key) === data
    const isHandedOn = get !== undefined && set === undefined && handsOn.test(Function.prototype.toString.call(get))
    if (!isCopied && !isHandedOn) return false
    isOne = true
  }
  return isOne
}

/** `function () { return m[k]; }`, `() => from[key]`, `() => name`. */
const handsOn = /^(?:function\s*\(\)\s*\{\s*return\s+[\w$.[\]]+;?\s*\}|\(\)\s*=>\s*[\w$.[\]]+)$/

/** Takes in what was loaded since the last time. */
export function indexLoadedModules(): void {
  indexBuiltins()
  const files = Object.keys(require.cache)
  if (files.length === cachedFilesCount) return
  let isComplete = true
  for (const file of files) {
    const module = require.cache[file]
    if (module === undefined || indexed.has(module) || !isReferable(module.exports)) continue
    wholeModules.add(module.exports)
    if (!module.loaded) { isComplete = false; continue }
    indexed.add(module)
    if (!isMainFile(file)) indexExports(module.exports, nameOfFile(file), isPackageFile(file))
  }
  cachedFilesCount = isComplete ? files.length : -1
}

/** Of packages every object counts; of the user's modules functions and classes do, because data changes. */
function indexExports(exports: object, module: ModuleName, isPackage: boolean): void {
  wholeModules.add(exports)
  if (isPackage || typeof exports === 'function') remember(exports, { module, path: [] })
  for (const [key, value] of valuesOf(exports)) {
    if (typeof value === 'function') remember(value, { module, path: [key] })
    else if (isPackage && isReferable(value)) {
      remember(value, { module, path: [key] })
      for (const [inner, part] of valuesOf(value)) {
        if (typeof part === 'function') remember(part, { module, path: [key, inner] })
      }
    }
  }
}

function remember(value: object, found: ExportedValue): void {
  if (types.isProxy(value)) return
  const before = known.get(value)
  // The module that a function is written in lies deeper than those that hand it on, and was loaded later.
  const isNearer = before === undefined ||
    (found.path.length > 0 && before.path.length >= found.path.length && before.module[0] !== 'builtin')
  if (isNearer) known.set(value, found)
}

/** Accessors run code: they are only read where a compiler made them for names that are handed on. */
function valuesOf(holder: object): [string, unknown][] {
  if (types.isProxy(holder)) return []
  const found: [string, unknown][] = []
  const isCompiled = types.isModuleNamespaceObject(holder) || Object.getOwnPropertyDescriptor(holder, '__esModule')?.value === true
  for (const key of Object.getOwnPropertyNames(holder)) {
    let property: PropertyDescriptor | undefined
    // A binding of a module that is still loading has no value yet.
    try { property = Object.getOwnPropertyDescriptor(holder, key) } catch { continue }
    if (property?.get === undefined) found.push([key, property?.value])
    else if (isCompiled) try { found.push([key, property.get.call(holder)]) } catch { /* Its module has not finished. */ }
  }
  return found
}

const common = `fs fs/promises path os crypto util util/types url zlib events net stream stream/promises http https tls dns
  child_process worker_threads readline perf_hooks assert buffer timers timers/promises querystring string_decoder vm
  async_hooks dgram http2 tty v8 module diagnostics_channel dns/promises readline/promises path/posix path/win32
  stream/web`.split(/\s+/)

/** Node's own modules that are loaded, and no others: loading one takes time. Under Jest the list of them is a copy. */
function indexBuiltins(): void {
  const loaded: string[] = process.env.JEST_WORKER_ID !== undefined ? common
    : ((process as any).moduleLoadList as string[]).map(name => name.replace('NativeModule ', ''))
  if (loaded.length === indexedBuiltins.size) return
  for (const name of loaded) {
    if (indexedBuiltins.has(name)) continue
    indexedBuiltins.add(name)
    if (!common.includes(name) || !builtinModules.includes(name)) continue
    indexExports(require(`node:${name}`), ['builtin', `node:${name}`], true)
  }
}

function dataOf(holder: object, key: string): unknown {
  // A binding of an ES module that is still loading throws.
  try { return Object.getOwnPropertyDescriptor(holder, key)?.value } catch { return undefined }
}

function isReferable(value: unknown): value is object {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}
