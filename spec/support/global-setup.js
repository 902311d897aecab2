// Runs before all specs: brings dist/ up to date with lib/, for specs that start the command or worker threads, which run
// compiled code. Each stale file is compiled by itself and replaced by a rename, so that several runs may do so at once.
const fs = require('node:fs')
const path = require('node:path')

const root = path.join(__dirname, '..', '..')

module.exports = function bringBuildUpToDate() {
  const stale = sourcesBelow('lib').filter(isStale)
  if (stale.length === 0) return
  const ts = require('typescript')
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, inlineSources: true }, root)
  for (const file of stale) compile(ts, options, file)
}

function sourcesBelow(folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    return entry.isDirectory() ? sourcesBelow(name) : name.endsWith('.ts') ? [name] : []
  })
}

function outputOf(file) {
  return path.join(root, 'dist', path.relative('lib', file)).replace(/\.ts$/, '.js')
}

function isStale(file) {
  const built = fs.statSync(outputOf(file), { throwIfNoEntry: false })
  return built === undefined || built.mtimeMs < fs.statSync(path.join(root, file)).mtimeMs
}

function compile(ts, options, file) {
  const output = outputOf(file)
  const { outputText, sourceMapText } = ts.transpileModule(fs.readFileSync(path.join(root, file), 'utf8'), {
    fileName: path.join(root, file), compilerOptions: options,
  })
  fs.mkdirSync(path.dirname(output), { recursive: true })
  const map = JSON.parse(sourceMapText)
  map.sources = [path.relative(path.dirname(output), path.join(root, file))]
  write(`${output}.map`, JSON.stringify(map))
  write(output, outputText)
}

function write(file, text) {
  const aside = `${file}.${process.pid}`
  fs.writeFileSync(aside, text)
  fs.renameSync(aside, file)
}
