/**
 * What a connector can be told, as a typed table: the checks at the call, the error for an option that does not exist and the
 * page docs/connectors.md all come from it, so that they cannot say different things.
 */
import { nearestName } from '../../conf/nearest'
import { describe, refuse } from '../../rdd/arguments'

/** The kinds of values that options have, and what a program writes for each. */
export interface OptionKinds {
  string: string
  number: number
  /** A whole number. */
  integer: number
  boolean: boolean
  function: (...values: any[]) => any
  object: object
  /** What the other kinds do not say; `check` does. */
  any: any
}

/** An option: a row of a connector's table. */
export interface Option<K extends keyof OptionKinds = keyof OptionKinds> {
  readonly kind: K
  /** What it is, as a sentence for the docs page. */
  readonly doc: string
  /** The value where none is given. Without one the option may be left out and is undefined then. */
  readonly default?: OptionKinds[K]
  /** In words, where the default is no constant. */
  readonly defaultText?: string
  /** `ms`, `bytes`, `records a second`: what a number counts. */
  readonly unit?: string
  readonly isRequired?: boolean
  /** Numbers below this are refused. */
  readonly minimum?: number
  /** The only values that there are. */
  readonly values?: readonly OptionKinds[K][]
  /** What is wrong with a value of the right kind, as the end of the sentence "`name` must ..."; undefined when nothing is. */
  readonly check?: (value: any) => string | undefined
}

/** The options of an operator, by name: what `optionTable` takes and gives. */
export type OptionTable = Readonly<Record<string, Option>>

/** The options of a connector's part, for the docs page. */
export interface Documented {
  /** What takes them: `saveToKafka`. */
  readonly operator: string
  readonly table: OptionTable
}

const documented = new Map<string, Documented>()

/**
 * What `operator` can be told: a row an option, for `requireOptions`. Options have the order of the table in messages and in the docs.
 * Beyond Spark: for connectors of your own; see docs/writing-a-connector.md.
 * @example
 * ```ts
 * import { optionTable, requireOptions } from 'millrace'
 * interface PageOptions { readonly pageSize?: number, readonly token?: string }
 * const table = optionTable('pageStream', {
 *   pageSize: { kind: 'integer', default: 100, minimum: 1, unit: 'records', doc: 'Records a page.' },
 *   token: { kind: 'string', doc: 'Sent with each request, when set.' },
 * })
 * const { pageSize } = requireOptions<Required<PageOptions>>('pageStream', table, { token: 't' })
 * console.log(pageSize) // 100
 * ```
 */
export function optionTable<T extends OptionTable>(operator: string, table: T): T {
  documented.set(operator, { operator, table })
  return table
}

/** Every table that there is, in the order of their names. */
export function documentedOptions(): Documented[] {
  return [...documented.values()].sort((a, b) => a.operator < b.operator ? -1 : 1)
}

/**
 * What `operator` was told, with defaults, by its `optionTable`. Throws IllegalArgumentError, with the user's line, for options that are
 * unknown (with the nearest known name), missing, or of the wrong kind. Beyond Spark.
 */
export function requireOptions<O extends object>(operator: string, table: OptionTable, given: unknown = {}): O {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    refuse(operator, `the options must be an object, got ${describe(given)}`, `{ ${Object.keys(table).slice(0, 3).join(', ')} }`)
  }
  const told = new Map(Object.entries(given as object))
  for (const name of told.keys()) if (!Object.hasOwn(table, name)) refuseUnknown(operator, table, name)
  const checked = Object.entries(table).map(([name, option]) => [name, valueOf(operator, name, option, told.get(name))] as const)
  return Object.fromEntries(checked) as O
}

function refuseUnknown(operator: string, table: OptionTable, name: string): never {
  const names = Object.keys(table)
  const nearest = nearestName(name, names)
  refuse(operator, `there is no option ${describe(name)}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`, `It takes ${names.join(', ')}.`)
}

function valueOf(operator: string, name: string, option: Option, value: unknown): unknown {
  if (value === undefined) {
    if (option.isRequired === true) refuse(operator, `the option ${name} is missing`, option.doc)
    return option.default
  }
  const wrong = whatIsWrong(option, value)
  if (wrong !== undefined) refuse(operator, `${name} must ${wrong}, got ${describe(value)}`, option.doc)
  return value
}

const kindWords: Record<keyof OptionKinds, string> = {
  string: 'be a string', number: 'be a number', integer: 'be a whole number', boolean: 'be true or false',
  function: 'be a function', object: 'be an object', any: '',
}

function whatIsWrong({ kind, values, minimum, check }: Option, value: unknown): string | undefined {
  if (!isOfKind(kind, value)) return kindWords[kind]
  if (values !== undefined && !values.includes(value as never)) return `be one of ${values.map(each => describe(each)).join(', ')}`
  if (minimum !== undefined && (value as number) < minimum) return `be ${minimum} or more`
  return check?.(value)
}

function isOfKind(kind: keyof OptionKinds, value: unknown): boolean {
  switch (kind) {
    case 'any': return true
    case 'integer': return Number.isSafeInteger(value)
    case 'number': return typeof value === 'number' && !Number.isNaN(value)
    case 'object': return typeof value === 'object' && value !== null
    default: return typeof value === kind
  }
}
