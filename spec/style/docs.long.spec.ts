/** Every public name explains itself, and every document points to what is there. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import ts from 'typescript'
import { everyNode, root, sourcesBelow } from './sources'

const sources = new Map(sourcesBelow('lib').map(source => [source.file, source]))

/** The public names and the file of each, from the exports of lib/index.ts and lib/testing/index.ts. */
function publicNames(): { name: string, file: string }[] {
  return ['lib/index.ts', 'lib/testing/index.ts'].flatMap(index => {
    const found: { name: string, file: string }[] = []
    everyNode(sources.get(index)!.tree, node => {
      if (!ts.isExportDeclaration(node) || node.moduleSpecifier === undefined || node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) return
      const file = `${path.posix.join(path.posix.dirname(index), (node.moduleSpecifier as ts.StringLiteral).text)}.ts`
      for (const { name, propertyName } of node.exportClause.elements) found.push({ name: (propertyName ?? name).text, file })
    })
    return found
  })
}

type Declared = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.FunctionDeclaration | ts.TypeAliasDeclaration | ts.VariableStatement | ts.EnumDeclaration

function declarationOf(name: string, file: string): Declared | undefined {
  let found: Declared | undefined
  for (const statement of sources.get(file)?.tree.statements ?? []) {
    if (ts.isVariableStatement(statement)) {
      if (statement.declarationList.declarations.some(each => each.name.getText() === name)) found ??= statement
    } else if ((ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isFunctionDeclaration(statement)
      || ts.isTypeAliasDeclaration(statement) || ts.isEnumDeclaration(statement)) && statement.name?.text === name) {
      found ??= statement
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined && statement.exportClause !== undefined && ts.isNamedExports(statement.exportClause)
      && statement.exportClause.elements.some(each => each.name.text === name)) {
      found ??= declarationOf(name, `${path.posix.join(path.posix.dirname(file), (statement.moduleSpecifier as ts.StringLiteral).text)}.ts`)
    }
  }
  return found
}

const hasDocstring = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(each => ts.isJSDoc(each) && (ts.getTextOfJSDocComment(each.comment) ?? '').length > 10)

test('every public name is found, and has a docstring', () => {
  const names = publicNames()
  expect(names.length).toBeGreaterThan(20)
  const missing = names.filter(({ name, file }) => {
    const declaration = declarationOf(name, file)
    return declaration === undefined || !hasDocstring(declaration)
  })
  expect(missing.map(({ name, file }) => `${name} of ${file}`)).toEqual([])
})

test('every method that an operator adds to a public class has a docstring, on one of its forms', () => {
  const wrong: string[] = []
  for (const { file, tree } of sources.values()) {
    everyNode(tree, node => {
      if (!ts.isInterfaceDeclaration(node) || !ts.isModuleBlock(node.parent)) return
      const documented = new Set(node.members.filter(hasDocstring).map(member => member.name?.getText()))
      for (const member of node.members) {
        const name = member.name?.getText()
        if (name !== undefined && !documented.has(name)) wrong.push(`${file}: ${name}`)
      }
    })
  }
  expect([...new Set(wrong)]).toEqual([])
})

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md',
  ...fs.readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md')).map(file => `docs/${file}`)]

test.each(documents)('%s links to files that are there, and names files that are there', document => {
  const text = fs.readFileSync(path.join(root, document), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(match => path.join(path.dirname(document), match[1]!))
  const named = [...text.matchAll(/`([a-z][\w-]*\/[\w./-]+\.(?:ts|js|md))`/g)].map(match => match[1]!)
  const isThere = (file: string): boolean => fs.existsSync(path.join(root, file)) || fs.existsSync(path.join(root, 'lib', file))
  expect([...links, ...named].filter(file => !isThere(file))).toEqual([])
})
