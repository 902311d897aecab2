/**
 * What the bytes of a captured function hold. One flat list of records, one for each object, each naming others by
 * index: so depth costs no stack, and shared objects and cycles stay what they are.
 *
 *   bytes    := v8.serialize([version, folder, root, records, shared classes])
 *   slot     := primitive | [index]
 *   members  := 0 | [prototype, keys, slots, odd, integrity]
 *   odd      := 0 | [key slot, flags, value slot][] | [key slot, flags, get slot, set slot][]
 *   flags    := 1 writable + 2 enumerable + 4 configurable
 *   integrity:= 0 extensible, 1 not, 2 sealed, 3 frozen
 */
import type { ModuleName } from './module-names'
import type { SourceForm } from './source'

export const version = 1

export type Primitive = string | number | boolean | bigint | null | undefined
export type Slot = Primitive | readonly [index: number]

export type OddProperty =
  | readonly [key: Slot, flags: number, value: Slot]
  | readonly [key: Slot, flags: number, get: Slot, set: Slot]

/** `prototype` undefined is the usual one of the kind. */
export type Members = 0 | readonly [
  prototype: Slot | null | undefined, keys: readonly string[], slots: readonly Slot[],
  odd: 0 | readonly OddProperty[], integrity: number,
]

/** What functions and classes have in common: their text, where it stood, and the variables around it. */
export interface CodeRecord {
  readonly form: SourceForm
  readonly text: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly isStrict: boolean
  /** The name that the text uses for `import`, and the module that it imports from. */
  readonly imports: undefined | readonly [name: string, from: ModuleName | undefined]
  readonly name: string
  readonly length: number
  readonly variables: readonly string[]
  readonly slots: Slot[]
  /** For each variable, the cell that it shares with other functions, or -1. Absent where none is shared. */
  cells: number[] | undefined
  /** Variables that are read while a class is made. */
  readonly early: readonly string[]
  readonly outer: undefined | readonly [outerThis: Slot, outerArguments: Slot]
}

export type NodeRecord =
  | readonly ['global', name: string]
  | readonly ['import', module: ModuleName, path: readonly string[]]
  | readonly ['copy', module: ModuleName]
  | readonly ['require', module: ModuleName | undefined]
  | readonly ['travel', kind: string, id: number]
  | readonly ['symbol', name: string, isRegistered: boolean]
  | readonly ['object', members: Members]
  | readonly ['array', length: number, slots: 0 | readonly Slot[], members: Members]
  | readonly ['map', entries: readonly Slot[], members: Members]
  | readonly ['set', entries: readonly Slot[], members: Members]
  | readonly ['date', time: number, members: Members]
  | readonly ['regexp', source: string, flags: string, members: Members]
  | readonly ['boxed', value: Primitive, members: Members]
  | readonly ['error', stack: Slot, members: Members]
  | readonly ['bytes', content: ArrayBuffer]
  | readonly ['view', type: string, buffer: Slot, offset: number, length: number, members: Members]
  | readonly ['arguments', slots: readonly Slot[]]
  | readonly ['url', href: string]
  | readonly ['query', text: string]
  | readonly ['decoder', encoding: string, isFatal: boolean, ignoresMark: boolean]
  | readonly ['encoder']
  | readonly ['function', code: CodeRecord, members: Members]
  | readonly ['class', code: CodeRecord, members: Members]
  | readonly ['bound', target: Slot, boundThis: Slot, boundArguments: readonly Slot[], members: Members]
  | readonly ['prototype', of: Slot, members: Members]

/** A class by its record, and what tells whether a thread has it already. */
export type SharedClass = readonly [index: number, key: string]
