/**
 * Compiles a recognised expression over virtual values. Every case here must give exactly what JavaScript gives for the
 * strings and numbers that the values stand for; whatever is not listed is not recognised.
 */
import type { BinaryExpression, CallExpression, Expression, MemberExpression } from 'acorn'
import { bytesEqual, bytesInclude, endsWith, ForwardSearch, lowerCased, startsWith, trimEnd, trimStart } from './byte-text'
import type { Parameter, ReadFunction } from './read-function'
import { NotRecognised, type Pieces, type Virtual } from './virtual'

/** What the expression's text may use and require. */
export interface Scope {
  constant(value: unknown): string
  variable(hint: string): string
  /** Adds a statement before the expression. */
  statement(code: string): void
  /** Declares something once a partition. */
  perPartition(code: string): void
  /** What follows is right only for blocks of ASCII. */
  requireAscii(): void
}

type Names = ReadonlyMap<string, Virtual>

export function applyFunction(f: ReadFunction, args: readonly Virtual[], scope: Scope): Virtual {
  return compile(f.body, bind(f.parameters, args), scope)
}

/** For flatMap: `x.split(' ')`, where x is any recognised expression that gives a slice. */
export function applySplit(f: ReadFunction, arg: Virtual, scope: Scope): Pieces {
  const { body } = f
  if (body.type !== 'CallExpression' || body.arguments.length !== 1) throw new NotRecognised()
  const { callee } = body
  if (callee.type !== 'MemberExpression' || callee.object.type === 'Super' || propertyName(callee) !== 'split') throw new NotRecognised()
  requireIntrinsic('split')
  const separator = body.arguments[0]!
  if (separator.type !== 'Literal' || typeof separator.value !== 'string' || separator.value.length !== 1) throw new NotRecognised()
  const byte = separator.value.charCodeAt(0)
  if (byte >= 128) throw new NotRecognised()
  const slice = compile(callee.object, bind(f.parameters, [arg]), scope)
  if (slice.kind !== 'slice') throw new NotRecognised()
  return { slice, separator: byte }
}

/** The condition under which a value is truthy, as text. */
export function truthOf(value: Virtual): string {
  switch (value.kind) {
    case 'boolean': return value.code
    case 'number': return `!!(${value.code})`
    case 'slice': return `${value.start} < ${value.end}`
    case 'text': return String(value.text !== '')
    case 'tuple': return 'true'
  }
}

function bind(parameters: readonly Parameter[], args: readonly Virtual[]): Names {
  const names = new Map<string, Virtual>()
  parameters.forEach((parameter, index) => {
    const arg = args[index]
    if (typeof parameter === 'string') {
      if (arg !== undefined) names.set(parameter, arg)
      return
    }
    if (arg?.kind !== 'tuple') throw new NotRecognised()
    parameter.forEach((name, place) => {
      const item = arg.items[place]
      if (name !== undefined && item !== undefined) names.set(name, item)
    })
  })
  return names
}

function compile(node: Expression, names: Names, scope: Scope): Virtual {
  switch (node.type) {
    case 'ParenthesizedExpression': return compile(node.expression, names, scope)
    case 'Identifier': return names.get(node.name) ?? fail()
    case 'Literal': return literal(node.value)
    case 'ArrayExpression': return {
      kind: 'tuple',
      items: node.elements.map(element => element === null || element.type === 'SpreadElement' ? fail() : compile(element, names, scope)),
    }
    case 'UnaryExpression': return unary(node.operator, compile(node.argument, names, scope))
    case 'LogicalExpression': {
      if (node.operator === '??') return fail()
      const left = compile(node.left, names, scope)
      const right = compile(node.right, names, scope)
      if (left.kind !== 'boolean' || right.kind !== 'boolean') return fail()
      return { kind: 'boolean', code: `(${left.code} ${node.operator} ${right.code})` }
    }
    case 'ConditionalExpression': {
      const [test, yes, no] = [node.test, node.consequent, node.alternate].map(each => compile(each, names, scope)) as [Virtual, Virtual, Virtual]
      if (yes.kind !== no.kind || (yes.kind !== 'number' && yes.kind !== 'boolean')) return fail()
      return { kind: yes.kind, code: `(${truthOf(test)} ? ${yes.code} : ${(no as typeof yes).code})` }
    }
    case 'BinaryExpression': return binary(node, names, scope)
    case 'MemberExpression': return member(node, names, scope)
    case 'CallExpression': return call(node, names, scope)
    default: return fail()
  }
}

function fail(): never { throw new NotRecognised() }

function literal(value: unknown): Virtual {
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (typeof value === 'number') return { kind: 'number', code: Object.is(value, -0) ? '-0' : `(${String(value)})` }
  if (typeof value === 'boolean') return { kind: 'boolean', code: String(value) }
  return fail()
}

function unary(operator: string, value: Virtual): Virtual {
  if (operator === '!') return { kind: 'boolean', code: `!(${truthOf(value)})` }
  if (operator === '-' && value.kind === 'number') return { kind: 'number', code: `(-${value.code})` }
  return fail()
}

const arithmetic = new Set(['+', '-', '*', '/', '%'])
const comparisons = new Set(['<', '<=', '>', '>=', '===', '!==', '==', '!='])

function binary(node: BinaryExpression, names: Names, scope: Scope): Virtual {
  if (node.left.type === 'PrivateIdentifier') return fail()
  const left = compile(node.left, names, scope)
  const right = compile(node.right, names, scope)
  const { operator } = node
  if (left.kind === 'number' && right.kind === 'number') {
    if (arithmetic.has(operator)) return { kind: 'number', code: `(${left.code} ${operator} ${right.code})` }
    if (comparisons.has(operator)) return { kind: 'boolean', code: `(${left.code} ${operator} ${right.code})` }
    return fail()
  }
  if (!['===', '!==', '==', '!='].includes(operator)) return fail()
  const equal = equality(left, right, scope) ?? equality(right, left, scope) ?? fail()
  return { kind: 'boolean', code: operator.startsWith('!') ? `!${equal}` : equal }
}

function equality(slice: Virtual, other: Virtual, scope: Scope): string | undefined {
  if (slice.kind !== 'slice' || other.kind !== 'text') return undefined
  const needle = utf8(other.text)
  return `(${slice.end} - ${slice.start} === ${needle.length} && ${scope.constant(bytesEqual)}(${slice.bytes}, ${slice.start}, ${scope.constant(needle)}))`
}

/** A text's bytes. A text that is not well formed has none that stand for it. */
function utf8(text: string): Uint8Array {
  if (!isWellFormed(text)) return fail()
  return Buffer.from(text, 'utf8')
}

function isWellFormed(text: string): boolean { return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text) }

function propertyName(node: MemberExpression): string | number | undefined {
  if (node.computed) return node.property.type === 'Literal' && typeof node.property.value === 'number' ? node.property.value : undefined
  return node.property.type === 'Identifier' ? node.property.name : undefined
}

function member(node: MemberExpression, names: Names, scope: Scope): Virtual {
  if (node.object.type === 'Super' || node.optional === true) return fail()
  const object = compile(node.object, names, scope)
  const name = propertyName(node)
  if (object.kind === 'tuple' && typeof name === 'number') return object.items[name] ?? fail()
  if (name !== 'length') return fail()
  if (object.kind === 'tuple') return { kind: 'number', code: String(object.items.length) }
  if (object.kind === 'text') return { kind: 'number', code: String(object.text.length) }
  if (object.kind !== 'slice') return fail()
  scope.requireAscii()
  return { kind: 'number', code: `(${object.end} - ${object.start})` }
}

const tests = { includes: bytesInclude, startsWith, endsWith } as const

function call(node: CallExpression, names: Names, scope: Scope): Virtual {
  const { callee } = node
  if (callee.type !== 'MemberExpression' || callee.object.type === 'Super' || callee.computed || node.optional === true) return fail()
  const object = compile(callee.object, names, scope)
  const name = propertyName(callee)
  if (object.kind !== 'slice' || typeof name !== 'string') return fail()
  const args = node.arguments.map(argument => argument.type === 'SpreadElement' ? fail() : compile(argument, names, scope))
  requireIntrinsic(name)
  if (name === 'includes' || name === 'startsWith' || name === 'endsWith') {
    if (args.length !== 1 || args[0]!.kind !== 'text') return fail()
    // The block itself does not change under the loop, so that a search may look ahead beyond the slice.
    if (name === 'includes' && object.bytes === 'bytes' && args[0].text !== '') {
      const search = scope.constant(new ForwardSearch(utf8(args[0].text)))
      return { kind: 'boolean', code: `${search}.isWithin(bytes, ${object.start}, ${object.end})` }
    }
    const test = scope.constant(tests[name])
    return { kind: 'boolean', code: `${test}(${object.bytes}, ${object.start}, ${object.end}, ${scope.constant(utf8(args[0]!.text))})` }
  }
  if (args.length > 0) return fail()
  if (name === 'trim') return trimmed(object, scope)
  if (name === 'toLowerCase') return lower(object, scope)
  return fail()
}

function trimmed(slice: Extract<Virtual, { kind: 'slice' }>, scope: Scope): Virtual {
  scope.requireAscii()
  const start = scope.variable('start')
  const end = scope.variable('end')
  scope.statement(`const ${start} = ${scope.constant(trimStart)}(${slice.bytes}, ${slice.start}, ${slice.end})`)
  scope.statement(`const ${end} = ${scope.constant(trimEnd)}(${slice.bytes}, ${start}, ${slice.end})`)
  return { kind: 'slice', bytes: slice.bytes, start, end }
}

/** The lower-cased bytes go into a buffer of the loop's own: slices of it are good until the next line. */
function lower(slice: Extract<Virtual, { kind: 'slice' }>, scope: Scope): Virtual {
  scope.requireAscii()
  const buffer = scope.variable('lower')
  scope.perPartition(`let ${buffer} = new Uint8Array(1024)`)
  scope.statement(`${buffer} = ${scope.constant(lowerCased)}(${slice.bytes}, ${slice.start}, ${slice.end}, ${buffer})`)
  const end = scope.variable('end')
  scope.statement(`const ${end} = ${slice.end} - ${slice.start}`)
  return { kind: 'slice', bytes: buffer, start: '0', end }
}

const intrinsics = new Map<string, unknown>(
  ['split', 'includes', 'startsWith', 'endsWith', 'trim', 'toLowerCase'].map(name => [name, (String.prototype as any)[name]]))

/** A program may have replaced a method of String: then its functions mean something else. */
function requireIntrinsic(name: string): void {
  if (intrinsics.get(name) !== (String.prototype as any)[name]) throw new NotRecognised()
}
