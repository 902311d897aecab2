/**
 * Loads a program into this process: TypeScript through ts-node (transpile-only: types are for editors and builds),
 * CommonJS and ES modules as they are. A main file may await at its top level also where it is no ES module.
 */
import * as fs from 'node:fs'
import Module from 'node:module'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'

type Compiling = { _compile(code: string, file: string): unknown }

/** Resolves when the program's top level has run. */
export async function loadProgram(file: string): Promise<void> {
  const extension = path.extname(file)
  const isTypeScript = ['.ts', '.mts', '.cts', '.tsx'].includes(extension)
  if (isTypeScript) registerTypeScript()
  if (!isTypeScript && (extension === '.mjs' || (extension === '.js' && isModulePackage(file)))) {
    await import(pathToFileURL(file).href)
    return
  }
  const main = awaitingMain(file)
  try {
    require(file)
    await main.finished()
  } finally {
    main.restore()
  }
}

let isRegistered = false

/** Every TypeScript file becomes CommonJS, whatever its package says, so that one loader serves all. */
export function registerTypeScript(): void {
  if (isRegistered) return
  isRegistered = true
  ;(require('ts-node') as typeof import('ts-node')).register({
    transpileOnly: true,
    skipProject: true,
    compilerOptions: { module: 'commonjs', target: 'es2022', esModuleInterop: true, moduleResolution: 'node' } as object,
    moduleTypes: { '**/*': 'cjs' },
  })
}

/** True where the nearest package.json says that .js files are ES modules. */
function isModulePackage(file: string): boolean {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'package.json')
    if (fs.existsSync(candidate)) return JSON.parse(fs.readFileSync(candidate, 'utf8')).type === 'module'
    if (path.dirname(folder) === folder) return false
  }
}

/** Compiles the main file a second time as an async function when it does not compile without. */
function awaitingMain(file: string): { finished(): Promise<void>, restore(): void } {
  const prototype = Module.prototype as unknown as Compiling
  const original = prototype._compile
  let running: Promise<void> = Promise.resolve()
  prototype._compile = function (code: string, name: string): unknown {
    if (name !== file) return original.call(this, code, name)
    try {
      return original.call(this, code, name)
    } catch (error) {
      if (!(error instanceof SyntaxError) || !/await is only valid/.test(error.message)) throw error
      const result = original.call(this, `exports.millraceMain = (async () => {${code}\n})()`, name)
      running = (this as unknown as { exports: { millraceMain: Promise<void> } }).exports.millraceMain
      return result
    }
  }
  return { finished: () => running, restore: () => { prototype._compile = original } }
}
