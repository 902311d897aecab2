/**
 * Compiles the text of a function so that it stands where the user wrote it: errors show the user's file and line. The
 * variables around it are set later, when what they hold has been made; those that functions share lie in an object.
 */
import { Script } from 'node:vm'
import type { CodeRecord } from './records'

export interface Compiled {
  readonly made: any
  /** Gives the variables their values, in the order of the record. */
  readonly bind: (values: readonly unknown[]) => void
}

/** What the text needs when it is evaluated. */
export interface Surroundings {
  readonly early: readonly unknown[]
  readonly outerThis: unknown
  readonly outerArguments: ArrayLike<unknown>
  /** The object with the shared variables. */
  readonly cells: object | undefined
  /** What `import` does in the module of the function. */
  readonly importer: ((specifier: string, options?: object) => Promise<unknown>) | undefined
}

/** Errors in code compiled under such a name are not looked up in source maps a second time. */
const mark = '?'

export function compileCode(code: CodeRecord, surroundings: Surroundings): Compiled {
  const names = code.variables.filter((_, index) => (code.cells?.[index] ?? -1) === -1)
  const [before, after] = wrapperOf(code, names, surroundings.cells !== undefined)
  const options = { filename: fileNameOf(code), lineOffset: code.line, columnOffset: code.column - before.length }
  const factory = new Script(before + code.text + after, options).runInThisContext()
  const { early, cells, importer, outerThis, outerArguments } = surroundings
  const [made, set] = factory(early, cells, importer).apply(outerThis, outerArguments)
  const own = code.variables.map((_, index) => index).filter(index => (code.cells?.[index] ?? -1) === -1)
  return {
    made: code.form === 'method' ? onlyMember(made) : made,
    bind: values => set(own.map(index => values[index])),
  }
}

// `this` and `arguments` of the inner function are those of the function that was around an arrow function.
function wrapperOf(code: CodeRecord, names: readonly string[], hasCells: boolean): readonly [string, string] {
  const free = (base: string): string => code.variables.includes(base) ? free(`${base}$`) : base
  const [early, cells, values] = [free('$early'), free('$cells'), free('$values')]
  const initial = (name: string): string => {
    const at = code.early.indexOf(name)
    return at === -1 ? name : `${name}=${early}[${at}]`
  }
  const start = [
    `(function(${early},${cells},${code.imports?.[0] ?? '$import'}){`, hasCells ? `with(${cells}){` : '{',
    'return function(){', code.isStrict ? '"use strict";' : '', names.length === 0 ? '' : `let ${names.map(initial).join(',')};`,
  ].join('')
  const set = `${values}=>{${names.length === 0 ? '' : `[${names.join(',')}]=${values}`}}`
  const [open, close] = code.form === 'method' ? ['{', '}'] : ['(', ')']
  return [`${start}return[${open}`, `${close},${set}]}}})`]
}

function fileNameOf(code: CodeRecord): string {
  if (code.file === '') return 'millrace:function'
  if ((Error as any).prepareStackTrace === undefined) return code.file
  unmarkStacks()
  return code.file + mark
}

let marked: unknown

/** Takes the mark off again in stack traces. */
function unmarkStacks(): void {
  const before = (Error as any).prepareStackTrace
  if (before === marked) return
  marked = (Error as any).prepareStackTrace = function (error: unknown, frames: unknown) {
    const stack = before.call(this, error, frames)
    return typeof stack === 'string' ? stack.replace(/\?(?=:\d+:\d+)/g, '') : stack
  }
}

function onlyMember(holder: object): any {
  const { value, get, set } = Object.getOwnPropertyDescriptor(holder, Reflect.ownKeys(holder)[0]!)!
  return value ?? get ?? set
}
