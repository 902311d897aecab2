/**
 * Loads a program into this process: TypeScript through ts-node (transpile-only: types are for editors and
 * builds), CommonJS and ES modules as they are. A main file may await at its top level also where it is no ES
 * module.
 */
import * as fs from 'node:fs'
import Module from 'node:module'
import * as path from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'

interface Loaded { exports: { millraceMain?: Promise<void> } }

/** What node's own loader of CommonJS modules is made of. */
interface Loader {
  _load(file: string, parent: undefined, isMain: boolean): unknown
  prototype: { _compile(this: Loaded, code: string, file: string, ...rest: unknown[]): unknown }
}

const loader = Module as unknown as Loader

/** Resolves when the program's top level has run. */
export async function loadProgram(file: string): Promise<void> {
  const extension = path.extname(file)
  const isTypeScript = ['.ts', '.mts', '.cts', '.tsx'].includes(extension)
  if (isTypeScript) registerTypeScript(file)
  if (!isTypeScript && (extension === '.mjs' || (extension === '.js' && isModulePackage(file)))) {
    await import(pathToFileURL(file).href)
    return
  }
  const main = awaitingMain(file)
  try {
    // As node itself loads its main file, so that `require.main === module` is true in it.
    loader._load(file, undefined, true)
    await main.finished()
  } finally {
    main.restore()
  }
}

function registerTypeScript(file: string): void {
  ;(require('ts-node') as typeof import('ts-node')).register({
    transpileOnly: true,
    transpiler: path.join(__dirname, 'transpile.js'),
    skipProject: true,
    // The samples of an installed package are programs although they lie in node_modules.
    skipIgnore: file.split(path.sep).includes('node_modules'),
    // import './other.js' means other.ts, as the compiler has it.
    experimentalResolver: true,
    // For what ts-node decides by itself; the output is the transpiler's.
    compilerOptions: { module: 'commonjs', moduleResolution: 'node' } as object,
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

/** Compiles the main file as an async function where it awaits. */
function awaitingMain(file: string): { finished(): Promise<void>, restore(): void } {
  const original = loader.prototype._compile
  let running: Promise<void> | undefined
  loader.prototype._compile = function (code, name, ...rest) {
    if (name !== file || !awaitsAtTopLevel(code)) return original.call(this, code, name, ...rest)
    const result = original.call(this, `exports.millraceMain = (async () => {${code}\n})()`, name, ...rest)
    running = this.exports.millraceMain
    return result
  }
  return { finished: async () => { await running }, restore: () => { loader.prototype._compile = original } }
}

/**
 * Whether code may await at its top level: it has the word, and compiles where the word has its meaning. That
 * it also compiles where it has none says nothing: `await (f)(x)` is then a call of a function named await.
 */
function awaitsAtTopLevel(code: string): boolean {
  if (!/\bawait\b/.test(code)) return false
  try {
    new Script(`(async function () {${code.replace(/^#!.*/, '')}\n})`)
    return true
  } catch {
    return false
  }
}
