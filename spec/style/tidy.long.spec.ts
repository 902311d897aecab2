/** What every source of the package keeps to; what is wrong is listed with its file and line. */
import ts from 'typescript'
import { everyNode, importsOf, lineOf, root, sourcesBelow, type Source } from './sources'
import * as fs from 'node:fs'
import * as path from 'node:path'

const lib = sourcesBelow('lib')
const linesMax = 300
/** Files that may be longer, each with its reason. */
const longer = new Map<string, number>([
  ['lib/streaming/streaming-context.ts', 350], // The one order of states that a stream lives by, with its public docstrings.
])
const columnsMax = 180

/** `file:line: what`, for every node of lib that `find` has something against. */
function findings(find: (node: ts.Node, source: Source) => string | undefined, except: readonly string[] = []): string[] {
  return lib.filter(({ file }) => !except.some(each => file.startsWith(each))).flatMap(source => {
    const found: string[] = []
    everyNode(source.tree, node => {
      const what = find(node, source)
      if (what !== undefined) found.push(`${source.file}:${lineOf(source, node)}: ${what}`)
    })
    return found
  })
}

const calledName = (node: ts.Node): string | undefined => ts.isCallExpression(node) ? node.expression.getText() : undefined

test('only base/clock, base/random and base/event-loop touch time, timers and chance; and the command. Identities (randomUUID) decide nothing', () => {
  const refused = /^(Date\.now|Math\.random|setTimeout|setInterval|process\.hrtime(\.bigint)?|randomBytes)$/
  const wrong = findings(node => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) return 'new Date()'
    const name = calledName(node)
    return name !== undefined && refused.test(name) ? name : undefined
  }, ['lib/base/clock.ts', 'lib/base/random.ts', 'lib/base/event-loop.ts', 'lib/cli/'])
  expect(wrong.filter(each => !timers.has(each.replace(/:\d+: /, ' ')))).toEqual([])
})

/** Exceptions, each with its reason. */
const timers = new Map<string, string>([
  ['lib/local/threads/executor.ts setInterval', 'a thread shows that it is alive, whatever clock its driver has'],
])

test('only lib/disk and lib/cli use node:fs', () => {
  const wrong = lib.filter(({ file }) => !file.startsWith('lib/disk/') && !file.startsWith('lib/cli/'))
    .flatMap(source => importsOf(source).filter(({ name }) => /^(node:)?fs(\/|$)/.test(name)).map(({ line }) => `${source.file}:${line}`))
  expect(wrong).toEqual([])
})

test('every file opens with a comment of one to five lines, or six with its marks', () => {
  const wrong = lib.filter(({ text }) => {
    const opening = /^(\/\*\*[\s\S]*?\*\/|(?:\/\/[^\n]*\n)+)/.exec(text)?.[0]
    return opening === undefined || opening.length < 20
  })
  expect(wrong.map(({ file }) => file)).toEqual([])
})

test('no file is longer than a person reads at once, no line wider than a screen', () => {
  const tooLong = lib.filter(({ file, text }) => text.split('\n').length > (longer.get(file) ?? linesMax)).map(({ file, text }) => `${file} has ${text.split('\n').length} lines`)
  const tooWide = lib.flatMap(({ file, text }) => text.split('\n').flatMap((line, i) => line.length > columnsMax ? [`${file}:${i + 1} has ${line.length} columns`] : []))
  expect([...tooLong, ...tooWide]).toEqual([])
})

test('nothing is left for later, and no spec is left out', () => {
  const all = [...lib, ...sourcesBelow('spec'), ...sourcesBelow('samples')].filter(({ file }) => file !== 'spec/style/tidy.long.spec.ts')
  const marks = /\b(TODO|FIXME|XXX|HACK)\b|\b(?:test|it|describe)\.(?:only|skip|todo)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/
  const wrong = all.flatMap(({ file, text }) => text.split('\n').flatMap((line, i) => marks.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []))
  expect(wrong).toEqual([])
})

test('kinds of our own are known by brands that hold across copies of the package', () => {
  const wrong = findings(node => calledName(node) === 'Symbol' ? 'Symbol() holds in one copy only'
    : calledName(node) === 'Symbol.for' && !/^Symbol\.for\('(millrace\.|nodejs\.)/.test(node.getText()) ? node.getText() : undefined)
  expect(wrong.filter(each => !symbols.has(each.replace(/:\d+: .*$/, '')))).toEqual([])
})

/** Symbols whose names come from elsewhere: those of the user, and of the node inspector. */
const symbols = new Map<string, string>([
  ['lib/closure/create.ts', "a user's own symbol, made again in another thread"],
  ['lib/codec/value-decoder.ts', "a user's own symbol, decoded"],
  ['lib/closure/inspector.ts', 'the name, a constant, is used in evaluated text too'],
  ['lib/closure/probe.ts', 'the name, a constant, is used in evaluated text too'],
])

test('built-in kinds are told by Array.isArray and node:util types, never by instanceof: values come from other realms (codec/classes looks at its own)', () => {
  const builtIn = /^(Array|Error|TypeError|SyntaxError|Map|Set|Date|RegExp|Promise|ArrayBuffer|Uint8Array|Buffer|Object|Function|WeakMap|WeakSet)$/
  const wrong = findings(node => ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword
    && builtIn.test(node.right.getText()) ? node.getText() : undefined, ['lib/codec/classes.ts'])
  expect(wrong).toEqual([])
})

test('no semicolons end lines, and strings have single quotes', () => {
  const wrong = lib.flatMap(({ file, text }) => text.split('\n').flatMap((line, i) => /;\s*$/.test(line) && !/^\s*\*|\/\*\*|for \(|`/.test(line) ? [`${file}:${i + 1}: ${line.trim()}`] : []))
  const doubled = findings(node => ts.isStringLiteral(node) && node.getText().startsWith('"') && !node.text.includes("'") ? node.getText() : undefined)
  expect([...wrong, ...doubled]).toEqual([])
})

test('every operator, action, window, output and source that is a file of its own has a spec', () => {
  const folders = ['lib/base', 'lib/rdd/transformations', 'lib/rdd/actions', 'lib/rdd/pairs', 'lib/rdd/numeric', 'lib/streaming/operators',
    'lib/streaming/windows', 'lib/streaming/outputs']
  const specs = sourcesBelow('spec').filter(({ file }) => file.endsWith('.spec.ts')).map(({ text }) => text).join('\n')
  const methods = lib.filter(({ file }) => folders.includes(path.posix.dirname(file))).flatMap(source => {
    const found: string[] = []
    everyNode(source.tree, node => {
      if (ts.isMethodSignature(node) && ts.isInterfaceDeclaration(node.parent) && ts.isModuleBlock(node.parent.parent)) found.push(node.name.getText())
    })
    return [...new Set(found)].map(name => ({ file: source.file, name }))
  })
  expect(methods.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(specs)).map(({ file, name }) => `${file}: ${name}`)).toEqual([])
})

test('file names are kebab-case', () => {
  const wrong = [...lib, ...sourcesBelow('spec'), ...sourcesBelow('samples')].map(({ file }) => file).filter(file => !/^[a-z0-9/-]+(\.property)?(\.long)?(\.spec|\.types)?\.ts$/.test(file))
  expect(wrong).toEqual([])
  expect(fs.existsSync(path.join(root, 'lib/index.ts'))).toBe(true)
})
