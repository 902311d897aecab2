/**
 * What V8's inspector shows of a function in this thread: the scopes that it closes over with the very values in them,
 * where it stands, and what a bound function binds. A session lasts as long as the synchronous work that asked for it,
 * because an open one makes console slower and keeps what is logged.
 */
import { isNativeFunction } from './globals'

export interface ScopeView {
  /** `Closure`, `Block`, `Module`, `Script`, `Global`, `Catch`, `With Block`. */
  readonly kind: string
  /** The function whose scope it is, where it has a name. */
  readonly owner: string | undefined
  /** Each variable with its value now: a copy, but for Global and With. One without a value yet shows undefined. */
  readonly variables: Record<string, unknown>
}

export interface FunctionPlace { readonly scriptId: string, readonly line: number, readonly column: number }

export interface FunctionView {
  readonly place: FunctionPlace | undefined
  /** From the innermost to the outermost. */
  readonly scopes: readonly ScopeView[]
}

export interface BoundView {
  readonly target: Function
  readonly boundThis: unknown
  readonly boundArguments: readonly unknown[]
}

interface RemoteValue { readonly objectId?: string, readonly value?: unknown, readonly unserializableValue?: string }
interface InternalProperty { readonly name: string, readonly value?: RemoteValue & { readonly value?: any } }

/** Both JavaScript and the inspector reach this object; values pass through it without being copied. */
const slot: { input: unknown, output: any } = { input: undefined, output: undefined }
const slotName = 'millrace.inspector'

/** A conversation with the inspector of this thread. Every question is answered before `ask` returns. */
export class Inspection {
  private static open: Inspection | undefined
  private static contextId: number | undefined
  private readonly session: any
  private slotId = ''
  private hasDebugger = false
  /** The URL of every script that V8 has told of, by its id. */
  readonly urls = new Map<string, string>()

  private constructor() {
    // Node can be built without an inspector; functions that capture nothing do not need one.
    const { Session } = require('node:inspector')
    this.session = new Session()
    this.session.connect()
    this.slotId = this.findSlot()
  }

  /** The session of this burst of synchronous work, opened when there is none. */
  static current(): Inspection {
    if (Inspection.open === undefined) {
      const inspection = Inspection.open = new Inspection()
      void Promise.resolve().then(() => inspection.close())
    }
    return Inspection.open
  }

  /** Ends the session before the end of the burst. */
  close(): void {
    if (Inspection.open === this) Inspection.open = undefined
    this.session.disconnect()
  }

  /**
   * Makes breakpoints, sources and the list of all scripts available until the session ends. V8 hashes every script for
   * it: a few milliseconds, or a hundred where the TypeScript compiler is loaded. While it is on, await is slow.
   */
  enableDebugger(): void {
    if (this.hasDebugger) return
    this.hasDebugger = true
    this.on('Debugger.scriptParsed', ({ params }) => { this.urls.set(params.scriptId, params.url) })
    this.ask('Debugger.enable')
  }

  ask(method: string, parameters: object = {}): any {
    let failure: any
    let answer: any
    this.session.post(method, parameters, (error: unknown, result: unknown) => { failure = error; answer = result })
    if (failure !== undefined && failure !== null) throw new Error(`${method}: ${failure.message}`)
    return answer
  }

  /** Sends without waiting: for what is only answered later. */
  send(method: string): void { this.session.post(method, () => {}) }

  on(event: string, listener: (message: { params: any }) => void): void { this.session.on(event, listener) }
  off(event: string, listener: (message: { params: any }) => void): void { this.session.off(event, listener) }

  /** Evaluates in the realm of this module. */
  evaluate(expression: string): any {
    const context = Inspection.contextId
    return this.ask('Runtime.evaluate', context === undefined ? { expression } : { expression, contextId: context })
  }

  /** The inspector's name for a value. */
  remote(value: object): string {
    slot.input = value
    const functionDeclaration = 'function(){return this.input}'
    const { result } = this.ask('Runtime.callFunctionOn', { objectId: this.slotId, functionDeclaration })
    slot.input = undefined
    return result.objectId
  }

  internals(value: object): InternalProperty[] {
    return this.ask('Runtime.getProperties', { objectId: this.remote(value), ownProperties: true }).internalProperties ?? []
  }

  /** The values themselves of what the inspector names. */
  take(...remotes: RemoteValue[]): any[] {
    const parameters = remotes.map(({ objectId, value, unserializableValue }) =>
      objectId !== undefined ? { objectId } : unserializableValue !== undefined ? { unserializableValue } : { value })
    this.ask('Runtime.callFunctionOn', {
      objectId: this.slotId, functionDeclaration: 'function(...values){this.output=values}', arguments: parameters,
    })
    const taken = slot.output
    slot.output = undefined
    return taken
  }

  // Jest and vm run code in contexts that the main one does not see: ask each for the slot until one has it.
  private findSlot(): string {
    const key = Symbol.for(slotName)
    Object.defineProperty(globalThis, key, { value: slot, configurable: true })
    try {
      const known = this.slotIn(Inspection.contextId)
      if (known !== undefined) return known
      for (const contextId of this.contexts()) {
        const found = this.slotIn(contextId)
        if (found === undefined) continue
        Inspection.contextId = contextId
        return found
      }
      throw new Error('the inspector does not see the context of this module')
    } finally {
      delete (globalThis as any)[key]
    }
  }

  private slotIn(contextId: number | undefined): string | undefined {
    const expression = `globalThis[Symbol.for('${slotName}')]`
    try {
      return this.ask('Runtime.evaluate', contextId === undefined ? { expression } : { expression, contextId }).result.objectId
    } catch {
      return undefined // The context is gone.
    }
  }

  private contexts(): number[] {
    const found: number[] = []
    const listener = (message: { params: any }): void => { found.push(message.params.context.id) }
    this.on('Runtime.executionContextCreated', listener)
    this.ask('Runtime.enable')
    this.ask('Runtime.disable')
    this.off('Runtime.executionContextCreated', listener)
    return found
  }
}

const places = new WeakMap<Function, FunctionPlace>()

/** Where a function is written; it never changes. Undefined for functions of V8's own. */
export function placeOf(f: Function): FunctionPlace | undefined { return places.get(f) ?? viewFunction(f).place }

/** The scopes and the place of a function written in JavaScript. */
export function viewFunction(f: Function): FunctionView {
  const inspection = Inspection.current()
  const internals = inspection.internals(f)
  const valueNamed = (name: string) => internals.find(property => property.name === name)?.value
  const place: { scriptId: string, lineNumber: number, columnNumber: number } | undefined = valueNamed('[[FunctionLocation]]')?.value
  const list = valueNamed('[[Scopes]]')
  const [taken] = list === undefined ? [[]] : inspection.take(list)
  const scopes = Array.from({ length: taken.length as number }, (_, index) => scopeView(taken[index]))
  if (place === undefined) return { place, scopes }
  const found: FunctionPlace = { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber }
  places.set(f, found)
  return { place: found, scopes }
}

/** What a bound function binds; undefined for a function that is not bound. */
export function viewBound(f: Function): BoundView | undefined {
  if (!isNativeFunction(f)) return undefined
  const inspection = Inspection.current()
  const internals = new Map(inspection.internals(f).map(property => [property.name, property.value ?? {}]))
  const target = internals.get('[[TargetFunction]]')
  if (target === undefined) return undefined
  const parts = [target, internals.get('[[BoundThis]]')!, internals.get('[[BoundArgs]]')!]
  const [taken, boundThis, bound] = inspection.take(...parts)
  return { target: taken, boundThis, boundArguments: Array.from({ length: bound.length }, (_, index) => bound[index]) }
}

function scopeView(scope: { description: string, object: Record<string, unknown> }): ScopeView {
  const [, kind = '', owner] = /^([^(]*?)(?: \((.*)\))?$/.exec(scope.description) ?? []
  return { kind, owner, variables: scope.object }
}
