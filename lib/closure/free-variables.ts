/**
 * The free variables of one function or class: the names that it takes from around it, and how it uses them. Only these
 * travel with it, never what its neighbours in the same scope use. Everything is decided from the syntax alone.
 */
import {
  addHoistedNames, addLexicalNames, addPatternNames, children, isClass, isFunction, type SyntaxNode,
} from './declared-names'

export interface FreeVariable {
  readonly name: string
  /** The function assigns it. */
  readonly isAssigned: boolean
  /** The properties it reads, where it does nothing else with the variable than `name.property`; the value: is it called? */
  readonly members: ReadonlyMap<string, boolean> | undefined
}

export interface Usage {
  readonly free: readonly FreeVariable[]
  /** `this` of the surrounding function: of arrow functions only. */
  readonly usesOuterThis: boolean
  readonly usesOuterArguments: boolean
  /** Where `import(...)` stands, counted as the tree does. */
  readonly imports: readonly number[]
  /** It does something that strict mode does otherwise. */
  readonly dependsOnStrictness: boolean
  readonly assignsOwnName: boolean
  /** What it does that cannot be carried elsewhere, as `calls eval`. */
  readonly refusal: string | undefined
}

type ScopeKind = 'block' | 'arrow' | 'function'

class Scope {
  readonly names = new Set<string>()
  constructor(readonly parent: Scope | undefined, readonly kind: ScopeKind) {}

  declares(name: string): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.names.has(name)) return true
    }
    return false
  }

  /** No function of its own `this` stands between this scope and the outside. */
  get seesOuterThis(): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.kind === 'function') return false
    }
    return true
  }
}

interface Found { isAssigned: boolean, isWhole: boolean, members: Map<string, boolean> }

/** What a reference does with the variable. */
interface Reference { readonly isAssigned?: boolean, readonly member?: string, readonly isCalled?: boolean }

/** Reads the usage of one function or class expression; `root` is its node. */
export function readUsage(root: SyntaxNode): Usage { return new UsageReader(root).read() }

class UsageReader {
  private readonly found = new Map<string, Found>()
  private readonly privateNames: Set<string>[] = []
  private usesOuterThis = false
  private usesOuterArguments = false
  private readonly imports: number[] = []
  private dependsOnStrictness = false
  private assignsOwnName = false
  private refusal: string | undefined
  private rootScope: Scope | undefined

  constructor(private readonly root: SyntaxNode) {}

  read(): Usage {
    this.visit(this.root, new Scope(undefined, 'block'))
    const free = [...this.found].map(([name, use]): FreeVariable =>
      ({ name, isAssigned: use.isAssigned, members: use.isWhole ? undefined : use.members }))
    const { usesOuterThis, usesOuterArguments, imports, dependsOnStrictness, assignsOwnName, refusal } = this
    return { free, usesOuterThis, usesOuterArguments, imports, dependsOnStrictness, assignsOwnName, refusal }
  }

  private visit(node: SyntaxNode | null | undefined, scope: Scope): void {
    if (node === null || node === undefined) return
    if (isFunction(node)) return this.visitFunction(node, scope)
    if (isClass(node)) return this.visitClass(node, scope)
    switch (node.type) {
      case 'Identifier': return this.reference(node.name, scope, {})
      case 'ThisExpression': return this.readThis(scope)
      case 'Super': if (this.seesOuterSuper(scope)) this.refuse('uses super of the class or object around it'); return
      case 'MetaProperty': return this.readMeta(node, scope)
      case 'ImportExpression': this.imports.push(node.start); break
      case 'PrivateIdentifier': return this.readPrivate(node.name)
      case 'MemberExpression': return this.visitMember(node, scope, {})
      case 'CallExpression': return this.visitCall(node, scope)
      case 'AssignmentExpression': this.visitTarget(node.left, scope); return this.visit(node.right, scope)
      case 'UpdateExpression': return this.visitTarget(node.argument, scope)
      case 'UnaryExpression': if (node.operator === 'delete') return this.visitTarget(node.argument, scope); break
      case 'TaggedTemplateExpression': return this.visitCall({ ...node, callee: node.tag, arguments: [node.quasi] }, scope)
      case 'Property': case 'PropertyDefinition': case 'MethodDefinition': return this.visitProperty(node, scope)
      case 'LabeledStatement': return this.visit(node.body, scope)
      case 'BreakStatement': case 'ContinueStatement': return
      case 'BlockStatement': case 'SwitchStatement': case 'ForStatement': case 'ForInStatement': case 'ForOfStatement':
      case 'CatchClause': return this.visitBlock(node, scope)
    }
    for (const child of children(node)) this.visit(child, scope)
  }

  private visitFunction(node: SyntaxNode, outer: Scope): void {
    let around = outer
    if (node.type === 'FunctionExpression' && node.id !== null && node.id !== undefined) {
      around = new Scope(outer, 'block')
      around.names.add(node.id.name)
    }
    const scope = new Scope(around, node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function')
    if (node === this.root) this.rootScope = scope
    if (scope.kind === 'function') scope.names.add('arguments')
    for (const parameter of node.params) addPatternNames(parameter, scope.names)
    if (node.body.type === 'BlockStatement') {
      addHoistedNames(node.body, scope.names)
      addLexicalNames(node.body.body, scope.names)
    }
    for (const parameter of node.params) this.visitPattern(parameter, scope)
    if (node.body.type !== 'BlockStatement') return this.visit(node.body, scope)
    for (const statement of node.body.body) this.visit(statement, scope)
  }

  private visitClass(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, 'block')
    if (node.id !== null) scope.names.add(node.id.name)
    this.privateNames.push(privateNamesOf(node))
    this.visit(node.superClass, scope)
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock') { this.visitProperty(member, scope); continue }
      const block = new Scope(scope, 'function')
      addHoistedNames(member, block.names)
      addLexicalNames(member.body, block.names)
      for (const statement of member.body) this.visit(statement, block)
    }
    this.privateNames.pop()
  }

  private visitProperty(node: SyntaxNode, scope: Scope): void {
    if (node.computed === true) this.visit(node.key, scope)
    // A field's initialiser runs as a method of the instance.
    this.visit(node.value, node.type === 'PropertyDefinition' ? new Scope(scope, 'function') : scope)
  }

  private visitBlock(node: SyntaxNode, outer: Scope): void {
    const scope = new Scope(outer, 'block')
    if (node.type === 'SwitchStatement') for (const branch of node.cases) addLexicalNames(branch.consequent, scope.names)
    else if (node.type === 'CatchClause') addPatternNames(node.param, scope.names)
    else if (node.type === 'BlockStatement') addLexicalNames(node.body, scope.names)
    else addLexicalNames([node.init, node.left].filter(part => part?.type === 'VariableDeclaration'), scope.names)
    if (node.left !== undefined && node.left.type !== 'VariableDeclaration') this.visitTarget(node.left, scope)
    if (node.type === 'CatchClause' && node.param !== null) this.visitPattern(node.param, scope)
    for (const child of children(node)) {
      if (child !== node.left || child.type === 'VariableDeclaration') this.visit(child, scope)
    }
  }

  /** The default values and computed keys of a binding pattern; its names are declared already. */
  private visitPattern(pattern: SyntaxNode, scope: Scope): void {
    if (pattern.type !== 'Identifier') for (const child of children(pattern)) this.visit(child, scope)
  }

  /** What stands left of `=`, or is counted up: a variable, a property or a pattern of them. */
  private visitTarget(target: SyntaxNode, scope: Scope): void {
    switch (target.type) {
      case 'Identifier': return this.reference(target.name, scope, { isAssigned: true })
      case 'MemberExpression':
        this.dependsOnStrictness = true
        this.visit(target.object, scope)
        return this.visitKey(target, scope)
      case 'ArrayPattern':
        for (const element of target.elements) if (element !== null) this.visitTarget(element, scope)
        return
      case 'AssignmentPattern': this.visitTarget(target.left, scope); return this.visit(target.right, scope)
      case 'RestElement': return this.visitTarget(target.argument, scope)
      case 'ObjectPattern':
        for (const property of target.properties) {
          if (property.computed === true) this.visit(property.key, scope)
          this.visitTarget(property.value ?? property, scope)
        }
        return
      default: this.visit(target, scope)
    }
  }

  private visitMember(node: SyntaxNode, scope: Scope, reference: Reference): void {
    const key: unknown = node.computed === true ? node.property.value : node.property.name
    if (node.object.type === 'Identifier' && node.property.type !== 'PrivateIdentifier' && typeof key === 'string') {
      return this.reference(node.object.name, scope, { ...reference, member: key })
    }
    this.visit(node.object, scope)
    this.visitKey(node, scope)
  }

  private visitKey(node: SyntaxNode, scope: Scope): void {
    if (node.computed === true || node.property.type === 'PrivateIdentifier') this.visit(node.property, scope)
  }

  private visitCall(node: SyntaxNode, scope: Scope): void {
    const callee: SyntaxNode = node.callee
    if (callee.type === 'Identifier' && callee.name === 'eval' && !scope.declares('eval')) this.refuse('calls eval')
    if (callee.type === 'MemberExpression') this.visitMember(callee, scope, { isCalled: true })
    else this.visit(callee, scope)
    for (const argument of node.arguments) this.visit(argument, scope)
  }

  private readThis(scope: Scope): void {
    if (scope.seesOuterThis) this.usesOuterThis = true
    else this.dependsOnStrictness = true
  }

  private seesOuterSuper(scope: Scope): boolean {
    let holder: Scope | undefined = scope
    while (holder !== undefined && holder.kind !== 'function') holder = holder.parent
    return holder === undefined || holder === this.rootScope
  }

  private readMeta(node: SyntaxNode, scope: Scope): void {
    if (node.meta.name === 'import') this.refuse('uses import.meta')
    else if (scope.seesOuterThis) this.refuse('uses new.target of the function around it')
  }

  private readPrivate(name: string): void {
    if (!this.privateNames.some(names => names.has(name))) this.refuse(`uses #${name} of the class around it`)
  }

  private reference(name: string, scope: Scope, reference: Reference): void {
    if (name === 'arguments') this.dependsOnStrictness = true
    if (name === 'arguments' && scope.seesOuterThis && !scope.declares(name)) { this.usesOuterArguments = true; return }
    if (reference.isAssigned === true && this.isOwnName(name, scope)) this.assignsOwnName = true
    if (scope.declares(name)) return
    if (reference.isAssigned === true) this.dependsOnStrictness = true
    let found = this.found.get(name)
    if (found === undefined) this.found.set(name, found = { isAssigned: false, isWhole: false, members: new Map() })
    if (reference.isAssigned === true) found.isAssigned = true
    if (reference.member === undefined) found.isWhole = true
    else found.members.set(reference.member, reference.isCalled === true || found.members.get(reference.member) === true)
  }

  /** The name stands for the function itself, not for a variable of the same name inside it. */
  private isOwnName(name: string, scope: Scope): boolean {
    if (name !== this.root.id?.name) return false
    let holder: Scope | undefined = scope
    while (holder !== undefined && !holder.names.has(name)) holder = holder.parent
    return holder?.parent !== undefined && holder.parent.parent === undefined && holder.kind === 'block'
  }

  private refuse(reason: string): void { this.refusal ??= reason }
}

/** The `#names` that a class declares. */
function privateNamesOf(node: SyntaxNode): Set<string> {
  const names = new Set<string>()
  for (const member of node.body.body) if (member.key?.type === 'PrivateIdentifier') names.add(member.key.name)
  return names
}
