/** The sources of the package, as the style specs read them. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import ts from 'typescript'

export const root = path.join(__dirname, '..', '..')

export interface Source {
  /** Relative to the package, as `lib/base/time.ts`. */
  readonly file: string
  readonly text: string
  readonly tree: ts.SourceFile
}

export function sourcesBelow(folder: string): Source[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const file = path.posix.join(folder, entry.name)
    if (entry.isDirectory()) return sourcesBelow(file)
    if (!file.endsWith('.ts')) return []
    const text = fs.readFileSync(path.join(root, file), 'utf8')
    return [{ file, text, tree: ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true) }]
  })
}

/** Calls `visit` with every node of a file. */
export function everyNode(tree: ts.Node, visit: (node: ts.Node) => void): void {
  visit(tree)
  tree.forEachChild(child => everyNode(child, visit))
}

export function lineOf({ tree }: Source, node: ts.Node): number {
  return tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1
}

export interface Import {
  readonly line: number
  /** What stands in the quotes. */
  readonly name: string
  /** The file of the package that it means, or undefined for a package or a module of Node. */
  readonly file: string | undefined
}

/** Everything that a file imports: import and export declarations, import types, require, import() and module augmentations. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  everyNode(source.tree, node => {
    const name = importedName(node)
    if (name === undefined) return
    found.push({ line: lineOf(source, node), name, file: name.startsWith('.') ? resolved(source.file, name) : undefined })
  })
  return found
}

function importedName(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) return textOf(node.moduleSpecifier)
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return textOf(node.argument.literal)
  if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) return node.name.text
  if (!ts.isCallExpression(node) || node.arguments.length === 0) return undefined
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require'
  return isImport || isRequire ? textOf(node.arguments[0]!) : undefined
}

function textOf(node: ts.Node): string | undefined { return ts.isStringLiteralLike(node) ? node.text : undefined }

function resolved(from: string, name: string): string {
  const base = path.posix.join(path.posix.dirname(from), name)
  for (const candidate of [`${base}.ts`, `${base}/index.ts`]) if (fs.existsSync(path.join(root, candidate))) return candidate
  return base
}
