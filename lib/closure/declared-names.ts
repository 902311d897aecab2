/**
 * Which names a piece of syntax declares, by the rules of JavaScript: patterns, hoisted `var` and functions, and the
 * lexical declarations of one block. Reads the tree only.
 */

/** A node of the ESTree that acorn gives. Its fields depend on its type. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: any
}

/** Adds the names that a binding pattern declares: `{ a, b: [c = 1], ...d }` gives a, c, d. */
export function addPatternNames(pattern: SyntaxNode | null, names: Set<string>): void {
  if (pattern === null) return
  switch (pattern.type) {
    case 'Identifier': names.add(pattern.name); return
    case 'ObjectPattern':
      for (const property of pattern.properties) addPatternNames(property.value ?? property, names)
      return
    case 'ArrayPattern': for (const element of pattern.elements) addPatternNames(element, names); return
    case 'AssignmentPattern': addPatternNames(pattern.left, names); return
    case 'RestElement': addPatternNames(pattern.argument, names)
  }
}

/** Adds the `var` and function names that a function body hoists, from nested blocks too but not from inner functions. */
export function addHoistedNames(node: SyntaxNode, names: Set<string>): void {
  const pending: SyntaxNode[] = [node]
  while (pending.length > 0) {
    const next = pending.pop()!
    if (next.type === 'FunctionDeclaration') names.add(next.id.name)
    if (next.type === 'VariableDeclaration' && next.kind === 'var') {
      for (const declarator of next.declarations) addPatternNames(declarator.id, names)
    }
    if (!isFunction(next) && !isClass(next) && !isExpression(next)) pending.push(...children(next))
  }
}

/** Adds what the statements of one block declare with let, const, class, using or function. */
export function addLexicalNames(statements: readonly SyntaxNode[], names: Set<string>): void {
  for (const statement of statements) {
    if (statement.type === 'ClassDeclaration' || statement.type === 'FunctionDeclaration') names.add(statement.id.name)
    if (statement.type === 'VariableDeclaration' && statement.kind !== 'var') {
      for (const declarator of statement.declarations) addPatternNames(declarator.id, names)
    }
  }
}

export function isFunction(node: SyntaxNode): boolean {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
}

export function isClass(node: SyntaxNode): boolean {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression'
}

/** Every node directly below this one, in source order. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (const key of Object.keys(node)) {
    const value = node[key]
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item)
    } else if (isNode(value)) found.push(value)
  }
  return found
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
}

function isExpression(node: SyntaxNode): boolean {
  return node.type.endsWith('Expression') || node.type === 'TemplateLiteral'
}
