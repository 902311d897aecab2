/**
 * The source of a function, read once a text: what it is (expression, method, class), its free variables, and the text
 * to carry. Every carried text has the length and the lines of the original, so that positions stay what they were:
 * what must not run again elsewhere (static initialisers, computed keys) is overwritten with blanks.
 */
import { parseExpressionAt, type Options } from 'acorn'
import { readUsage, type Usage } from './free-variables'
import { isClass, type SyntaxNode } from './declared-names'

export type SourceForm = 'expression' | 'method'

export interface FunctionSource extends Usage {
  readonly text: string
  readonly form: SourceForm
  readonly kind: 'arrow' | 'function' | 'generator' | 'class'
  /** How many parameters are written, and whether a call needs no user code to take them. */
  readonly parameterCount: number
  readonly hasPlainParameters: boolean
  /** Where in the text V8 says that the function starts. */
  readonly startOffset: number
  readonly ownName: string | undefined
  /** What stands in the text for `import`, which only works in a module. */
  readonly importName: string | undefined
  /** A plain function, of which V8 shows whether it is sloppy. */
  readonly showsStrictness: boolean
  /** Lines that start within a string: `text` cannot be given more lines before these. Counted from 0. */
  readonly closedLines: ReadonlySet<number>
  readonly classFacts: ClassFacts | undefined
}

export interface ClassFacts {
  /** The variable that names the base class: its own, or the one that stands for the expression after `extends`. */
  readonly baseName: string | undefined
  /** Variables that are read while the class is made. */
  readonly earlyNames: readonly string[]
  /** Variables that stand for the computed names of methods; their values are the names that the class has. */
  readonly computedKeys: readonly ComputedKey[]
  /** The text of each method and accessor, to tell those that were replaced later. */
  readonly memberTexts: ReadonlySet<string>
  readonly hasPrivateInstanceMembers: boolean
  readonly hasPrivateStaticState: boolean
}

export interface ComputedKey { readonly variable: string, readonly memberText: string, readonly isStatic: boolean }

const options: Options = {
  ecmaVersion: 'latest', allowSuperOutsideMethod: true, allowImportExportEverywhere: true, checkPrivateFields: false,
  allowReturnOutsideFunction: true, allowAwaitOutsideFunction: false,
}
/** How far the parsed text lies behind what is put around it: `function($){return (`. */
const prefix = 20
const cachedMax = 2_000
const cached = new Map<string, FunctionSource>()

/** Reads a function's source text. Throws SyntaxError when it is no JavaScript that can stand alone. */
export function readSource(text: string): FunctionSource {
  let source = cached.get(text)
  if (source === undefined) {
    source = read(text)
    if (cached.size >= cachedMax) cached.delete(cached.keys().next().value!)
    cached.set(text, source)
  }
  return source
}

function read(text: string): FunctionSource {
  // A new.target in an arrow function needs a function around it to be parsed.
  const node = parseReturned(`(${text})`)
  if (node !== undefined && isCallable(node)) return isClass(node) ? readClass(text, node) : describe(text, node, 'expression')
  const method = parseReturned(`{${text}}`)?.properties?.[0]
  if (method?.value === undefined) throw new SyntaxError('its source cannot be read')
  const closed = method.computed === true ? blankKey(text, method.key.start - prefix, method.key.end - prefix) : text
  return describe(closed, method.value, 'method')
}

/** The expression, parsed as what a function returns; undefined when it is none. */
function parseReturned(expression: string): SyntaxNode | undefined {
  try {
    const around: SyntaxNode = parseExpressionAt(`function($){return ${expression}}`, 0, options)
    return around.body.body[0].argument
  } catch { return undefined }
}

function isCallable(node: SyntaxNode): boolean {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression' || node.type === 'ClassExpression'
}

function describe(text: string, node: SyntaxNode, form: SourceForm): FunctionSource {
  const usage = readUsage(node)
  const isArrow = node.type === 'ArrowFunctionExpression'
  return {
    ...usage, ...withoutImports(text, usage),
    form,
    kind: isArrow ? 'arrow' : node.generator === true ? 'generator' : 'function',
    parameterCount: node.params.length,
    hasPlainParameters: node.params.every(isPlainParameter),
    startOffset: isArrow ? 0 : openingParenthesis(text, node),
    ownName: node.id?.name,
    showsStrictness: form === 'expression' && !isArrow && node.async !== true && node.generator !== true,
    closedLines: closedLinesOf(node, text),
    classFacts: undefined,
  }
}

function readClass(original: string, node: SyntaxNode): FunctionSource {
  let text = original
  const memberTexts = new Set<string>()
  const computedKeys: ComputedKey[] = []
  let constructorNode: SyntaxNode | undefined
  for (const member of node.body.body as SyntaxNode[]) {
    if (isStaticState(member)) text = replaced(text, member, ';')
    else if (member.kind === 'constructor') constructorNode = member
    else if (member.type === 'MethodDefinition') {
      const memberText = original.slice(member.start - prefix, member.end - prefix).replace(/^static\b\s*/, '')
      memberTexts.add(memberText)
      if (member.computed !== true || member.key.type === 'Literal') continue
      const variable = member.key.type === 'Identifier' ? member.key.name : unusedName(text, member.key)
      if (member.key.type !== 'Identifier') text = replaced(text, member.key, variable)
      computedKeys.push({ variable, memberText, isStatic: member.static === true })
    }
  }
  const isNamed = node.superClass === null || node.superClass.type === 'Identifier' || node.superClass.raw === 'null'
  const standIn = isNamed ? undefined : unusedName(text, node.superClass)
  if (standIn !== undefined) text = replaced(text, node.superClass, standIn)
  const carriedNode = parseReturned(`(${text})`)
  if (carriedNode === undefined) throw new SyntaxError('its source cannot be read')
  const usage = readUsage(carriedNode)
  return {
    ...usage, ...withoutImports(text, usage), form: 'expression', kind: 'class', parameterCount: 0, hasPlainParameters: true,
    refusal: usage.refusal ?? (usage.usesOuterThis ? 'uses this outside of its methods' : undefined),
    startOffset: constructorNode === undefined ? 0 : openingParenthesis(original, constructorNode.value),
    ownName: node.id?.name,
    showsStrictness: false,
    closedLines: closedLinesOf(node, original),
    classFacts: { ...classFactsOf(carriedNode, standIn), memberTexts, computedKeys },
  }
}

/** Static fields get the values they had at the call; what initialises them must not run again. */
function isStaticState(member: SyntaxNode): boolean {
  return member.type === 'StaticBlock' ||
    (member.type === 'PropertyDefinition' && member.static === true && member.key.type !== 'PrivateIdentifier')
}

function classFactsOf(node: SyntaxNode, standIn: string | undefined): Omit<ClassFacts, 'memberTexts' | 'computedKeys'> {
  const members: SyntaxNode[] = node.body.body
  const computed = members.filter(member => member.computed === true)
  const early = computed.flatMap(member => readUsage(member.key).free.map(use => use.name))
  const baseName: string | undefined = standIn ?? (node.superClass?.type === 'Identifier' ? node.superClass.name : undefined)
  const isPrivate = (member: SyntaxNode): boolean => member.key?.type === 'PrivateIdentifier'
  return {
    baseName,
    earlyNames: [...new Set(baseName === undefined ? early : [baseName, ...early])],
    hasPrivateInstanceMembers: members.some(member => isPrivate(member) && member.static !== true),
    hasPrivateStaticState: members.some(member =>
      isPrivate(member) && member.static === true && member.type === 'PropertyDefinition'),
  }
}

/** A name that the text does not use, no longer than the expression that it stands for. */
function unusedName(text: string, expression: SyntaxNode): string {
  let name = '$a'
  for (let index = 0; text.includes(name); index++) name = `$${index.toString(36)}`
  if (name.length > expression.end - expression.start) throw new SyntaxError('it has too many computed names')
  return name
}

/** Gives `import(...)` a name of the same length, which is bound to a function where the text is compiled. */
function withoutImports(text: string, usage: Usage): { readonly text: string, readonly importName: string | undefined } {
  if (usage.imports.length === 0) return { text, importName: undefined }
  let importName = '$mport'
  for (let index = 0; text.includes(importName); index++) importName = `$${index.toString(36).padStart(5, 'i')}`
  let replacedText = text
  for (const start of usage.imports) {
    const at = start - prefix
    replacedText = replacedText.slice(0, at) + importName + replacedText.slice(at + 'import'.length)
  }
  return { text: replacedText, importName }
}

function blanked(text: string, from: number, to: number): string {
  return text.slice(0, from) + text.slice(from, to).replace(/[^\r\n\u2028\u2029]/g, ' ') + text.slice(to)
}

/** Puts `standIn` where `part` stood, and blanks behind it. */
function replaced(text: string, part: SyntaxNode, standIn: string): string {
  const [from, to] = [part.start - prefix, part.end - prefix]
  const rest = blanked(text, from, to)
  return rest.slice(0, from) + standIn + rest.slice(from + standIn.length)
}

/** `[expression]() {}` becomes `[0         ]() {}`: the name of the function is carried beside its text. */
function blankKey(text: string, from: number, to: number): string {
  const rest = blanked(text, from, to)
  return `${rest.slice(0, from)}0${rest.slice(from + 1)}`
}

function isPlainParameter(parameter: SyntaxNode): boolean {
  return parameter.type === 'Identifier' || (parameter.type === 'RestElement' && parameter.argument.type === 'Identifier') ||
    (parameter.type === 'AssignmentPattern' && isPlainParameter(parameter.left)) || isPlainPattern(parameter)
}

/** A pattern without computed keys: taking it apart runs none of the user's code, as long as every part is there. */
function isPlainPattern(pattern: SyntaxNode): boolean {
  if (pattern.type === 'ObjectPattern') {
    return pattern.properties.every((part: SyntaxNode) => part.computed !== true && isPlainParameter(part.value ?? part))
  }
  return pattern.type === 'ArrayPattern' &&
    pattern.elements.every((part: SyntaxNode | null) => part === null || isPlainParameter(part))
}

/** V8 counts a function from the `(` of its parameters. */
function openingParenthesis(text: string, node: SyntaxNode): number {
  // The function node of a method starts at its `(`; otherwise it lies after the keyword and the name.
  const after: number = node.id?.end ?? node.start
  return Math.max(0, text.indexOf('(', after - prefix))
}

function closedLinesOf(node: SyntaxNode, text: string): ReadonlySet<number> {
  const lines = new Set<number>()
  if (!text.includes('`') && !text.includes('\\\n')) return lines
  const pending: SyntaxNode[] = [node]
  while (pending.length > 0) {
    const next = pending.pop()!
    if (next.type === 'TemplateElement' || next.type === 'Literal') {
      const first = lineOf(text, next.start - prefix)
      for (let line = first + 1; line <= lineOf(text, next.end - prefix); line++) lines.add(line)
    }
    for (const key of Object.keys(next)) {
      const value = next[key]
      for (const item of Array.isArray(value) ? value : [value]) if (typeof item?.type === 'string') pending.push(item)
    }
  }
  return lines
}

function lineOf(text: string, offset: number): number {
  let line = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
