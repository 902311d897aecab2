/**
 * Functions that travel. An engine whose tasks run elsewhere captures every function where the operator is called, with
 * the values that it has captured at that moment. Such an engine hands its capturer in; without one functions stay as
 * they are. A captured function is a new object, so that the same function given twice may hold different values.
 */
import { CallSite } from '../base/call-site'

export interface Captured { readonly bytes: Uint8Array, readonly original: Function }

export type Capturer = (f: Function, operator: string, at: string) => Uint8Array

const captured = new WeakMap<Function, Captured>()
let capturer: Capturer | undefined

/** Internal: the running engine's capturer, or undefined where functions are called where they are. */
export function setCapturer(capture: Capturer | undefined): void { capturer = capture }

/** Captures `f` for the operator that is being called. Throws TaskNotSerializableError when it cannot travel. */
export function travelling<F extends Function>(operator: string, f: F): F {
  if (capturer === undefined || captured.has(f)) return f
  const site = CallSite.capture(operator)
  const bytes = capturer(f, site.operator, site.location)
  const original = f as unknown as (...args: unknown[]) => unknown
  const here = function (this: unknown, ...args: unknown[]): unknown { return original.apply(this, args) }
  captured.set(here, { bytes, original: f })
  return here as unknown as F
}

/** What was captured of `f`; undefined for a function that no operator has seen. */
export function capturedOf(f: Function): Captured | undefined { return captured.get(f) }

/** The function as the user wrote it: what reads its source must look here. */
export function originalOf(f: Function): Function { return captured.get(f)?.original ?? f }
