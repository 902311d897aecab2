/**
 * Reads the source of a user's function: recognised are functions of plain parameters whose body is one expression. What
 * the expression may hold is for its compiler to say; anything that it does not know is not recognised.
 */
import { parseExpressionAt, type ArrowFunctionExpression, type Expression, type FunctionExpression, type Pattern } from 'acorn'
import { originalOf } from '../../rdd/travel'

/** A parameter: a name, or names (and holes) taken from an array by position. */
export type Parameter = string | readonly (string | undefined)[]

export interface ReadFunction {
  readonly parameters: readonly Parameter[]
  readonly body: Expression
}

const known = new WeakMap<Function, ReadFunction | null>()

/** The function as an expression of its parameters, or undefined when it is anything more than that. */
export function readFunction(f: Function): ReadFunction | undefined {
  const original = originalOf(f)
  let read = known.get(original)
  if (read === undefined) known.set(original, read = parse(original) ?? null)
  return read ?? undefined
}

function parse(f: Function): ReadFunction | undefined {
  // Own properties could be a toString of the user's; bound and native functions have no source to read.
  const source = Function.prototype.toString.call(f)
  if (source.length > sourceLengthMax || source.includes('[native code]')) return undefined
  let node: Expression
  try {
    node = parseExpressionAt(`(${source})`, 0, { ecmaVersion: 'latest' })
  } catch {
    return undefined
  }
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return undefined
  if (node.async || node.generator === true) return undefined
  const parameters = node.params.map(parameterOf)
  const body = bodyOf(node)
  if (body === undefined || parameters.includes(undefined)) return undefined
  const names = parameters.flat().filter(name => name !== undefined)
  // A name that stands twice means the last one in sloppy functions: not worth knowing.
  return new Set(names).size === names.length ? { parameters: parameters as Parameter[], body } : undefined
}

const sourceLengthMax = 500

function parameterOf(pattern: Pattern): Parameter | undefined {
  if (pattern.type === 'Identifier') return pattern.name
  if (pattern.type !== 'ArrayPattern') return undefined
  const names = pattern.elements.map(element => element === null ? undefined : element.type === 'Identifier' ? element.name : null)
  return names.includes(null) ? undefined : names as (string | undefined)[]
}

function bodyOf(node: ArrowFunctionExpression | FunctionExpression): Expression | undefined {
  if (node.body.type !== 'BlockStatement') return node.body
  const [statement, ...more] = node.body.body
  if (more.length > 0 || statement?.type !== 'ReturnStatement') return undefined
  return statement.argument ?? undefined
}
