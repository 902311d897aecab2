// Compiles every example: the ```ts blocks of docstrings in lib/ and of README.md and docs/. Each is a module of its own
// and must pass the compiler in strict mode.
const fs = require('node:fs')
const path = require('node:path')
const ts = require('typescript')

const root = path.join(__dirname, '..')

function filesBelow(folder, ending) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(name, ending) : name.endsWith(ending) ? [name] : []
  })
}

function examplesOf(file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  const found = []
  const block = /^([ \t]*(?:\*[ \t]?)?)```ts[ \t]*\n([\s\S]*?)^\1```/gm
  for (let match = block.exec(text); match !== null; match = block.exec(text)) {
    const line = text.slice(0, match.index).split('\n').length + 1
    const prefix = match[1]
    const code = match[2].split('\n').map(each => each.startsWith(prefix) ? each.slice(prefix.length) : each.replace(/^\s*\*\s?/, '')).join('\n')
    found.push({ file, line, code })
  }
  return found
}

const sources = ['README.md', ...filesBelow('docs', '.md'), ...filesBelow('lib', '.ts')].filter(file => fs.existsSync(path.join(root, file)))
const examples = sources.flatMap(examplesOf)
const virtual = new Map(examples.map((example, index) => [path.join(root, 'spec', `example-${index}.mts`), example]))

const options = {
  target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true,
  noEmit: true, skipLibCheck: true, types: ['node'], lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'], baseUrl: root,
  paths: { millrace: ['lib/index.ts'], 'millrace/testing': ['lib/testing/index.ts'] }, resolveJsonModule: true,
}
const host = ts.createCompilerHost(options)
const { fileExists, readFile, getSourceFile } = host
host.fileExists = name => virtual.has(name) || fileExists(name)
host.readFile = name => virtual.has(name) ? `${virtual.get(name).code}\nexport {}\n` : readFile(name)
host.getSourceFile = (name, version) => virtual.has(name)
  ? ts.createSourceFile(name, `${virtual.get(name).code}\nexport {}\n`, version, true) : getSourceFile.call(host, name, version)

const program = ts.createProgram([...virtual.keys()], options, host)
let failures = 0
for (const name of virtual.keys()) {
  const source = program.getSourceFile(name)
  for (const diagnostic of [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]) {
    const { file, line } = virtual.get(name)
    const at = line + source.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line
    console.error(`${file}:${at}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`)
    failures++
  }
}
console.log(`${examples.length} examples, ${failures} errors`)
process.exit(failures === 0 ? 0 : 1)
