/**
 * The library's closure layer and the fixtures compiled to JavaScript in a folder of the system's, as a user's program
 * has them: threads and child processes run these.
 */
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { transpileModule, ModuleKind, ScriptTarget } from 'typescript'

const root = path.resolve(__dirname, '..', '..')

export interface Compiled {
  readonly folder: string
  readonly captureFile: string
  readonly threadFile: string
  /** The fixtures as CommonJS and as ES modules. */
  readonly commonjsFolder: string
  readonly modulesFolder: string
  /** CommonJS with source maps. */
  readonly mappedFolder: string
  remove(): void
}

export function compileLibrary(): Compiled {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'millrace-closure-'))
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  for (const part of ['base', 'closure']) compileFolder(path.join(root, 'lib', part), path.join(folder, 'lib', part), ModuleKind.Node16)
  const commonjsFolder = path.join(folder, 'spec', 'closure', 'fixtures')
  const modulesFolder = path.join(folder, 'spec', 'closure', 'modules')
  compileFolder(path.join(__dirname, 'fixtures'), commonjsFolder, ModuleKind.CommonJS)
  compileFolder(path.join(__dirname, 'fixtures'), modulesFolder, ModuleKind.ES2022)
  const mappedFolder = path.join(folder, 'spec', 'closure', 'mapped')
  compileFolder(path.join(__dirname, 'fixtures'), mappedFolder, ModuleKind.CommonJS, true)
  return {
    folder, commonjsFolder, modulesFolder, mappedFolder,
    captureFile: path.join(folder, 'lib', 'closure', 'capture.js'),
    threadFile: path.join(commonjsFolder, 'thread.js'),
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  }
}

function compileFolder(from: string, to: string, module: ModuleKind, hasMaps = false): void {
  fs.mkdirSync(to, { recursive: true })
  for (const name of fs.readdirSync(from)) {
    if (!name.endsWith('.ts')) continue
    const text = fs.readFileSync(path.join(from, name), 'utf8')
    const compilerOptions = { module, target: ScriptTarget.ES2022, esModuleInterop: true, inlineSourceMap: hasMaps, inlineSources: hasMaps }
    const { outputText } = transpileModule(text, { fileName: name, compilerOptions })
    const isModule = module === ModuleKind.ES2022
    const output = isModule ? outputText.replace(/(from ')(\.[^']*)'/g, "$1$2.mjs'") : outputText
    fs.writeFileSync(path.join(to, name.replace(/\.ts$/, isModule ? '.mjs' : '.js')), output)
  }
}
