/**
 * The objects that one function captures, found one after another without recursion, and the way to each of them: how
 * the user's program reaches it, for the message when it cannot travel.
 */
import { limits } from '../base/limits'
import { refuseSymbol, refuseTooLarge } from './refuse'
import type { NodeRecord, Primitive, Slot } from './records'
import type { FunctionSource } from './source'

/** A variable of a captured function, with what tells whether two functions mean the same one. */
export interface Binding {
  readonly node: number
  readonly index: number
  readonly f: Function
  readonly source: FunctionSource
  readonly name: string
  readonly value: unknown
  readonly isAssigned: boolean
  readonly scriptId: string
  /** The kind of the scope that declares it, and how many scopes lie outside of that. */
  readonly scopeKind: string
  readonly depth: number
}

/** A variable's name, a property's key, or how to say where the value is: only made into text when something is refused. */
export type StepText = string | symbol | number | (() => string)

/** The text of the step from an object to its prototype. */
export const prototypeStep = '__proto__'

interface Step {
  readonly parent: number
  readonly text: StepText
  readonly isVariable: boolean
  readonly owner: string | undefined
}

const wellKnown = new Map(Reflect.ownKeys(Symbol).flatMap(key => {
  const value = (Symbol as any)[key]
  return typeof value === 'symbol' ? [[value, String(key)] as const] : []
}))

/** Records weigh about this much each, on top of their text and bytes. */
const recordBytes = 16

export class Graph {
  readonly nodes: NodeRecord[] = []
  readonly bindings: Binding[] = []
  private readonly values: object[] = []
  private readonly steps: Step[] = []
  private readonly indexes = new Map<object | symbol, number>()
  private current = -1
  private weightBytes = 0

  /** `at` is the user's line that called the operator. */
  constructor(private readonly encode: (graph: Graph, value: object) => NodeRecord, readonly at: string) {}

  /** The node that is being encoded. */
  get node(): number { return this.current }

  /** What is being encoded was reached as the prototype of another object. */
  get isPrototype(): boolean { return this.steps[this.current]?.text === prototypeStep }

  valueAt(index: number): object { return this.values[index]! }

  /** Encodes what was reached and not encoded yet, until there is nothing left. */
  run(): void {
    while (++this.current < this.values.length) {
      this.weigh(recordBytes)
      this.nodes[this.current] ??= this.encode(this, this.values[this.current]!)
    }
  }

  /** A value held by a variable of the function that is being encoded. `owner` is the function around that has the variable. */
  variable(value: unknown, name: string, owner?: string): Slot { return this.slot(value, name, true, owner) }

  /** A value held by the object that is being encoded, under a key or in a place that the text says. */
  property(value: unknown, text: StepText): Slot { return this.slot(value, text, false, undefined) }

  /** A record that stands for no value of the program's own. */
  synthetic(record: NodeRecord): Slot {
    this.nodes[this.values.length] = record
    return [this.add({}, { parent: this.current, text: '', isVariable: false, owner: undefined })]
  }

  /** Counts what travels. `text` says which part of the node is weighed, where it is not the node itself. */
  weigh(bytes: number, text?: StepText, isVariable = false): void {
    this.weightBytes += bytes
    if (this.weightBytes <= limits.closureBytesMax) return
    if (text !== undefined) this.pointAt(text, isVariable)
    refuseTooLarge(limits.closureBytesMax)
  }

  /** How the program reaches what was being encoded when it was refused: `options.client` and `makeMapper -> options.client`. */
  trail(): { readonly name: string, readonly path: string } {
    const segments: string[] = []
    let segment = ''
    for (let at = Math.min(this.current, this.steps.length - 1); at > 0; at = this.steps[at]!.parent) {
      const step = this.steps[at]!
      segment = textOf(step) + segment
      if (!step.isVariable) continue
      segments.unshift(segment)
      if (step.owner !== undefined && step.parent === 0) segments.unshift(step.owner)
      segment = ''
    }
    return { name: segments.at(-1) ?? '', path: segments.join(' -> ') }
  }

  /** Says that what is refused now is a part, without a node of its own, of the node `from`. */
  pointAt(text: StepText, isVariable: boolean, from = this.current): void {
    this.steps.push({ parent: from, text, isVariable, owner: undefined })
    this.current = this.steps.length - 1
  }

  private slot(value: unknown, text: StepText, isVariable: boolean, owner: string | undefined): Slot {
    switch (typeof value) {
      case 'string': this.weigh(value.length, text, isVariable); return value
      case 'object': if (value === null) return null; break
      case 'symbol': case 'function': break
      default: return value as Primitive
    }
    const index = this.indexes.get(value)
    if (index !== undefined) return [index]
    const step = { parent: this.current, text, isVariable, owner }
    return [typeof value === 'symbol' ? this.addSymbol(value, step) : this.add(value, step)]
  }

  private add(value: object, step: Step): number {
    const index = this.values.push(value) - 1
    this.steps[index] = step
    this.indexes.set(value, index)
    return index
  }

  private addSymbol(value: symbol, step: Step): number {
    const registered = Symbol.keyFor(value)
    const name = registered ?? wellKnown.get(value)
    if (name === undefined) {
      this.pointAt(step.text, step.isVariable)
      refuseSymbol(value)
    }
    const index = this.values.length
    this.nodes[index] = ['symbol', name, registered !== undefined]
    this.indexes.set(value, this.add({}, step))
    return index
  }
}

function textOf(step: Step): string {
  if (typeof step.text === 'function') return step.text()
  return step.isVariable ? String(step.text) : nameOfKey(step.text)
}

/** As one writes it after the object: `.client`, `[3]`, `["a b"]`, `[Symbol(a)]`. */
function nameOfKey(key: string | symbol | number): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  if (/^(?:0|[1-9]\d*)$/.test(String(key))) return `[${key}]`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(String(key)) ? `.${key}` : `[${JSON.stringify(key)}]`
}
