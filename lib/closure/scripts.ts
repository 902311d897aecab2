/**
 * The scripts of this thread: which file a function was loaded from, and whether the script is strict. Listing all
 * scripts makes V8 hash each of them, so the scripts on the stack, nearly always the ones asked for, are tried first.
 */
import { fileURLToPath } from 'node:url'
import { Inspection, type FunctionView } from './inspector'

const urls = new Map<string, string>()
const strictScripts = new Map<string, boolean>()
const scriptsMax = 20_000

/** The URL of a script: `file:///...` for files, `node:...` for Node's own, '' for code made from text. */
export function scriptUrl(scriptId: string): string {
  if (urls.size > scriptsMax) { urls.clear(); strictScripts.clear() }
  if (!urls.has(scriptId)) addScriptsOnStack()
  if (!urls.has(scriptId)) addAllScripts()
  return urls.get(scriptId) ?? ''
}

/** The file of a script as stack traces of this thread name it: modules by their URL, others by their path. */
export function fileShown(url: string, isModule: boolean): string {
  return !isModule && url.startsWith('file://') ? fileURLToPath(url) : url
}

/** The path of a script's file; undefined for code that is in no file. */
export function scriptPath(url: string): string | undefined {
  return url.startsWith('file://') ? fileURLToPath(url) : undefined
}

export function isModule(view: FunctionView): boolean { return view.scopes.some(scope => scope.kind === 'Module') }

/** Whether a script opens with 'use strict', as compiled TypeScript does. */
export function isStrictScript(scriptId: string): boolean {
  let isStrict = strictScripts.get(scriptId)
  if (isStrict === undefined) {
    isStrict = /\.[cm]?tsx?$/.test(scriptUrl(scriptId)) || opensStrict(sourceOf(scriptId))
    strictScripts.set(scriptId, isStrict)
  }
  return isStrict
}

function sourceOf(scriptId: string): string {
  const inspection = Inspection.current()
  inspection.enableDebugger()
  return inspection.ask('Debugger.getScriptSource', { scriptId }).scriptSource
}

// Jest puts a function around the module.
function opensStrict(source: string): boolean {
  const body = source.replace(/^\(\{"Object\.<anonymous>":function\([^)]*\)\{/, '')
  return /^(?:#![^\n]*)?(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*(['"])use strict\1/.test(body)
}

function addScriptsOnStack(): void {
  const inspection = Inspection.current()
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  inspection.ask('Runtime.enable')
  try {
    const { exceptionDetails } = inspection.evaluate('throw 0')
    for (const { scriptId, url } of exceptionDetails.stackTrace?.callFrames ?? []) urls.set(scriptId, url)
  } finally {
    inspection.ask('Runtime.disable')
    Error.stackTraceLimit = limit
  }
}

function addAllScripts(): void {
  const inspection = Inspection.current()
  inspection.enableDebugger()
  for (const [scriptId, url] of inspection.urls) urls.set(scriptId, url)
}
