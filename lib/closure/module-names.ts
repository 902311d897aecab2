/**
 * Names of modules that mean the same on another host: Node's own by name, Millrace's by their place in the package, the
 * user's by their path from the folder of the main file, those of packages by package and path too.
 */
import * as path from 'node:path'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

export type FileName = readonly ['file', fromMain: string, packageName: string, inPackage: string]

export type ModuleName = readonly ['builtin', name: string] | readonly ['own', file: string] | FileName

const ownFolder = path.resolve(__dirname, '..')
const packageRoot = path.dirname(ownFolder)

/** The file that the user started, as far as it shows. */
export function mainFile(): string | undefined {
  const main = require.main?.filename
  if (main !== undefined && !isOwnFile(main) && !main.startsWith(path.join(packageRoot, 'bin') + path.sep)) return main
  return process.argv[1]
}

/** The folder that module names start from: the main file's, or the working directory, as for the REPL. */
export function mainFolder(): string {
  const main = mainFile()
  return main === undefined ? process.cwd() : path.dirname(main)
}

/** The file is where the program starts: loading it again would start the program again. */
export function isMainFile(file: string): boolean {
  return file === mainFile() || file === process.argv[1] || file === require.main?.filename
}

export function isOwnFile(file: string): boolean { return file.startsWith(ownFolder + path.sep) }

/** The file belongs to an installed package, Millrace's own included. */
export function isPackageFile(file: string): boolean {
  return isOwnFile(file) || file.includes(`${path.sep}node_modules${path.sep}`)
}

export function nameOfFile(file: string): ModuleName {
  if (isOwnFile(file)) return ['own', posix(path.relative(ownFolder, file)).replace(/\.[cm]?[jt]s$/, '')]
  const parts = posix(file).split('/node_modules/')
  const [, scoped, rest] = parts.length === 1 ? [] : /^((?:@[^/]+\/)?[^/]+)\/?(.*)$/.exec(parts.at(-1)!) ?? []
  return ['file', posix(path.relative(mainFolder(), file)), scoped ?? '', rest ?? '']
}

/** Loads a module in this thread, once. `folder` is the one that stands for the main file's. */
export function loadModule(name: ModuleName, folder: string): unknown {
  if (name[0] === 'builtin') return require(name[1])
  if (name[0] === 'own') return require(path.join(ownFolder, name[1]))
  const file = fileOf(name, folder)
  prepareFor(file)
  return createRequire(file)(file)
}

/** The file that a module name stands for here: where it lies as seen from the main file, or in the installed package. */
export function fileOf(name: FileName, folder: string): string {
  const [, fromMain, packageName, inPackage] = name
  const load = createRequire(path.join(folder, 'main.js'))
  const beside = path.resolve(folder, fromMain)
  const candidates = packageName === '' ? [beside]
    : [beside, ...(load.resolve.paths(packageName) ?? []).map(place => path.join(place, packageName, inPackage))]
  for (const candidate of candidates) {
    try { return load.resolve(candidate) } catch { /* It may lie in the next place. */ }
  }
  return beside
}

/** The user's TypeScript is compiled as the command line does it, unless something does so already. */
function prepareFor(file: string): void {
  if (!/\.[cm]?tsx?$/.test(file) || require.extensions['.ts'] !== undefined) return
  require('ts-node').register({
    transpileOnly: true,
    skipProject: true,
    compilerOptions: { module: 'commonjs', target: 'es2022', esModuleInterop: true, moduleResolution: 'node' },
    moduleTypes: { '**/*': 'cjs' },
  })
}

function posix(file: string): string { return path.sep === '/' ? file : file.split(path.sep).join('/') }

/** The `require` that a function of this module sees. */
export function requireFor(name: ModuleName | undefined, folder: string): NodeJS.Require {
  const place = placeOf(name, folder)
  prepareFor(place)
  return createRequire(place)
}

/** What `import(...)` does in a function of this module. */
export function importerFor(
  name: ModuleName | undefined, folder: string,
): (specifier: string, options?: object) => Promise<unknown> {
  const place = placeOf(name, folder)
  return async (specifier, options) => {
    const isPath = /^\.{0,2}\//.test(String(specifier))
    const target = isPath ? new URL(specifier, pathToFileURL(place)).href : resolveFrom(place, specifier)
    return options === undefined ? import(target) : import(target, options)
  }
}

function resolveFrom(place: string, specifier: string): string {
  try {
    const found = createRequire(place).resolve(specifier)
    return path.isAbsolute(found) ? pathToFileURL(found).href : found
  } catch {
    return specifier // A URL, or a package for modules only, which import may find from here.
  }
}

function placeOf(name: ModuleName | undefined, folder: string): string {
  if (name?.[0] === 'file') return fileOf(name, folder)
  return name?.[0] === 'own' ? path.join(ownFolder, name[1]) : path.join(folder, 'main.js')
}
