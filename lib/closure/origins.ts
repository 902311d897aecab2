/**
 * Where a function comes from: the text to carry, its place in the user's file, and whether it is strict. A function
 * without variables, given again from the same line, has the same origin: it is remembered, so that the inspector is
 * asked once.
 */
import { placeText, type PlacedText, type SourcePlace } from './lines'
import { isStandardGlobal } from './globals'
import { isModule, isStrictScript, fileShown } from './scripts'
import type { FunctionPlace, FunctionView } from './inspector'
import type { FunctionSource } from './source'

export interface Origin extends PlacedText { readonly isStrict: boolean }

const remembered = new Map<string, Origin>()
const rememberedMax = 2_000

/** The origin of a function of this text that was given at this place before, and captured nothing. */
export function knownOrigin(at: string, source: FunctionSource): Origin | undefined { return remembered.get(keyOf(at, source)) }

/** Notes that the function captured nothing: every name in it is one that all processes have. */
export function rememberOrigin(at: string, source: FunctionSource, origin: Origin): void {
  const isAlone = source.kind !== 'class' && source.importName === undefined &&
    !source.usesOuterThis && !source.usesOuterArguments &&
    source.free.every(({ name }) => isStandardGlobal(name) && name !== 'globalThis' && name !== 'global')
  if (!isAlone || at === unknownPlace) return
  if (remembered.size >= rememberedMax) remembered.delete(remembered.keys().next().value!)
  remembered.set(keyOf(at, source), origin)
}

const unknownPlace = '<unknown>'

function keyOf(at: string, source: FunctionSource): string { return `${at}\n${source.text}` }

export function readOrigin(f: Function, source: FunctionSource, view: FunctionView, url: string): Origin {
  const isStrict = isStrictFunction(f, source, view)
  const placed = view.place === undefined ? { file: '', line: 0, column: 0, text: source.text }
    : placeText(startOf(source, fileShown(url, isModule(view)), view.place), source.text, source.closedLines)
  return { ...placed, isStrict }
}

/** V8 counts from the parameters; the text may start before them, even lines before. */
function startOf(source: FunctionSource, file: string, place: FunctionPlace): SourcePlace {
  const before = source.text.slice(0, source.startOffset)
  const lines = before.split('\n').length - 1
  return { file, line: place.line - lines, column: lines === 0 ? place.column - source.startOffset : 0 }
}

function isStrictFunction(f: Function, source: FunctionSource, view: FunctionView): boolean {
  if (source.kind === 'class' || isModule(view)) return true
  // Sloppy functions alone have a property of that name.
  if (source.showsStrictness) return !Object.hasOwn(f, 'caller')
  return source.dependsOnStrictness && view.place !== undefined && isStrictScript(view.place.scriptId)
}
